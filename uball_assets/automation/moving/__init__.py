"""A home's Dagster moved from SQLite to PostgreSQL: read there, written here, and proved."""
