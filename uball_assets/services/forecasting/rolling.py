"""Rolling origin: a model is asked about games that were played after all that it had learned from.

Belongs here: which games are learned from and asked about, in turn. Not here: learning and asking
(`choosing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

BLOCKS = 6
FIRST_SHARE = 0.4
"""Of the games are learned from before the first question."""
FEWEST_GAMES = 12
"""With fewer nothing is compared: a first model would learn from four games."""
KNOWN_AFTER = timedelta(hours=3)
"""A result is known so long after tip-off."""


@dataclass(frozen=True)
class Origin:
    learned: int
    """The first so many games, in the order of play."""
    asked: range
    """The places of the games that follow."""


def origins(tip_offs: Sequence[datetime], blocks: int = BLOCKS) -> list[Origin]:
    """Expanding windows; `tip_offs` in the order of play. Empty for fewer than `FEWEST_GAMES`."""
    count = len(tip_offs)
    if count < FEWEST_GAMES:
        return []
    first = max(4, round(count * FIRST_SHARE))
    starts = sorted({first + round((count - first) * block / blocks) for block in range(blocks)})
    found = []
    for start, end in zip(starts, [*starts[1:], count], strict=True):
        learned = sum(tip_off + KNOWN_AFTER <= tip_offs[start] for tip_off in tip_offs[:start])
        if learned:
            found.append(Origin(learned, range(start, end)))
    return found
