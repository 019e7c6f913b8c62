from __future__ import annotations

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.games import game_title, one_spelling, short_id, spellings, valid_game_id


@pytest.mark.parametrize("text", ["g1", "1a2b3c4d-0f0e-4a5b-8c6d-fedcba987654", "Game_7", "x" * 100])
def test_a_usable_game_id_comes_back_unchanged(text: str) -> None:
    assert valid_game_id(text) == text


@pytest.mark.parametrize(
    "text", ["", " ", "a b", "a/b", "../up", "-a", "_a", "spiel-ä", "g1\n", "x" * 101], ids=repr
)
def test_an_id_that_cannot_name_a_folder_is_refused_by_name(text: str) -> None:
    with pytest.raises(Permanent, match="cannot name a game") as refused:
        valid_game_id(text)
    assert repr(text) in str(refused.value)


def test_a_short_id_tells_games_apart_whose_names_begin_with_their_day() -> None:
    assert short_id("1a2b3c4d-0f0e-4a5b-8c6d-fedcba987654") == "1a2b3c4d"
    assert short_id("2026-03-20-gray-blue") == "…gray-blue"
    assert short_id("2026-03-20-red-white") == "…red-white"
    assert short_id("friday") == "friday"


def test_a_game_is_titled_by_its_day_and_teams_as_far_as_they_are_known() -> None:
    row = {"date": "2026-03-07", "team1_display_name": "Gray", "team2_display_name": "Blue"}
    assert game_title(row) == "2026-03-07, Gray - Blue"
    assert game_title({"date": None, "team1_display_name": "Gray"}) == "no date, Gray - ?"
    assert game_title({"date": "2026-03-07"}) == "2026-03-07, no teams entered"
    assert game_title(None) == "not in the games table"


UPPER = "6F1C0000-0000-0000-0000-00000000ABCD"


@pytest.mark.parametrize(
    ("given", "known", "name"),
    [
        (UPPER, (), UPPER.lower()),
        (UPPER.lower(), (), UPPER.lower()),
        ("6F1c0000-0000-0000-0000-00000000abCD", (), UPPER.lower()),
        (UPPER, (UPPER.lower(),), UPPER.lower()),
        (UPPER.lower(), (UPPER,), UPPER),
        (UPPER, (UPPER, UPPER.lower()), UPPER),
        ("Friday-GAME", (), "Friday-GAME"),
        ("Friday-GAME", ("friday-game",), "Friday-GAME"),
        (UPPER.replace("-", ""), (), UPPER.replace("-", "")),
    ],
)
def test_a_uuid_names_one_game_however_it_is_spelled(given: str, known: tuple[str, ...], name: str) -> None:
    assert one_spelling(given, known) == name


def test_a_games_folder_is_looked_for_under_its_own_name_first() -> None:
    assert spellings(UPPER.lower()) == (UPPER.lower(), UPPER)
    assert spellings(UPPER) == (UPPER, UPPER.lower())
    assert spellings("g1") == ("g1",)
