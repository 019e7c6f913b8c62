"""A row of the plays database's `games` as the schedule knows it: the teams' ids, the fixture, the sheets.

Belongs here: which column says what. Not here: whether it can be (`reading`), the official score's forms
(`review.score_check`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uball_assets.domain.fields import text_in
from uball_assets.domain.footage.teams import Teams, teams_of
from uball_assets.domain.league.intake.reading import jersey_in
from uball_assets.domain.league.intake.sheets import Player
from uball_assets.domain.review.score_check import official_points


def team_ids(game: Mapping[str, Any]) -> tuple[str, str] | None:
    """Home and away: `team_a_id` and `team_b_id`, else the display names; None where one is not told."""
    found = [
        text_in(game.get(f"team_{letter}_id")) or text_in(game.get(f"team{number}_display_name"))
        for letter, number in (("a", 1), ("b", 2))
    ]
    return (found[0], found[1]) if found[0] and found[1] else None


def fixture_values(game: Mapping[str, Any]) -> dict[str, Any]:
    """As a feed's row of fixtures has it. A score that is not understood stands as it is, to be refused."""
    home, away = team_ids(game) or (None, None)
    values = {"game_id": game.get("id"), "tip_off": game.get("date"), "home_team": home, "away_team": away}
    scores = game.get("scores")
    if scores in (None, "", [], {}):
        return values
    points = official_points(game, teams_of(game) or _teams(home, away))
    return values | dict(
        zip(("home_points", "away_points"), points or (str(scores), str(scores)), strict=True)
    )


def sheet_players(game: Mapping[str, Any], number: int) -> dict[str, Player]:
    """Of team 1 or 2, by id; who has none is not told."""
    found = {}
    roster = game.get(f"roster_team{number}")
    for told in roster if isinstance(roster, list) else []:
        player_id = text_in(told.get("player_id")) if isinstance(told, Mapping) else None
        if player_id:
            name = text_in(told.get("name")) or ""
            found[player_id] = Player(player_id, name, jersey_in(told.get("jersey_number")))
    return found


def _teams(home: str | None, away: str | None) -> Teams:
    names = (home or "team1", away or "team2")
    return Teams(names, names)
