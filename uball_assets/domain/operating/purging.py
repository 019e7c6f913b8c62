"""Which old runs may leave Dagster: those that nothing needs any more.

By age, and by count where there are more; but never one that something needs: what holds the newest event of
a game, an open backfill, or a run that stays and names it as the one it repeats. Belongs here: the rule. Not
here: reading what is needed, or deleting (`automation.storing`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_DAY_S = 86_400.0
NAMED = "a run that stays repeats it"


@dataclass(frozen=True)
class Keep:
    """How long and how many."""

    runs_days: float
    runs: int
    ticks_days: float
    ticks: int

    def oldest_run_s(self, now_s: float) -> float:
        """Runs that ended before that are old."""
        return now_s - self.runs_days * _DAY_S

    def oldest_tick_s(self, now_s: float) -> float:
        return now_s - self.ticks_days * _DAY_S


@dataclass(frozen=True)
class OldRun:
    """One that has ended."""

    run_id: str
    ended_at_s: float
    names: tuple[str, ...] = ()
    """The runs that it repeats."""


@dataclass(frozen=True)
class Leaving:
    runs: tuple[str, ...]
    """The oldest first."""
    kept: Mapping[str, int]
    """Of runs that are old enough: how many stay, by the reason."""


def leaving(
    ended: Sequence[OldRun],
    needed: Mapping[str, str],
    named_by_open: frozenset[str],
    keep: Keep,
    now_s: float,
) -> Leaving:
    """`ended`: the newest first. `needed`: why a run must stay. `named_by_open`: what open runs repeat."""
    before_s = keep.oldest_run_s(now_s)
    old = {
        run.run_id: run
        for number, run in enumerate(ended)
        if number >= keep.runs or run.ended_at_s < before_s
    }
    reasons = {run_id: needed[run_id] for run_id in old if run_id in needed}
    names = {run.run_id: run.names for run in ended}
    staying = [run_id for run_id in names if run_id not in old or run_id in reasons]
    named = named_by_open | {other for run_id in staying for other in names[run_id]}
    while found := [run_id for run_id in named if run_id in old and run_id not in reasons]:
        reasons |= dict.fromkeys(found, NAMED)
        named = frozenset(other for run_id in found for other in names[run_id])
    return Leaving(
        runs=tuple(run_id for run_id in reversed(old) if run_id not in reasons),
        kept=dict(Counter(reasons.values()).most_common()),
    )
