"""What the form book tells of games and players of small leagues drawn by seed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from uball_assets.domain.form import tables
from uball_assets.domain.form.book import FormBook
from uball_assets.domain.form.columns import GAME_FEATURES, PLAYER_FEATURES
from uball_assets_tests.domain.form.leagues import League, some_league


@pytest.fixture(scope="module")
def league() -> League:
    return some_league(7, teams=4, games=40, seasons=2)


@pytest.fixture(scope="module")
def book(league: League) -> FormBook:
    return FormBook(league.facts)


def test_every_feature_has_a_name_of_its_own() -> None:
    for features in (GAME_FEATURES, PLAYER_FEATURES):
        names = [feature.name for feature in features]
        assert len(names) == len(set(names))


def test_a_game_has_every_feature_in_order_and_late_in_a_season_all_are_told(
    league: League, book: FormBook
) -> None:
    game = league.final[-1]
    told = book.game(game)
    assert list(told) == [feature.name for feature in GAME_FEATURES]
    assert [name for name, value in told.items() if value is None] == []


def test_a_player_has_every_feature_in_order(league: League, book: FormBook) -> None:
    game = league.final[-1]
    player = min(book.roster(game.away_team, game.tip_off).players)
    told = book.player(game, game.away_team, player)
    assert list(told) == [feature.name for feature in PLAYER_FEATURES]
    assert [name for name, value in told.items() if value is None] == []


def test_of_the_first_game_nothing_is_told_as_if_it_were_zero(league: League, book: FormBook) -> None:
    told = book.game(league.final[0])
    counts = ("home_games", "away_games", "games_difference", "head_to_head_games")
    assert {name: value for name, value in told.items() if value is not None} == dict.fromkeys(counts, 0.0)


def test_of_a_later_moment_than_the_tip_off_no_more_is_told(league: League, book: FormBook) -> None:
    game = league.final[-1]
    assert book.game(game, game.tip_off + timedelta(days=3)) == book.game(game)


def test_a_games_own_score_is_not_read(league: League, book: FormBook) -> None:
    game = league.final[-1]
    assert book.game(replace(game, home_points=200, away_points=0)) == book.game(game)


def test_who_is_said_to_be_out_is_missed_and_nothing_else_changes(league: League, book: FormBook) -> None:
    game = league.final[-1]
    roster = book.roster(game.home_team, game.tip_off)
    missed = min(roster.players - roster.out)
    told, without = book.game(game), book.game(game, out=[missed])
    assert without["home_players_out"] == (told["home_players_out"] or 0.0) + 1
    assert (without["home_squad_points"] or 0.0) < (told["home_squad_points"] or 0.0)
    about_squads = ("out", "squad")
    changed = {name for name in told if told[name] != without[name]}
    assert all(any(word in name for word in about_squads) for name in changed)
    assert book.game(game) == told


def test_swapping_home_and_away_swaps_what_is_told_of_them(league: League, book: FormBook) -> None:
    game = league.final[-1]
    told = book.game(game)
    swapped = book.game(replace(game, home_team=game.away_team, away_team=game.home_team))
    for name, value in told.items():
        side, _, measure = name.partition("_")
        if side in ("home", "away") and name != "home_advantage":
            assert swapped[f"{'away' if side == 'home' else 'home'}_{measure}"] == value, name
        elif name.endswith("_difference") and name != "win_share_here_difference":
            assert value is not None
            assert swapped[name] == -value, name
    assert (told["head_to_head_win_share"] or 0.0) + (
        swapped["head_to_head_win_share"] or 0.0
    ) == pytest.approx(1)


def test_rows_have_the_columns_of_their_tables(league: League, book: FormBook) -> None:
    game = league.final[-1]
    row = tables.game_row(game, game.tip_off, book.game(game))
    assert set(row) == set(tables.FORM_FEATURES.columns)
    told = book.player(game, game.home_team, "T0-0")
    row = tables.player_row(game, game.home_team, "T0-0", game.tip_off, told, None)
    assert set(row) == set(tables.PLAYER_FEATURES.columns)
