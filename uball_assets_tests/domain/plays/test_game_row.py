"""What a game's own row says that cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from uball_assets.domain.footage.teams import teams_of
from uball_assets.domain.plays.game_row import row_complaints
from uball_assets_tests.domain.samples import a_play, a_row

ROSTER = [{"player_id": "x", "name": "Okafor", "jersey_number": number} for number in (4, 7)]
GAME: dict[str, Any] = {
    "id": "g1",
    "date": "2026-03-18",
    "team1_color": "Gray",
    "team2_color": "Blue",
    "team1_display_name": "Granite",
    "team2_display_name": "Harbor",
    "roster_team1": ROSTER,
    "scores": {"team1": 98, "team2": 101, "quarters": [[20, 30], [25, 24]]},
}


def complaints(player: str = "Player #7 (Gray)", **changed: Any) -> tuple[str, ...]:
    game, plays = GAME | changed, [a_play(player_a=player, events=())]
    return row_complaints(game, [a_row()], plays, teams_of(game, [player]))


def test_a_sound_row_has_no_complaints() -> None:
    assert complaints() == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"date": "18.3.26"}, "its date, '18.3.26', is none: write it as 2026-03-18"),
        ({"date": "1926-03-18"}, "its date, 1926-03-18, is before 2000: correct it"),
        (
            {"date": "2062-03-18"},
            "its date, 2062-03-18, is after its plays were written down, on 2026-03-18: correct it",
        ),
        ({"scores": {"team1": -4, "team2": 90}}, "a score of -4 cannot be (0 to 250): correct it"),
        ({"scores": [98, 1013]}, "a score of 1013 cannot be (0 to 250): correct it"),
        ({"scores": {"team1": 98.5}}, "a score of 98.5 cannot be (0 to 250): correct it"),
        (
            {"player": "Player #99 (Gray)"},
            "on no roster: Player #99 (Gray); correct the play or the roster",
        ),
    ],
)
def test_what_cannot_be_is_said(changed: dict[str, Any], said: str) -> None:
    assert complaints(**changed) == (said,)


@pytest.mark.parametrize(
    "changed",
    [
        {"date": None},
        {"date": "2026-03-19"},
        {"scores": None},
        {"scores": {"note": "overtime"}},
        {"roster_team1": None},
        {"roster_team1": []},
        {"player": "Player #99 (Blue)"},
        {"player": "Okafor (Gray)"},
        {"player": "Player #99"},
        {"team1_color": None},
    ],
    ids=str,
)
def test_what_is_not_told_is_not_held_against_a_game(changed: dict[str, Any]) -> None:
    assert complaints(**changed) == ()


def test_players_of_every_event_are_looked_for_and_the_first_named() -> None:
    plays = [a_play(play_id=f"p{n}", player_b=f"Player #{n} (Gray)") for n in range(10, 18)]
    [said] = row_complaints(GAME, [], plays, teams_of(GAME))
    assert said.startswith("on no roster: Player #10 (Gray), Player #11 (Gray)")
    assert "and 3 more" in said


def test_a_game_without_a_row_has_no_complaints() -> None:
    assert row_complaints(None, [a_row()], [a_play()], None) == ()
