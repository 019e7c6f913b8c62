"""The schedule around a game: days of rest, games close together; games to come count, for they are known.

Belongs here: when a team's games begin. Not here: how they ended (`team_form`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uball_assets.domain.form.rows import DAY_S, Features, Floats
from uball_assets.domain.form.spans import spans_of
from uball_assets.domain.league.fixtures import NEVER_COUNTED, Fixture, Status

MOST_REST_DAYS = 10.0
BACK_TO_BACK_DAYS = 1.5
BUSY_DAYS = 7.0
_TAKES_PLACE = frozenset({Status.SCHEDULED, Status.FINAL})


@dataclass(frozen=True)
class Begins:
    """A team's games, a row a version."""

    game_ids: npt.NDArray[np.str_]
    from_s: Floats
    until_s: Floats
    tip_s: Floats


def schedules_of(fixtures: Iterable[Fixture]) -> dict[str, Begins]:
    """By team."""
    found: dict[str, list[tuple[str, float, float, float]]] = defaultdict(list)
    for game_id, spans in spans_of(fixtures, lambda one: one.game_id).items():
        for span in spans:
            if span.fact.status in _TAKES_PLACE and span.fact.phase not in NEVER_COUNTED:
                row = (game_id, span.from_s, span.until_s, span.fact.tip_off.timestamp())
                for team in (span.fact.home_team, span.fact.away_team):
                    found[team].append(row)
    return {
        team: Begins(np.array([row[0] for row in rows]), *np.array([row[1:] for row in rows]).T)
        for team, rows in found.items()
    }


def rest(begins: Begins | None, game_id: str, at_s: float, tip_s: float) -> Features:
    """Before a game that begins at `tip_s`, as it was known at `at_s`."""
    before = np.empty(0) if begins is None else _before(begins, game_id, at_s, tip_s)
    if not before.size:
        return {"rest_days": None, "back_to_back": None, "games_in_7_days": None}
    days = (tip_s - before) / DAY_S
    last = float(days.min())
    return {
        "rest_days": min(last, MOST_REST_DAYS),
        "back_to_back": float(last < BACK_TO_BACK_DAYS),
        "games_in_7_days": float(np.count_nonzero(days < BUSY_DAYS)),
    }


def _before(begins: Begins, game_id: str, at_s: float, tip_s: float) -> Floats:
    holds = (begins.from_s <= at_s) & (at_s < begins.until_s) & (begins.tip_s < tip_s)
    return np.asarray(begins.tip_s[holds & (begins.game_ids != game_id)])
