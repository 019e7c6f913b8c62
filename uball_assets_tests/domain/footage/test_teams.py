from __future__ import annotations

from typing import Any

import pytest

from uball_assets.domain.answers.examples import PROMPT_HASH, colors_in, prompt
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.teams import Teams, color_of, shirt_of, teams_of, worn
from uball_assets.domain.hashing import content_hash

GAME = {
    "team1_display_name": "Granite Gray",
    "team1_color": "Gray",
    "team2_display_name": "Harbor Blue",
    "team2_color": "Blue",
}
TEAMS = Teams(("Granite Gray", "Harbor Blue"), ("Gray", "Blue"))


def test_a_games_row_tells_its_teams() -> None:
    assert teams_of(GAME) == TEAMS
    assert teams_of(GAME | {"team1_display_name": None}) == Teams(("Gray", "Harbor Blue"), ("Gray", "Blue"))


@pytest.mark.parametrize(
    "row",
    [
        None,
        {},
        GAME | {"team2_color": None},
        GAME | {"team2_color": " "},
        GAME | {"team2_color": "grey"},
        GAME | {"team2_color": "#808080"},
    ],
)
def test_where_a_row_does_not_tell_two_colours_the_teams_are_not_known(row: dict[str, Any] | None) -> None:
    assert teams_of(row) is None


def test_a_row_that_speaks_of_other_colours_than_its_plays_is_not_believed() -> None:
    red = ["Player #1 (Red)", "Player #2 (Red)", "Player #7 (Gray)"]
    assert teams_of(GAME, red) is None
    assert teams_of(GAME, [*red, "Player #9 (grey)", "Player #3 (Blue)", None, "somebody"]) == TEAMS


@pytest.mark.parametrize(
    ("player", "color"),
    [("Player #7 (Gray)", "Gray"), ("Player (Dark Blue) ", "Dark Blue"), ("Okafor", None), (None, None)],
)
def test_a_player_is_written_with_his_teams_colour(player: str | None, color: str | None) -> None:
    assert color_of(player) == color


@pytest.mark.parametrize(
    ("player", "shirt"),
    [
        ("Player #7 (Gray)", "Gray #7"),
        ("# 7 ( grey )", "Gray #7"),
        ("Player #0 (Gray)", "Gray #0"),
        ("Player #00 (Gray)", "Gray #00"),
        ("Player #7", None),
        ("Jo (Gray)", None),
        (None, None),
    ],
)
def test_a_shirt_is_one_however_its_player_is_written(player: str | None, shirt: str | None) -> None:
    assert shirt_of(player) == shirt


def test_who_is_of_neither_team_is_a_stranger() -> None:
    own = ["Player #7 (Grey)", "Player #8 (blue)", "Player #9 (Harbor Blue)", "Okafor", None]
    assert TEAMS.strangers(own) == ()
    assert TEAMS.strangers([*own, "Player (Red)", "Player #1 (White)", "Player (Red)"]) == (
        "Player (Red)",
        "Player #1 (White)",
    )


@pytest.mark.parametrize("angle", Angle)
def test_a_prompt_names_both_teams_and_their_colours_where_they_are_known(angle: Angle) -> None:
    plain, asked = prompt(angle).splitlines(), prompt(angle, TEAMS).splitlines()
    [added] = [line for line in asked if line not in plain]
    assert [line for line in asked if line != added] == plain
    assert "Granite Gray (Gray) and Harbor Blue (Blue)" in added
    assert colors_in(prompt(angle, TEAMS)) == ("Gray", "Blue")
    assert colors_in(prompt(angle)) is None


def test_whatever_a_team_is_called_it_stays_one_line_and_its_colour_is_found() -> None:
    teams = teams_of(
        GAME | {"team1_display_name": "The {Rocks};\n(best) of 2 (Red)", "team2_color": "Sea (Blue)"}
    )
    assert teams is not None
    text = prompt(Angle.FAR_LEFT, teams)
    assert len(text.splitlines()) == len(prompt(Angle.FAR_LEFT, TEAMS).splitlines())
    assert colors_in(text) == ("Gray", "Sea Blue")


def test_the_prompts_hash_is_the_templates_and_no_games() -> None:
    assert content_hash([prompt(angle) for angle in Angle]) != PROMPT_HASH
    assert content_hash([prompt(angle, TEAMS) for angle in Angle]) != PROMPT_HASH


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (7, "7"),
        (7.0, "7"),
        ("07", "07"),
        (0, "0"),
        ("0", "0"),
        ("00", "00"),
        ("000", "000"),
        (" 12 ", "12"),
        ("", None),
        (None, None),
        ("seven", None),
        (-3, None),
    ],
    ids=repr,
)
def test_a_jerseys_number_is_its_digits_so_that_0_and_00_are_two(
    number: object, expected: str | None
) -> None:
    assert worn(number) == expected
