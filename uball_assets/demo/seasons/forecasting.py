"""The demo's second half: results, box scores, features, models and forecasts by the platform's own job.

Belongs here: whether it is done, and starting it. Not here: the feed (`demo_feed`), the closing lines
(`next_fixture`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence

import dagster as dg

from uball_assets.adapters.record.family import of_family
from uball_assets.assets.league.common import fixtures
from uball_assets.assets.run_words import PIPELINE_JOB
from uball_assets.automation.executor import DECIDED_ELSEWHERE
from uball_assets.automation.in_process import run_in_process
from uball_assets.automation.launcher import PID_TAG
from uball_assets.demo.seasons.generated import GeneratedSeasons
from uball_assets.domain.errors import Permanent
from uball_assets.domain.forecasting.tables import FORECASTS
from uball_assets.domain.record import FORECASTING, Family
from uball_assets.resources import Resources
from uball_assets.settings import Settings

COLLECTED = ("results", "box_score")
LEARNED_FROM = ("form_features",)
FORECAST = ("outcome_model", "player_model", "forecast_endpoint", "forecasts")
Say = Callable[[str], None]
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def forecast_to_come(
    settings: Settings,
    instance: dg.DagsterInstance,
    defs: dg.Definitions,
    resources: Resources,
    seasons: GeneratedSeasons,
    filmed: Sequence[str],
    say: Say,
) -> bool:
    """Collects the seasons, trains both models and forecasts the games to come; False: that is done. Raises
    Permanent where a run failed.

    A run enters each game once for each asset, which takes longer than the work itself: so what is collected
    at once, whatever games are named, is told of few, and only features of all. `filmed`: ids of games whose
    box score is made of plays; the feed has the others'.
    """
    game_ids = [game.fixture.game_id for game in seasons.games]
    to_come = [game.fixture.game_id for game in seasons.games if game.home_won is None]
    say(f"Three seasons of results as a feed: {len(game_ids) - len(to_come)} games, {len(to_come)} to come")
    if _is_done(resources, to_come):
        say("  collected, learned and forecast already")
        return False
    started = time.monotonic()
    history = [game_id for game_id in game_ids if game_id not in to_come]
    instance.add_dynamic_partitions(str(fixtures.name), [*history, *filmed, *to_come])
    job = defs.resolve_job_def(PIPELINE_JOB)
    for first, assets in ((filmed[0], COLLECTED), (history[0], LEARNED_FROM), (to_come[0], FORECAST)):
        tags = {
            "dagster/asset_partition_range_start": first,
            "dagster/asset_partition_range_end": to_come[-1],
            PID_TAG: str(os.getpid()),
            **DECIDED_ELSEWHERE,
        }
        if not run_in_process(job, None, instance, tags, _QUIET, settings.league, assets):
            raise Permanent("the forecasts failed: `make demo-ui` shows their run and the reason")
    model = of_family(resources.registry, Family.OUTCOME).latest("models")
    name = model["name"] if model else "no model"
    say(f"  collected, and {name} trained and asked, in {time.monotonic() - started:.1f} s")
    return True


def _is_done(resources: Resources, to_come: list[str]) -> bool:
    if not all(of_family(resources.registry, family).latest("models") for family in FORECASTING):
        return False
    made = resources.warehouse.read(FORECASTS, equal={"game_id": to_come})
    return {row["game_id"] for row in made if row["is_used"]} == set(to_come)
