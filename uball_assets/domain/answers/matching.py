"""Matching: which predicted moment is which true one.

Belongs here: pairing two lists of moments in game time. Not here: what the pairs are worth (`metrics`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.plays.plays import Play

TOLERANCE_S = 2.0
"""How far apart, in time, two marks of one event may stand."""


@dataclass(frozen=True)
class Moment:
    """A labelled moment in game time. Moments match only on their own side; None is a side of its own."""

    time_game_s: float
    label: str
    side: Side | None = None


def match(
    true: Sequence[Moment], predicted: Sequence[Moment], tolerance_s: float = TOLERANCE_S
) -> list[tuple[int, int]]:
    """Pairs of (index of a true, index of a predicted moment), each used once, by true index.

    As many pairs as can be, and of those the closest in time. Labels play no part.
    """
    pairs: list[tuple[int, int]] = []
    for side in {moment.side for moment in true}:
        rows = _in_time(true, side)
        columns = _in_time(predicted, side)
        pairs += _paired(rows, columns, true, predicted, tolerance_s)
    return sorted(pairs)


def match_alike(
    true: Sequence[Play],
    predicted: Sequence[AnnotatedPlay],
    alike: Callable[[Play | AnnotatedPlay], Hashable],
    tolerance_s: float = TOLERANCE_S,
) -> list[tuple[int, int]]:
    """As `match`, of plays, where only those for which `alike` says the same may pair: their labels, say."""
    pairs: list[tuple[int, int]] = []
    for kind in {alike(play) for play in true}:
        rows = [row for row, play in enumerate(true) if alike(play) == kind]
        columns = [column for column, play in enumerate(predicted) if alike(play) == kind]
        found = match(
            [moment_of(true[row]) for row in rows],
            [moment_of(predicted[column]) for column in columns],
            tolerance_s,
        )
        pairs += [(rows[i], columns[j]) for i, j in found]
    return sorted(pairs)


def moment_of(play: Play | AnnotatedPlay) -> Moment:
    """When the play happened: its primary event, or the middle of its window where that is unknown."""
    middle_s = (play.window.start_s + play.window.end_s) / 2
    time_s = middle_s if play.timestamp_game_s is None else play.timestamp_game_s
    return Moment(time_s, play.classification, play.side)


def _in_time(moments: Sequence[Moment], side: Side | None) -> list[int]:
    indices = [index for index, moment in enumerate(moments) if moment.side == side]
    return sorted(indices, key=lambda index: moments[index].time_game_s)


def _paired(
    rows: Sequence[int],
    columns: Sequence[int],
    true: Sequence[Moment],
    predicted: Sequence[Moment],
    tolerance_s: float,
) -> list[tuple[int, int]]:
    """The best pairing of two lists in order of time, by dynamic programming: it never needs to cross. Times
    are kept to the millisecond, and so is what counts as near.

    `best[i][j]` is (pairs left out, seconds apart) of the first i and j; the smallest wins.
    """
    best = [[(0, 0.0)] * (len(columns) + 1) for _ in range(len(rows) + 1)]
    for i, row in enumerate(rows, start=1):
        for j, column in enumerate(columns, start=1):
            apart_s = abs(true[row].time_game_s - predicted[column].time_game_s)
            options = [best[i - 1][j], best[i][j - 1]]
            if round(apart_s, 3) <= tolerance_s:
                count, total_s = best[i - 1][j - 1]
                options.append((count - 1, total_s + apart_s))
            best[i][j] = min(options)
    pairs = []
    i, j = len(rows), len(columns)
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
        elif best[i][j] == best[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((rows[i], columns[j]))
    return pairs
