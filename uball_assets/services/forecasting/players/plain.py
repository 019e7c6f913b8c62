"""What anybody could say of a player's next line: the last one, and the season's average.

Belongs here: these two, from the lines before. Not here: models (`numbers`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from uball_assets.domain.forecasting.linear import Floats
from uball_assets.domain.forecasting.players import LEAST
from uball_assets.domain.forecasting.rows import PlayerTrainingRow


@dataclass
class _Seen:
    total: float = 0.0
    lines: int = 0
    last: float = 0.0


def plain_forecasts(rows: Sequence[PlayerTrainingRow], numbers: Floats) -> dict[str, Floats]:
    """Of every line, `rows` in the order of play, from the player's lines of this season before it; for the
    first one the mean of all lines before."""
    everybody, seen = _Seen(), dict[tuple[str, str], _Seen]()
    last, average = np.empty(len(rows)), np.empty(len(rows))
    for place, (row, number) in enumerate(zip(rows, numbers.tolist(), strict=True)):
        own = seen.setdefault((row.player_id, row.season), _Seen())
        usual = everybody.total / max(1, everybody.lines)
        last[place] = own.last if own.lines else usual
        average[place] = own.total / own.lines if own.lines else usual
        for each in (own, everybody):
            each.total, each.lines, each.last = each.total + number, each.lines + 1, number
    return {"last game": np.maximum(LEAST, last), "season average": np.maximum(LEAST, average)}
