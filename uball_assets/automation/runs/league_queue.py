"""The queue of a Dagster that leagues share: of every run it notes the league, which the limits count by.

Runs that a person materialises in Dagster's UI, or starts again there, bear no tag of a job. Belongs here:
the note. Not here: how many runs at once (dagster.yaml), which runs are whose (`assets.ours`).
"""

from __future__ import annotations

import dagster as dg
from dagster._core.run_coordinator import QueuedRunCoordinator, SubmitRunContext

from uball_assets.assets.ours import location_of
from uball_assets.assets.run_words import LEAGUE_TAG


class LeagueQueue(QueuedRunCoordinator):
    def submit_run(self, context: SubmitRunContext) -> dg.DagsterRun:
        run = context.dagster_run
        if league := location_of(run):
            self._instance.add_run_tags(run.run_id, {LEAGUE_TAG: league})
        return super().submit_run(context)
