"""Who is to appear in a team's next game: of those who can play, each one's chance, by its last games.

Belongs here: the rule. Not here: who can play (`rosters`), reading who did (`domain.form`).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

_MOST_SHARE = 0.95
_MOST_LOG_ODDS, _HALVINGS = 30.0, 40


@dataclass(frozen=True)
class PlayedBy:
    """One game of a team."""

    able: frozenset[str]
    """Who could have played, as it was known at its tip-off."""
    appeared: frozenset[str]


def chances_to_appear(able: Collection[str], games: Sequence[PlayedBy]) -> dict[str, float]:
    """By player, 0 to 1; nobody's without a game. `games`: the team's last ones.

    They add up to as many as appeared in one of these games: so whoever falls out makes room for another. How
    often one appeared when he could is drawn by one game towards what all do.
    """
    if not games or not able:
        return {}
    usual = sum(len(game.appeared) for game in games) / len(games)
    if usual >= len(able):
        return dict.fromkeys(able, 1.0)
    share = min(_MOST_SHARE, usual / len(able))
    rates = {player: _rate(player, share, games) for player in able}
    return _adding_up_to(usual, rates)


def _rate(player: str, share: float, games: Sequence[PlayedBy]) -> float:
    appeared = sum(player in game.appeared for game in games)
    could = sum(player in game.able or player in game.appeared for game in games)
    return (appeared + share) / (could + 1)


def _adding_up_to(total: float, rates: dict[str, float]) -> dict[str, float]:
    """Everybody's odds times the same number."""
    odds = {player: rate / (1 - rate) for player, rate in rates.items()}
    low, high = -_MOST_LOG_ODDS, _MOST_LOG_ODDS
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        times = math.exp(middle)
        if sum(times * one / (1 + times * one) for one in odds.values()) > total:
            high = middle
        else:
            low = middle
    times = math.exp(low)
    return {player: times * one / (1 + times * one) for player, one in odds.items()}
