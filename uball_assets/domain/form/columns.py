"""Every feature: its name, where it comes from, over which time, and what its number means.

Belongs here: the list, in the order that models and tables use. Not here: reckoning a feature (`team_form`,
`player_form`, `ratings`, `squads`), its table (`tables`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Whose number a game's feature is."""

    HOME = "home"
    AWAY = "away"
    DIFFERENCE = "difference"
    """The home team's less the away team's."""
    GAME = "game"


@dataclass(frozen=True)
class Feature:
    name: str
    source: str
    """The tables of facts."""
    window: str
    says: str
    """With its unit."""
    side: Side = Side.GAME


@dataclass(frozen=True)
class Measure:
    """What is told of a team: once for each side, and as their difference where that says something."""

    name: str
    source: str
    window: str
    says: str
    compared: bool = True


SEASON = "season"
"""This season's games; the last season's count less: `team_form.CARRIED_GAMES`."""
WINDOW_DAYS = (7, 14, 30, 60)
LAST_GAMES = 5
WINDOWS = {f"{days}_days": f"{days} days" for days in WINDOW_DAYS} | {
    f"last_{LAST_GAMES}": f"last {LAST_GAMES} games"
}
"""The end of a column's name, and how the window is called."""

_RESULTS, _LINES, _ROSTERS = "fixtures", "fixtures, team_lines", "roster_moves, player_lines"
_ALL = "all"
_SQUAD = "as known"
_FADING = "2 years, fading"
_ADDED = "two mean games of the league added"

_SEASON_MEASURES = (
    Measure("games", _RESULTS, "this season", "games played"),
    Measure("win_share", _RESULTS, SEASON, f"of games won, 0 to 1; {_ADDED}"),
    Measure("win_share_at_home", _RESULTS, SEASON, f"of home games won, 0 to 1; {_ADDED}", False),
    Measure("win_share_away", _RESULTS, SEASON, f"of away games won, 0 to 1; {_ADDED}", False),
    Measure("points_for", _RESULTS, SEASON, f"points scored a game; {_ADDED}"),
    Measure("points_against", _RESULTS, SEASON, f"points allowed a game; {_ADDED}"),
    Measure("offensive_rating", _LINES, SEASON, f"points scored per 100 possessions; {_ADDED}"),
    Measure("defensive_rating", _LINES, SEASON, f"points allowed per 100 possessions; {_ADDED}"),
    Measure("net_rating", _LINES, SEASON, "offensive less defensive rating, points per 100 possessions"),
    Measure("pace", _LINES, SEASON, f"possessions a game; {_ADDED}"),
)
_WINDOW_MEASURES = tuple(
    measure
    for suffix, window in WINDOWS.items()
    for measure in (
        Measure(f"win_share_{suffix}", _RESULTS, window, "of games won, 0 to 1"),
        Measure(f"points_for_{suffix}", _RESULTS, window, "points scored a game"),
        Measure(f"points_against_{suffix}", _RESULTS, window, "points allowed a game"),
        Measure(f"net_rating_{suffix}", _LINES, window, "net points per 100 possessions"),
    )
)
_SCHEDULE_MEASURES = (
    Measure("rest_days", "fixtures", "the game before", "days since its tip-off, at most 10"),
    Measure("back_to_back", "fixtures", "the game before", "1 if less than 36 h before, else 0", False),
    Measure("games_in_7_days", "fixtures", "7 days", "games before this one that began in them"),
)
_RATING_MEASURES = (
    Measure("elo_slow", _RESULTS, _ALL, "Elo points, 1500 is the mean; K 10"),
    Measure("elo_medium", _RESULTS, _ALL, "Elo points, 1500 is the mean; K 20"),
    Measure("elo_fast", _RESULTS, _ALL, "Elo points, 1500 is the mean; K 40"),
    Measure("bradley_terry", _RESULTS, _FADING, "log odds of a win against a mean team"),
    Measure("margin_rating", _RESULTS, _FADING, "points better than a mean team"),
    Measure(
        "total_rating",
        _RESULTS,
        _FADING,
        "points more in its games, both sides'",
        False,
    ),
)
_SQUAD_MEASURES = (
    Measure("players_out", "roster_moves", _SQUAD, "players on the roster who cannot play"),
    Measure("out_points", _ROSTERS, _SQUAD, "points a game that those usually score, together"),
    Measure("out_value", _ROSTERS, _SQUAD, "game score a game that those usually have, together"),
    Measure("squad_points", _ROSTERS, _SQUAD, "points a game that the able usually score, together"),
    Measure("squad_value", _ROSTERS, _SQUAD, "game score a game that the able usually have, together"),
    Measure(
        "squad_change",
        _ROSTERS,
        "last 10 games",
        "squad value less the mean of those who played in these games, by what they bring now",
    ),
)
TEAM_MEASURES = (
    *_SEASON_MEASURES,
    *_WINDOW_MEASURES,
    *_SCHEDULE_MEASURES,
    *_RATING_MEASURES,
    *_SQUAD_MEASURES,
)


