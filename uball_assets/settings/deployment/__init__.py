"""Settings of whoever runs the platform: where Dagster keeps its tables, what is backed up, whose it is."""
