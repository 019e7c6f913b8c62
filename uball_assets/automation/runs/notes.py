"""What Dagster has noted of games and runs: the little that decisions rest on.

Belongs here: the Protocol, and its answers. Not here: who answers (`of_instance`, `tables`), or what follows
(`situation`, `attempts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class LiveRun:
    """One that has not ended."""

    job: str
    assets: frozenset[str]
    """Its assets by their keys, `clips/far_left`; none of a job's own run, which names no assets."""
    game_id: str
    """'' for a run of no one game."""


@dataclass(frozen=True)
class KeyedRun:
    """One that was asked for under a key."""

    key: str
    status: str
    """Dagster's: SUCCESS, FAILURE, CANCELED or one of `run_words.OPEN`."""
    ended_at_s: float
    """Unix seconds; where Dagster does not tell it, when the run's row was last written."""
    for_good: str
    """What ended for good in it (`run_words.FOR_GOOD_TAG`); '' where nothing did."""


class RunNotes(Protocol):
    """Raises Permanent for tables that cannot be read, or that are another league's."""

    def partitions(self) -> set[str]:
        """The games that have one."""
        ...

    def live_runs(self) -> list[LiveRun]: ...

    def keyed(self, run_keys: Sequence[str]) -> list[KeyedRun]:
        """Those of these keys, in the order they were made."""
        ...
