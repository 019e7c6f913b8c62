"""A row of `games` as the schedule knows it."""

from __future__ import annotations

from typing import Any

import pytest

from uball_assets.domain.league.intake.games_table import fixture_values, sheet_players, team_ids

GAME: dict[str, Any] = {
    "id": "g1",
    "date": "2026-03-17",
    "team1_display_name": "Lions",
    "team2_display_name": "Bears",
    "team1_color": "Gray",
    "team2_color": "Blue",
}


def test_teams_have_their_ids_or_else_their_names() -> None:
    assert team_ids(GAME) == ("Lions", "Bears")
    assert team_ids(GAME | {"team_a_id": "t1", "team_b_id": "t2"}) == ("t1", "t2")
    assert team_ids(GAME | {"team1_display_name": None}) is None


@pytest.mark.parametrize(
    ("scores", "points"),
    [
        (None, None),
        ({"team1": 61, "team2": 58}, (61, 58)),
        ([61, 58], (61, 58)),
        ({"Bears": 58, "Lions": 61}, (61, 58)),
        ({"gray": {"total": 61}, "blue": {"total": 58}}, (61, 58)),
        ({"team1": -5, "team2": 58}, ("{'team1': -5, 'team2': 58}",) * 2),
    ],
)
def test_the_official_score_is_the_homes_and_the_guests(scores: object, points: object) -> None:
    values = fixture_values(GAME | {"scores": scores})
    told = (values["home_points"], values["away_points"]) if "home_points" in values else None
    assert told == points
    assert (values["home_team"], values["away_team"], values["tip_off"]) == ("Lions", "Bears", "2026-03-17")


def test_a_score_without_colours_is_read_by_the_teams_places() -> None:
    plain = {name: value for name, value in GAME.items() if "color" not in name}
    assert fixture_values(plain | {"scores": {"team1": 61, "team2": 58}})["home_points"] == 61


def test_a_sheet_names_who_has_an_id() -> None:
    roster = [{"player_id": "p1", "name": "Kim", "jersey_number": "7"}, {"name": "nobody"}, "a word"]
    players = sheet_players(GAME | {"roster_team1": roster}, 1)
    assert [(one.player_id, one.name, one.jersey_number) for one in players.values()] == [("p1", "Kim", 7)]
    assert sheet_players(GAME, 2) == {}
