"""A player's form: what he does a game, over the season and over shorter windows, as of a moment.

Averages are drawn towards what is known better: a season's to the league's mean player, whatever his position
(the league writes none down), a window's to his season.

Belongs here: one player's own games. Not here: the game around him (`book`), teammates (`squads`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from uball_assets.domain.form.columns import (
    LAST_GAMES,
    PLAYER_FEATURES,
    PLAYER_STATS,
    PLAYER_WINDOW_DAYS,
    SHOT_KINDS,
)
from uball_assets.domain.form.rows import DAY_S, Asked, Features, Floats, Rows
from uball_assets.domain.league.lines import Counts

ADDED_GAMES = 4.0
MOST_DAYS_SINCE = 60.0

TOLD = (
    "games",
    *PLAYER_STATS,
    *(f"{kind}_tried" for kind in SHOT_KINDS),
    *(f"{kind}_made" for kind in SHOT_KINDS if f"{kind}_made" not in PLAYER_STATS),
    "team_points",
)
"""What is summed over a player's games."""
_AT = {name: place for place, name in enumerate(TOLD)}


@dataclass(frozen=True)
class PlayerGames(Rows):
    """One player's; `told` as `TOLD`."""


def told(counts: Counts, team_points: int) -> tuple[float, ...]:
    """Of one game."""
    numbers = vars(counts) | {
        "games": 1,
        "points": counts.points,
        "rebounds": counts.rebounds,
        "shots": counts.shots,
        "value": game_score(counts),
        "team_points": team_points,
    }
    for kind in SHOT_KINDS:
        numbers[f"{kind}_tried"] = numbers[f"{kind}_made"] + numbers[f"{kind}_missed"]
    return tuple(float(numbers[name]) for name in TOLD)


def game_score(counts: Counts) -> float:
    """John Hollinger's, a game's worth on the scale of points; a rebound of either kind counts as the usual
    mix, a quarter of them offensive."""
    made = counts.twos_made + counts.threes_made + counts.fours_made
    return (
        counts.points
        + 0.4 * made
        - 0.7 * counts.shots
        - 0.4 * counts.free_throws_missed
        + 0.7 * counts.offensive_rebounds
        + 0.3 * counts.defensive_rebounds
        + 0.4 * counts.rebounds_of_either
        + counts.steals
        + 0.7 * counts.assists
        + 0.7 * counts.blocks
        - 0.4 * counts.fouls
        - counts.turnovers
    )


def usual(games: PlayerGames, asked: Asked, league: Floats) -> Floats | None:
    """A game of his, as `TOLD`; None for a player without any."""
    season = games.of_season(asked)
    return _drawn(season, league, ADDED_GAMES) if season[0] else None


@dataclass(frozen=True)
class PlayerForm:
    """Whatever game is asked about, as of one moment."""

    row: Floats
    """As `PLAYER_FEATURES`, NaN for what follows from the game, and for what cannot be told."""
    last_tip_s: float
    """NaN for one who never played."""


def days_since(last_tips_s: Floats, tip_s: float) -> Floats:
    """Of each player, that he played last; in a game that begins at `tip_s`."""
    return np.minimum((tip_s - last_tips_s) / DAY_S, MOST_DAYS_SINCE)


def player_form(games: PlayerGames, asked: Asked, league: Floats) -> PlayerForm:
    """`league`: the sums over every player's games that were known."""
    mean = usual(games, asked, league)
    if mean is None:
        return STRANGER
    windows = {
        "season": mean,
        f"last_{LAST_GAMES}": _drawn(games.last(LAST_GAMES), mean, ADDED_GAMES),
        f"{PLAYER_WINDOW_DAYS}_days": _drawn(games.since(PLAYER_WINDOW_DAYS, asked), mean, ADDED_GAMES),
    }
    found: Features = {"player_games": float((games.season == asked.season).sum())}
    for suffix, window in windows.items():
        found |= {f"{stat}_{suffix}": float(window[_AT[stat]]) for stat in PLAYER_STATS}
    for kind in SHOT_KINDS:
        tried, made = float(mean[_AT[f"{kind}_tried"]]), float(mean[_AT[f"{kind}_made"]])
        found |= {f"{kind}_tried": tried, f"{kind}_made_share": made / tried if tried else None}
    scored, team_points = float(mean[_AT["points"]]), float(mean[_AT["team_points"]])
    found["points_share"] = scored / team_points if team_points else None
    return PlayerForm(_row(found), float(games.tip_s[-1]))


def _row(found: Features) -> Floats:
    return np.array([found.get(feature.name) for feature in PLAYER_FEATURES], np.float64)


STRANGER = PlayerForm(_row({"player_games": 0.0}), np.nan)


def _drawn(sums: Floats, towards: Floats, games: float) -> Floats:
    """The mean of some games, with a number of mean games of another kind added."""
    added = games * towards / max(towards[0], 1.0)
    return np.asarray((sums + added) / (sums[0] + added[0]))
