"""Twins: one play that stands twice among a game's plays, under two ids, from whatever source.

Two plays of one side whose windows begin and end alike show the same frames: they are one play, and the one
that was stored first stands for both. So a twin that is added later moves nothing, and its own deletion moves
nothing either. Two plays that share most of their seconds may be a correction that doubled its play, or two
plays in a row: that is told, and a person decides.

Belongs here: which plays are alike. Not here: rules of a single row (`plays`), sides of the split (`splits`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import product
from math import floor
from typing import TYPE_CHECKING

from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.timeline import shared_part

if TYPE_CHECKING:
    from uball_assets.domain.plays.plays import Play

SAME_WITHIN_S = 0.05
"""Above a frame of the slowest camera (24 a second, 0.042 s): windows that differ by less may show the very
same frames. People mark plays to about 0.3 s: nobody means two plays by it."""
NEAR_FROM = 0.5
"""Shared seconds, of all seconds that either play has. Plays in a row share a tenth or less."""


def without_twins(first_to_last: Iterable[Play]) -> tuple[list[Play], list[tuple[Play, Play]]]:
    """The plays that stand, and each other one with the play that stands for it. Given in the order in which
    they were stored."""
    kept: dict[tuple[Side, int, int], list[Play]] = defaultdict(list)
    stand, twins = [], []
    for play in first_to_last:
        start, end = floor(play.window.start_s / SAME_WITHIN_S), floor(play.window.end_s / SAME_WITHIN_S)
        around = product((start - 1, start, start + 1), (end - 1, end, end + 1))
        others = (other for place in around for other in kept.get((play.side, *place), ()))
        twin = next((other for other in others if _is_same(play, other)), None)
        if twin is None:
            kept[play.side, start, end].append(play)
            stand.append(play)
        else:
            twins.append((play, twin))
    return stand, twins


def near_twins(plays: Iterable[Play]) -> list[tuple[Play, Play]]:
    """Pairs that share most of their seconds, whatever they are called, the earlier first, in game order."""
    pairs = []
    for side in Side:
        of_side = sorted((play for play in plays if play.side is side), key=_in_game_order)
        for place, play in enumerate(of_side):
            pairs += [
                (play, other) for other in _overlapping(play, of_side[place + 1 :]) if _is_near(play, other)
            ]
    return sorted(pairs, key=lambda pair: _in_game_order(pair[0]))


def _overlapping(play: Play, later: Sequence[Play]) -> Iterable[Play]:
    for other in later:
        if other.window.start_s >= play.window.end_s:
            return
        yield other


def _is_same(one: Play, other: Play) -> bool:
    return (
        abs(one.window.start_s - other.window.start_s) < SAME_WITHIN_S
        and abs(one.window.end_s - other.window.end_s) < SAME_WITHIN_S
    )


def _is_near(one: Play, other: Play) -> bool:
    return shared_part(one.window, other.window) >= NEAR_FROM


def _in_game_order(play: Play) -> tuple[float, str]:
    return play.window.start_s, play.play_id
