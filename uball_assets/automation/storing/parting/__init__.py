"""Rows of Dagster's tables in PostgreSQL parted by league: each league's role sees and writes its own alone.

A column of ours in each table says whose a row is, a trigger fills it, a policy of the database's asks it.
Not here: what a league asks of Dagster (`assets.ours`), the tables themselves (Dagster).
"""
