"""Names of moments that survive a better look: a person's decision is tied to the side and the moment.

Belongs here: which name a moment gets, given those that were named before. Game time, seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.domain.footage.angles import Side

SAME_MOMENT_S = 1.0
"""A model that looks better puts a moment a few tenths of a second elsewhere; two plays of one side are
seconds apart."""


@dataclass(frozen=True)
class Named:
    key: str
    side: Side
    moment_game_s: float
    """As it was when it got its name."""


def named(moments: Sequence[tuple[Side, float]], before: Sequence[Named]) -> list[Named]:
    """A name for each moment, in their order: the one that it, or what was so close to it, had before; else
    its own, side and second: `LEFT_00081`. No two have the same, and none gets one that another had."""
    pairs = sorted(
        (abs(moment_s - known.moment_game_s), row, column)
        for row, (side, moment_s) in enumerate(moments)
        for column, known in enumerate(before)
        if known.side is side and abs(moment_s - known.moment_game_s) <= SAME_MOMENT_S
    )
    known_of: dict[int, int] = {}
    for _, row, column in pairs:
        if row not in known_of and column not in known_of.values():
            known_of[row] = column
    taken = {known.key for known in before}
    found = []
    for row, (side, moment_s) in enumerate(moments):
        if row in known_of:
            found.append(before[known_of[row]])
        else:
            found.append(Named(_free(side, moment_s, taken), side, round(moment_s, 3)))
            taken.add(found[-1].key)
    return found


def _free(side: Side, moment_game_s: float, taken: set[str]) -> str:
    second = int(moment_game_s)
    while (key := f"{side}_{second:05d}") in taken:
        second += 1
    return key
