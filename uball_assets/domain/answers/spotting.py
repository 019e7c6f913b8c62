"""Spotting: average mAP as SoccerNet's package counts it (0.2.0, `Evaluation/ActionSpotting.py`).

Belongs here: that one measure. Not here: best pairings and F1 (`matching`, `metrics`, `player_f1`): the
package pairs otherwise, so their numbers and these are never one another's.

A delta is the whole width: 'at 1 s' allows half a second to each side. E2E-Spot's measure bears the same
names, allows its tolerance to each side and pairs in another order: never compare a number of one with the
other. Two things are not the package's. Times stand as they are, to the millisecond: it cuts them into
frames of half a second, in which two answers become one, and clamps those past two hours. And labels that
never happened are left out: it counts each as 0, however good the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

TIGHT_S = (1, 2, 3, 4, 5)
LOOSE_S = (5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60)
"""The package's deltas, seconds: whole widths."""
_LAST_LEVEL = 199
_LEVELS = [level / _LAST_LEVEL for level in range(_LAST_LEVEL + 1)]
"""Of confidence: precision and recall are looked at from each of them up."""


@dataclass(frozen=True)
class Spot:
    label: str
    time_s: float
    """On its stream's clock."""
    confidence: float = 1.0
    """0 to 1; of what truly happened it says nothing."""
    stream: str = ""
    """Spots pair within one: a game, a half of it, a side of the court."""

    @property
    def time_ms(self) -> int:
        return round(self.time_s * 1000)


@dataclass(frozen=True)
class LabelSpotting:
    """One label's average AP, 0 to 1."""

    tight: float
    loose: float


@dataclass(frozen=True)
class Spotting:
    """0 to 1; None where nothing happened."""

    tight: float | None
    """Average mAP over deltas of 1 to 5 s."""
    loose: float | None
    """Over deltas of 5 to 60 s."""
    at: dict[int, float]
    """The mAP at each tight delta, seconds."""
    labels: dict[str, LabelSpotting]


def spotting(true: Sequence[Spot], told: Sequence[Spot]) -> Spotting:
    """All streams together, labels that happened only."""
    labels = sorted({spot.label for spot in true})
    if not labels:
        return Spotting(None, None, {}, {})
    precisions = {
        label: {
            delta_s: average_precision(_of(label, true), _of(label, told), delta_s)
            for delta_s in (*TIGHT_S, *LOOSE_S)
        }
        for label in labels
    }
    mean = {
        delta_s: sum(precisions[label][delta_s] for label in labels) / len(labels)
        for delta_s in (*TIGHT_S, *LOOSE_S)
    }
    return Spotting(
        tight=_averaged([mean[delta_s] for delta_s in TIGHT_S]),
        loose=_averaged([mean[delta_s] for delta_s in LOOSE_S]),
        at={delta_s: mean[delta_s] for delta_s in TIGHT_S},
        labels={
            label: LabelSpotting(
                _averaged([at[delta_s] for delta_s in TIGHT_S]),
                _averaged([at[delta_s] for delta_s in LOOSE_S]),
            )
            for label, at in precisions.items()
        },
    )


def average_precision(true: Sequence[Spot], told: Sequence[Spot], delta_s: float) -> float:
    """One label's AP, 0 to 1: the best precision at each of 11 recalls, averaged; 0 where none happened."""
    happened, answered = _by_stream(true), _by_stream(told)
    hits = [hit for stream in answered for hit in _hits(happened[stream], answered[stream], delta_s)]
    curve = [_precision_and_recall(hits, level, len(true)) for level in _LEVELS]
    return sum(max((p for p, r in curve if r >= tenth / 10), default=0.0) for tenth in range(11)) / 11


def _by_stream(spots: Sequence[Spot]) -> defaultdict[str, list[Spot]]:
    streams: defaultdict[str, list[Spot]] = defaultdict(list)
    for spot in spots:
        streams[spot.stream].append(spot)
    return streams


def _of(label: str, spots: Sequence[Spot]) -> list[Spot]:
    return [spot for spot in spots if spot.label == label]


def _hits(true: Sequence[Spot], told: Sequence[Spot], delta_s: float) -> list[tuple[float, bool]]:
    """Each told spot's confidence and whether it is taken: in order of time, what happened takes the most
    confident one that is near enough and free, the earlier of two alike."""
    taken: set[int] = set()
    for time_ms in sorted(spot.time_ms for spot in true):
        near = [
            (spot.confidence, -spot.time_ms, index)
            for index, spot in enumerate(told)
            if index not in taken and 2 * abs(spot.time_ms - time_ms) <= 1000 * delta_s
        ]
        if near:
            taken.add(max(near)[-1])
    return [(spot.confidence, index in taken) for index, spot in enumerate(told)]


def _precision_and_recall(
    hits: Sequence[tuple[float, bool]], level: float, true_count: int
) -> tuple[float, float]:
    kept = [is_hit for confidence, is_hit in hits if confidence >= level]
    return (
        sum(kept) / len(kept) if kept else 0.0,
        sum(kept) / true_count if true_count else 0.0,
    )


def _averaged(values: Sequence[float]) -> float:
    """The area under them, not their mean: the first and the last count half."""
    return sum((left + right) / 2 for left, right in pairwise(values)) / (len(values) - 1)