def _sides(measure: Measure) -> Iterator[Feature]:
    m = measure
    yield Feature(f"home_{m.name}", m.source, m.window, f"the home team's: {m.says}", Side.HOME)
    yield Feature(f"away_{m.name}", m.source, m.window, f"the away team's: {m.says}", Side.AWAY)
    if m.compared:
        yield Feature(f"{m.name}_difference", m.source, m.window, "home less away", Side.DIFFERENCE)


GAME_FEATURES = (
    *(feature for measure in TEAM_MEASURES for feature in _sides(measure)),
    Feature(
        "win_share_here_difference",
        _RESULTS,
        SEASON,
        "the home team's at home less the away team's away",
        Side.DIFFERENCE,
    ),
    Feature("head_to_head_games", _RESULTS, "2 years", "games between the two"),
    Feature(
        "head_to_head_win_share", _RESULTS, "2 years", "of those, won by the home team; two even ones added"
    ),
    Feature("head_to_head_margin", _RESULTS, "2 years", "points by which the home team won those, the mean"),
    Feature(
        "home_advantage",
        _RESULTS,
        _FADING,
        "points by which a home team beats its equal",
    ),
    Feature(
        "expected_margin",
        _RESULTS,
        _FADING,
        "points, home less away, from the margin ratings",
    ),
    Feature("expected_total", _RESULTS, _FADING, "points of both teams, from their total ratings"),
)
"""Of a game, in the order of the table's columns. A value that cannot be told is None, never 0."""

PLAYER_STATS = (
    *("points", "rebounds", "assists", "steals", "blocks", "turnovers", "fours_made"),
    *("shots", "value"),
)
"""What is averaged of a player; `value` is the game score: `player_form`."""
PLAYER_WINDOW_DAYS = 30
_MEAN_ADDED = "four games of the league's mean player added"
_STAT_SAYS = {
    "fours_made": "4-pointers made",
    "shots": "shots from the field",
    "value": "game score",
}
SHOT_KINDS = {
    "free_throws": "free throws",
    "twos": "2-pointers",
    "threes": "3-pointers",
    "fours": "4-pointers",
}


def _stat(stat: str) -> Iterator[Feature]:
    says = f"{_STAT_SAYS.get(stat, stat)} a game"
    yield Feature(f"{stat}_season", "player_lines", SEASON, f"{says}; {_MEAN_ADDED}")
    for suffix, window in (
        (f"last_{LAST_GAMES}", f"last {LAST_GAMES} games"),
        (f"{PLAYER_WINDOW_DAYS}_days", f"{PLAYER_WINDOW_DAYS} days"),
    ):
        yield Feature(
            f"{stat}_{suffix}", "player_lines", window, f"{says}; four such games of his season added"
        )


def _shooting(kind: str) -> Iterator[Feature]:
    says = SHOT_KINDS[kind]
    yield Feature(f"{kind}_tried", "player_lines", SEASON, f"{says} tried a game; {_MEAN_ADDED}")
    yield Feature(
        f"{kind}_made_share",
        "player_lines",
        SEASON,
        f"of {says} tried, made, 0 to 1; {_MEAN_ADDED}",
    )


PLAYER_FEATURES = (
    Feature("player_games", "player_lines", "this season", "games he appeared in"),
    *(feature for stat in PLAYER_STATS for feature in _stat(stat)),
    *(feature for kind in SHOT_KINDS for feature in _shooting(kind)),
    Feature("points_share", "fixtures, player_lines", SEASON, "of his team's points in his games, 0 to 1"),
    Feature("days_since_played", "player_lines", "his game before", "days from its tip-off, at most 60"),
    Feature("is_home", "fixtures", "the game", "1 if his team is at home, else 0"),
    Feature("rest_days", "fixtures", "the game before", "his team's, days since its tip-off, at most 10"),
    Feature("back_to_back", "fixtures", "the game before", "his team's, 1 if it began less than 36 h before"),
    Feature("team_pace", _LINES, SEASON, "his team's possessions a game"),
    Feature("team_points", _RESULTS, SEASON, "his team's points a game"),
    Feature("opponent_pace", _LINES, SEASON, "the opponent's possessions a game"),
    Feature("opponent_defensive_rating", _LINES, SEASON, "points the opponent allows per 100 possessions"),
    Feature("opponent_points_against", _RESULTS, SEASON, "points the opponent allows a game"),
    Feature("expected_margin", _RESULTS, _FADING, "points by which his team is expected to win"),
    Feature("expected_team_points", _RESULTS, _FADING, "his team's points, from the ratings"),
    Feature("teammates_out", "roster_moves", _SQUAD, "players of his team, himself apart, who cannot play"),
    Feature("teammates_out_points", _ROSTERS, _SQUAD, "points a game that those usually score, together"),
)
"""Of a player in a game, in the order of the table's columns."""

APPEARS = Feature(
    "appears",
    _ROSTERS,
    "last 10 games",
    "chance that he appears, 0 to 1; no model learns from it",
)
"""Stands beside a player's features: by it his points are held to his team's."""
