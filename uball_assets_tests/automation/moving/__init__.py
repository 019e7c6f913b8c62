"""A home's Dagster moved to PostgreSQL: what needs no server."""
