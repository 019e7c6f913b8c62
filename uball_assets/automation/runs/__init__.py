"""What became of runs, as those ask who decide: of a Dagster instance, or of its tables without Dagster."""
