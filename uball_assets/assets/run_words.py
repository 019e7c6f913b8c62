"""Words that runs bear and are found by: tags, jobs, what counts as open. Known without Dagster.

Belongs here: names that assets, sensors and commands share. Not here: what any of them means for a rule.
"""

from __future__ import annotations

GAME_JOB, RETRAIN_JOB, SCORING_JOB = "game_job", "retrain_job", "scoring_job"
REFRESH_JOB, PIPELINE_JOB = "quick_refresh", "forecast_pipeline"
PARTITIONS = "games"
"""The partitions' name in Dagster."""
FIXTURES = "fixtures"
"""The name of those of the league's games, filmed or not, played or to come."""
OPEN = ("QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING")
"""A run's status until it has ended."""
PARTITION_TAG, RUN_KEY_TAG = "dagster/partition", "dagster/run_key"
ARRIVED_TAG = "uball/arrived_at"
"""Of a run of a game that was not processed before as it is: when the newest of its files and rows was
written, Unix seconds."""
FOR_GOOD_TAG = "uball/failed_for_good"
"""Of a run of a sensor: what ended for good in it (`learning.again.for_good`). It is not asked for again."""
GAME_TAG = "game"
"""Of a run: the game as people know it. Dagster lists partitions and runs by their ids alone."""
MODEL_TAG = "model"
