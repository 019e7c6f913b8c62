"""Whether a run is in the way of what somebody wants to do with a game.

Belongs here: the question. Not here: which runs still go (`instance`), or what is done about it.
"""

from __future__ import annotations

import dagster as dg

from uball_assets.assets import ours
from uball_assets.assets.run_words import PARTITION_TAG
from uball_assets.automation.instance import runs_of_others
from uball_assets.automation.situation import MODEL_CHAIN, MODEL_JOBS


def run_in_the_way(instance: dg.DagsterInstance, game_id: str) -> str | None:
    """A run that reads or makes what is of this game, or a training, in words."""
    for run in runs_of_others(instance):
        assets = ours.names_of(run.asset_selection)
        if run.job_name in MODEL_JOBS or MODEL_CHAIN & assets:
            return f"a training (run {run.run_id[:8]})"
        if run.tags.get(PARTITION_TAG) == game_id:
            return f"a run of game {game_id} ({run.run_id[:8]})"
    return None
