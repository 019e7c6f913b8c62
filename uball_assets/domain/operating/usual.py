"""How long a run usually takes: half of the newest that ended well, by job.

Belongs here: the reckoning and its words. Not here: reading runs (`automation.operating.facts`), how they
went in a stretch of days (`run_figures`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from uball_assets.domain.operating.findings import span_text
from uball_assets.domain.run_figures import Outcome, RunFigures, quantile

_NEWEST = 50
GAME_JOB = "game_job"


@dataclass(frozen=True)
class Usual:
    count: int
    """Runs that it is told by."""
    half_s: float
    most_s: float
    """Nine of ten took no longer."""

    @property
    def text(self) -> str:
        return (
            f"{span_text(self.half_s)} (half of the last {self.count}; nine of ten {span_text(self.most_s)})"
        )


def usual_by_job(runs: Iterable[RunFigures]) -> dict[str, Usual]:
    """`runs` in the order they ended. A backfill's runs are of no job of ours: one of a game is a game's."""
    took: dict[str, list[float]] = defaultdict(list)
    for run in runs:
        if run.outcome is Outcome.SUCCEEDED:
            took[GAME_JOB if run.game_id and run.steps_s else run.job].append(run.duration_s)
    return {
        job: Usual(len(newest), quantile(newest, 0.5), quantile(newest, 0.9))
        for job, of_job in took.items()
        if (newest := sorted(of_job[-_NEWEST:]))
    }
