"""A team's form: how it won, scored and allowed, over the season and over shorter windows, as of a moment.

Belongs here: a team's own games. Not here: what takes opponents' strength into account (`ratings`), the
schedule around a game (`schedule`), players (`squads`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from uball_assets.domain.form.columns import LAST_GAMES, WINDOW_DAYS
from uball_assets.domain.form.rows import DAY_S, Asked, Features, Floats, Rows, Truths, Whole
from uball_assets.domain.league.ratings import PER

ADDED_GAMES = 2.0
"""Mean games of the league that are added to a team's season: one game is not taken for its strength."""
HEAD_TO_HEAD_DAYS = 730.0
EVEN_GAMES = 2.0


@dataclass(frozen=True)
class TeamGames(Rows):
    """One team's; `told` are tallies."""

    opponent: Whole
    is_home: Truths


class Tally(NamedTuple):
    """Sums over games; those of a season may be fractions, for some of its games count less."""

    games: float
    won: float
    points_for: float
    points_against: float
    rated: float
    """Games whose possessions are known; the next three are of those."""
    rated_for: float
    rated_against: float
    possessions: float

    @classmethod
    def of_game(cls, points_for: int, points_against: int, possessions: float | None) -> Tally:
        won = float(points_for > points_against)
        if possessions is None:
            return cls(1.0, won, points_for, points_against, 0.0, 0.0, 0.0, 0.0)
        return cls(1.0, won, points_for, points_against, 1.0, points_for, points_against, possessions)

    @property
    def win_share(self) -> float | None:
        return _ratio(self.won, self.games)

    @property
    def scored(self) -> float | None:
        return _ratio(self.points_for, self.games)

    @property
    def allowed(self) -> float | None:
        return _ratio(self.points_against, self.games)

    @property
    def offensive(self) -> float | None:
        return _ratio(PER * self.rated_for, self.possessions)

    @property
    def defensive(self) -> float | None:
        return _ratio(PER * self.rated_against, self.possessions)

    @property
    def net(self) -> float | None:
        return _ratio(PER * (self.rated_for - self.rated_against), self.possessions)

    @property
    def pace(self) -> float | None:
        return _ratio(self.possessions, self.rated)


@dataclass(frozen=True)
class LeagueTallies:
    """Over all teams' games that were known."""

    all_games: Floats
    at_home: Floats
    away: Floats


def season_form(games: TeamGames, asked: Asked, league: LeagueTallies) -> Features:
    weights = games.season_weights(asked)
    total = _with_mean_games(weights @ games.told, league.all_games)
    at_home = _with_mean_games((weights * games.is_home) @ games.told, league.at_home)
    away = _with_mean_games((weights * ~games.is_home) @ games.told, league.away)
    return {
        "games": float((games.season == asked.season).sum()),
        "win_share": total.win_share,
        "win_share_at_home": at_home.win_share,
        "win_share_away": away.win_share,
        "points_for": total.scored,
        "points_against": total.allowed,
        "offensive_rating": total.offensive,
        "defensive_rating": total.defensive,
        "net_rating": total.net,
        "pace": total.pace,
    }


def window_form(games: TeamGames, asked: Asked) -> Features:
    sums = {f"{days}_days": games.since(days, asked) for days in WINDOW_DAYS}
    sums[f"last_{LAST_GAMES}"] = games.last(LAST_GAMES)
    found: Features = {}
    for suffix, window in sums.items():
        tally = Tally(*window.tolist())
        found |= {
            f"win_share_{suffix}": tally.win_share,
            f"points_for_{suffix}": tally.scored,
            f"points_against_{suffix}": tally.allowed,
            f"net_rating_{suffix}": tally.net,
        }
    return found


def head_to_head(games: TeamGames, opponent: int, asked: Asked) -> Features:
    """Of the team whose games they are."""
    recent = games.tip_s > asked.at_s - HEAD_TO_HEAD_DAYS * DAY_S
    met = Tally(*games.told[recent & (games.opponent == opponent)].sum(axis=0).tolist())
    return {
        "head_to_head_games": met.games,
        "head_to_head_win_share": _ratio(met.won + EVEN_GAMES / 2, met.games and met.games + EVEN_GAMES),
        "head_to_head_margin": _ratio(met.points_for - met.points_against, met.games),
    }


def _with_mean_games(own: Floats, league: Floats) -> Tally:
    """Nothing is added to a team of which nothing is known."""
    mean = Tally(*(ADDED_GAMES * league / max(league[0], 1.0)).tolist())
    known = Tally(*own.tolist())
    if not known.games:
        return known
    both = Tally(*map(float.__add__, known, mean))
    if known.rated:
        return both
    return both._replace(rated=0.0, rated_for=0.0, rated_against=0.0, possessions=0.0)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
