"""Players' form, and squads of those who can and cannot play, on facts written by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from uball_assets.domain.form.player_form import game_score
from uball_assets.domain.league.lines import Counts
from uball_assets.domain.league.rosters import Move
from uball_assets_tests.domain.form.by_hand import book, day, line, move, played, to_come

GAME = to_come(2, "A", "B")
TEN, TWENTY = Counts(twos_made=5), Counts(twos_made=10)
LINE_1, LINE_2 = line(0, "A", "B", "a1", TEN), line(0, "A", "B", "a2", TWENTY)
FACTS = (played(0, "A", "B", (100, 90)), LINE_1, LINE_2)
"""The league's mean player scores 15."""
BRINGS_1, BRINGS_2 = (10 + 4 * 15) / 5, (20 + 4 * 15) / 5


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("player_games", 1),
        ("points_season", BRINGS_1),
        ("points_last_5", (10 + 4 * BRINGS_1) / 5),
        ("points_30_days", (10 + 4 * BRINGS_1) / 5),
        ("shots_season", (5 + 4 * 7.5) / 5),
        ("twos_made_share", 1),
        ("threes_tried", 0),
        ("fours_made_share", None),
        ("points_share", BRINGS_1 / 100),
        ("days_since_played", 2),
        ("is_home", 1),
        ("rest_days", 2),
        ("teammates_out", None),
    ],
)
def test_a_player_after_one_game(name: str, expected: float | None) -> None:
    told = book(*FACTS).player(GAME, "A", "a1")[name]
    assert told == (None if expected is None else pytest.approx(expected))


def test_a_player_nobody_has_seen_has_no_averages_but_a_game_around_him() -> None:
    told = book(*FACTS).player(GAME, "B", "new")
    assert told["player_games"] == 0
    assert told["points_season"] is None
    assert told["days_since_played"] is None
    assert told["is_home"] == 0
    assert told["opponent_points_against"] == pytest.approx((90 + 2 * 95) / 3)


def test_the_guests_expect_what_the_home_team_does_not() -> None:
    told = book(*FACTS)
    home, away = told.player(GAME, "A", "a1"), told.player(GAME, "B", "new")
    assert home["expected_margin"] is not None
    assert away["expected_margin"] == -home["expected_margin"]
    total = told.game(GAME)["expected_total"]
    assert total is not None
    assert (home["expected_team_points"] or 0) + (away["expected_team_points"] or 0) == pytest.approx(total)


def test_a_team_that_does_not_play_is_refused() -> None:
    with pytest.raises(KeyError):
        book(*FACTS).player(GAME, "C", "a1")


def test_who_appeared_is_on_the_roster_and_brings_what_he_usually_does() -> None:
    told = book(*FACTS).game(GAME)
    assert told["home_squad_points"] == pytest.approx(BRINGS_1 + BRINGS_2)
    assert told["home_squad_change"] == pytest.approx(0)
    assert told["home_players_out"] is None
    assert told["away_squad_points"] is None


def test_an_injury_takes_what_he_brings_and_a_return_gives_it_back() -> None:
    out = move("a2", "A", Move.OUT, 1)
    hurt = book(*FACTS, out).game(GAME)
    assert hurt["home_players_out"] == 1
    assert hurt["home_out_points"] == pytest.approx(BRINGS_2)
    assert hurt["home_squad_points"] == pytest.approx(BRINGS_1)
    change, value = hurt["home_squad_change"], hurt["home_out_value"]
    assert change == pytest.approx(-(value or 0))
    back = book(*FACTS, out, move("a2", "A", Move.BACK, 1.5)).game(GAME)
    assert back["home_players_out"] == 0
    assert back["home_out_points"] == 0
    assert back["home_squad_points"] == pytest.approx(BRINGS_1 + BRINGS_2)


def test_a_trade_moves_what_he_brings() -> None:
    told = book(*FACTS, move("a2", "B", Move.JOINED, 1)).game(GAME)
    assert told["home_squad_points"] == pytest.approx(BRINGS_1)
    assert told["away_squad_points"] == pytest.approx(BRINGS_2)


def test_teammates_out_are_others() -> None:
    told = book(*FACTS, move("a2", "A", Move.OUT, 1))
    assert told.player(GAME, "A", "a1")["teammates_out"] == 1
    assert told.player(GAME, "A", "a2")["teammates_out"] == 0
    assert told.player(GAME, "A", "a2")["teammates_out_points"] == pytest.approx(0)


def test_a_line_taken_back_is_no_appearance_and_one_of_zeros_is_one() -> None:
    nothing = line(0, "A", "B", "a3", Counts())
    taken_back = replace(LINE_1, counts=Counts(), known_at=day(1))
    told = book(*FACTS, nothing, taken_back)
    assert told.player(GAME, "A", "a3")["player_games"] == 1
    assert told.player(GAME, "A", "a1")["player_games"] == 0


def test_game_score_is_hollingers() -> None:
    counts = Counts(5, 1, 6, 4, 2, 3, 1, 1, 2, 6, 1, 7, 2, 1, 3, 4)
    points, made, shots = 5 + 12 + 6 + 4, 9, 17
    others = 0.7 * 2 + 0.3 * 6 + 0.4 * 1 + 0.7 * 7 + 2 + 0.7 * 1 - 3 - 0.4 * 4
    assert game_score(counts) == pytest.approx(points + 0.4 * made - 0.7 * shots - 0.4 * 1 + others)
