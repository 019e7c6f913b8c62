"""Words that runs bear and are found by: tags, jobs, what counts as open. Known without Dagster.

Belongs here: names that assets, sensors and commands share. Not here: what any of them means for a rule, or
which things of Dagster's are this league's (`ours`).
"""

from __future__ import annotations

from collections.abc import Sequence

from uball_assets.settings import load_settings

LEAGUE = load_settings().league_slug
"""Of this process, as what Dagster loads is: '' where one league has Dagster to itself."""
_BEFORE = f"{LEAGUE}." if LEAGUE else ""
GAME_JOB, RETRAIN_JOB, SCORING_JOB = "game_job", "retrain_job", "scoring_job"
REFRESH_JOB, PIPELINE_JOB = "quick_refresh", "forecast_pipeline"
PARTITIONS = f"{_BEFORE}games"
"""The partitions' name in Dagster."""
FIXTURES = f"{_BEFORE}fixtures"
"""The name of those of the league's games, filmed or not, played or to come."""
TRAINING_POOL, FORECASTING_POOL = f"{_BEFORE}training", f"{_BEFORE}forecasting"
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

LOCATION_TAG = ".dagster/repository"
"""Dagster's, of every run that it launched: of which code location it is."""
OWN_TAGS = {LOCATION_TAG: f"__repository__@{LEAGUE}"} if LEAGUE else {}
"""By which this league's runs are found among those of others."""
LEAGUE_TAG = "uball/league"
"""Dagster's limits count runs by it (dagster.yaml)."""
LEAGUE_TAGS = {LEAGUE_TAG: LEAGUE} if LEAGUE else {}
"""Of runs that a job, a sensor or the API starts; the others get it in the queue (`runs.league_queue`)."""


def asset_path(asset: str) -> list[str]:
    """Of Dagster's key of an asset that the code calls `clips/FAR_LEFT`."""
    return [*([LEAGUE] if LEAGUE else []), *asset.split("/")]


def asset_name(path: Sequence[str]) -> str:
    """What the code calls the asset of this key, which is one of this league's."""
    return "/".join(path[1:] if LEAGUE else path)
