"""Where Dagster's tables are, moving them, letting old runs go."""
