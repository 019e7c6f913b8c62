"""Dagster's tables and logs away from the home, and how they are moved there and kept small."""
