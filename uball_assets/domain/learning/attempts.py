"""Attempts: how often something was tried, and under which number it is tried next.

An attempt goes on the record before its run is asked for, and its outcome when it is known: so runs that are
deleted afterwards change no count, and no number is ever used for two runs.

Belongs here: counting. Not here: how many are allowed (`retrain.Policy`), looking at runs (`automation`).
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

LOST = "lost"
"""Its run is gone, and a later one was asked for: so it had been seen to end."""


@dataclass(frozen=True)
class Attempt:
    """One that was started and is over."""

    at_s: float
    """When it ended (or was last seen), in Unix seconds."""
    outcome: str
    """`succeeded`, or anything else: a run that vanished counts as failed, so that attempts stay bounded."""
    for_good: str = ""
    """What failed for good, where trying the same again gives the same (`again.for_good`)."""


@dataclass(frozen=True)
class Asked:
    """One on the record, that a run was asked for."""

    run_key: str
    number: int
    at_s: float


@dataclass(frozen=True)
class Tried:
    """What is known of all attempts at one target."""

    ended: tuple[Attempt, ...] = ()
    next_number: int = 1


def tried(asked: Sequence[Asked], outcomes: Mapping[str, Attempt], open_runs: Container[str]) -> Tried:
    """`asked` in the record's order; `outcomes` and `open_runs` by run key.

    The last one asked for without any trace of a run was never launched (the daemon died in between): it is
    asked for again under its own number, and does not count. An earlier one without a trace was lost.
    """
    ended = []
    for place, attempt in enumerate(asked):
        if attempt.run_key in outcomes:
            ended.append(outcomes[attempt.run_key])
        elif attempt.run_key in open_runs:
            continue
        elif place < len(asked) - 1:
            ended.append(Attempt(attempt.at_s, LOST))
        else:
            return Tried(tuple(ended), attempt.number)
    return Tried(tuple(ended), max((attempt.number for attempt in asked), default=0) + 1)
