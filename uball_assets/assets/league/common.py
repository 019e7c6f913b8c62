"""What the assets of the league share: a partition for every game of its schedule, and one run for many.

Seasons of results are small: a run does all its games at once, and a bad game gets a verdict instead of
ending it. Belongs here: that layout. Not here: the games that were filmed (`assets.common.games`).
"""

from __future__ import annotations

from typing import Any

import dagster as dg

from uball_assets.assets.common import MODEL
from uball_assets.assets.run_words import FIXTURES, FORECASTING_POOL

fixtures = dg.DynamicPartitionsDefinition(name=FIXTURES)
"""By game id: every game of the league, filmed or not, played or to come."""
LEAGUE: dict[str, Any] = {
    "partitions_def": fixtures,
    "group_name": "league",
    "backfill_policy": MODEL["backfill_policy"],
}
"""Facts, features and forecasts of games."""
FORECASTING: dict[str, Any] = {**LEAGUE, "group_name": "forecasting", "pool": FORECASTING_POOL}
"""The models made of them: one run at a time. A game's partition is materialised when a model has learned
from it."""
