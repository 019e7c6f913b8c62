"""How many plays a whole game has, told by the league's own games."""

from __future__ import annotations

import pytest

from uball_assets.domain.plays.whole_game import usual_plays

LEAGUE = [190, 204, 215, 226, 240, 251, 270, 288, 301, 315]


def test_a_leagues_own_games_say_what_is_few_and_what_far_too_few() -> None:
    usual = usual_plays(LEAGUE)
    assert usual is not None
    assert usual.lower_quartile == pytest.approx(217.75)
    assert [usual.is_few(count) for count in (3, 108, 163, 164, 190, 315)] == [True] * 3 + [False] * 3
    assert [usual.is_far_too_few(count) for count in (3, 108, 109, 163)] == [True, True, False, False]
    assert usual.told(3) == "3 plays are far too few for a game: three quarters of 10 others have 218 or more"
    assert usual.told(150).startswith("150 plays are few for a game")


def test_a_league_of_short_games_finds_its_games_whole() -> None:
    usual = usual_plays([28, 29, 30, 30, 30, 31, 32, 33])
    assert usual is not None
    assert not usual.is_few(28)
    assert usual.is_far_too_few(3)


def test_a_few_broken_games_do_not_move_what_is_usual() -> None:
    usual = usual_plays([*LEAGUE, 3, 5])
    assert usual is not None
    assert usual.is_far_too_few(60)


def test_while_a_league_has_few_games_no_number_is_held_against_one() -> None:
    assert usual_plays(LEAGUE[:7]) is None
    assert usual_plays(LEAGUE[:8]) is not None
