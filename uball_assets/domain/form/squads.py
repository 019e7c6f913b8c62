"""Who can play for a team, who cannot, and what they usually bring: so that trades and injuries show.

Minutes are not known: what a player brings is what he scores a game he appears in, and his game score.

Belongs here: rosters as known at a moment, sums over their players. Not here: the rule of a roster
(`league.rosters`), a player's averages (`player_form`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from uball_assets.domain.form.rows import Features, Rows, Whole
from uball_assets.domain.league.rosters import Move, Roster, RosterMove, in_turn, roster_at

CHANGE_GAMES = 10

Brings = Callable[[str], tuple[float, float] | None]
"""Points and game score of a player a game; None for one who was never seen."""


@dataclass(frozen=True)
class TeamAppearances(Rows):
    """Of a team's players, a row each and game; `told` is empty."""

    player: Whole


class Rosters:
    """Moves by player, so that a moment's roster is quickly told. Who appeared for a team had joined it."""

    def __init__(self, moves: Iterable[RosterMove]) -> None:
        self._moves: dict[str, list[RosterMove]] = defaultdict(list)
        self._ever: dict[str, set[str]] = defaultdict(set)
        for move in sorted(moves, key=in_turn):
            self._moves[move.player_id].append(move)
            if move.move is Move.JOINED:
                self._ever[move.team_id].add(move.player_id)

    def at(self, team_id: str, moment: datetime) -> Roster:
        found: list[RosterMove] = []
        for player in self._ever.get(team_id, ()):
            found += self._since_joining(player, moment)
        return roster_at(found, team_id, moment)

    def _since_joining(self, player: str, moment: datetime) -> list[RosterMove]:
        """His moves known at a moment, from the last time that he joined a team."""
        found: list[RosterMove] = []
        for move in reversed(self._moves[player]):
            if move.moved_at <= moment and move.known_at <= moment:
                found.append(move)
                if move.move is Move.JOINED:
                    break
        return found


def squad(
    roster: Roster, injuries_are_told: bool, recent: Counter[str], games: int, brings: Brings
) -> Features:
    """`recent`: how often each player appeared in the team's last `games`. All None for a team whose players
    are unknown; what is out is None in a league that never told of an injury."""
    able = _sum(roster.players - roster.out, brings)
    out = _sum(roster.out, brings) or (0.0, 0.0)
    found: Features = {
        "squad_points": able and able[0],
        "squad_value": able and able[1],
        "squad_change": able and _change(able[1], recent, games, brings),
    }
    if roster.players and injuries_are_told:
        found |= {"players_out": float(len(roster.out)), "out_points": out[0], "out_value": out[1]}
    return found


def _sum(players: Iterable[str], brings: Brings) -> tuple[float, float] | None:
    """None where nobody of them was ever seen."""
    known = [bring for player in sorted(players) if (bring := brings(player)) is not None]
    return (sum(points for points, _ in known), sum(value for _, value in known)) if known else None


def _change(value: float, recent: Counter[str], games: int, brings: Brings) -> float | None:
    if not games:
        return None
    had = [times * bring[1] for player, times in sorted(recent.items()) if (bring := brings(player))]
    return value - sum(had) / games
