"""Who is to appear: by the team's last games, whoever is hurt."""

from __future__ import annotations

import pytest

from uball_assets.domain.league.appearing import PlayedBy, chances_to_appear

ELEVEN = tuple("abcdefghijk")
NINE = frozenset(ELEVEN[:9])


def games(count: int, able: str = "abcdefghijk", appeared: frozenset[str] = NINE) -> list[PlayedBy]:
    return [PlayedBy(frozenset(able), appeared)] * count


def test_nine_of_eleven_play_and_they_add_up_to_nine() -> None:
    told = chances_to_appear(ELEVEN, games(10))
    assert sum(told.values()) == pytest.approx(9)
    assert min(told[one] for one in NINE) > 0.9 > 0.4 > told["j"] == told["k"]


def test_where_somebody_is_out_the_next_one_plays() -> None:
    all_well = chances_to_appear(ELEVEN, games(10))
    told = chances_to_appear([one for one in ELEVEN if one != "a"], games(10))
    assert sum(told.values()) == pytest.approx(9)
    assert told["j"] > 2 * all_well["j"]
    assert chances_to_appear(sorted(NINE), games(10)) == dict.fromkeys(NINE, 1.0)


def test_games_in_which_he_was_hurt_say_nothing_of_him() -> None:
    while_hurt = PlayedBy(frozenset("bcdefghijk"), frozenset("bcdefghij"))
    told = chances_to_appear(ELEVEN, [*games(5), *[while_hurt] * 5])
    assert told["a"] > told["j"]


def test_one_whom_nobody_has_seen_is_between_the_regulars_and_the_bench() -> None:
    told = chances_to_appear((*ELEVEN, "new"), games(10))
    assert told["a"] > told["new"] > told["k"]


def test_a_team_without_a_known_game_tells_nobodys_chance() -> None:
    assert chances_to_appear(ELEVEN, []) == {}
    assert chances_to_appear([], games(3)) == {}
