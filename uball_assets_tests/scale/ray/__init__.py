"""A league on three Ray nodes and Postgres, each node a machine of its own as far as Linux can tell."""
