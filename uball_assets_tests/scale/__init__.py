"""Several machines on one: Postgres, nodes, images, charts and disasters (make test-scale)."""
