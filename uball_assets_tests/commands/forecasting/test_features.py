"""`uball features` on a home whose warehouse holds a small league."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from uball_assets.adapters.warehouse.warehouse import Lineage
from uball_assets.cli import main
from uball_assets.domain.form.book import FormBook
from uball_assets.domain.league.tables import FIXTURES, PLAYER_LINES, ROSTER_MOVES, TEAM_LINES, rows_of
from uball_assets.resources import warehouse
from uball_assets.settings import Settings
from uball_assets_tests.domain.form.leagues import League, some_league


def uball(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def league(settings: Settings) -> League:
    league = some_league(7, games=20)
    tables = warehouse(settings)
    for table, facts in (
        (FIXTURES, league.fixtures),
        (TEAM_LINES, league.team_lines),
        (PLAYER_LINES, league.player_lines),
        (ROSTER_MOVES, league.moves),
    ):
        tables.write(table, rows_of(facts), Lineage("feed", "a run"))
    return league


def test_features_tells_what_was_known_at_tip_off_with_its_meaning(league: League) -> None:
    game = league.final[-1]
    told = uball("features", game.game_id)
    assert told.exit_code == 0, told.output
    assert f"{game.home_team} at home to {game.away_team}, as of" in told.output
    assert "the home team's: Elo points" in told.output


def test_features_answers_in_json_what_the_form_book_says(league: League) -> None:
    game = league.final[-1]
    told = uball("features", game.game_id, "--json")
    assert json.loads(told.output)["features"] == FormBook(league.facts).game(game)


def test_features_of_a_game_that_nobody_knows_is_refused(league: League) -> None:  # noqa: ARG001
    told = uball("features", "nobody's")
    assert told.exit_code != 0
    assert "has no game" in told.output
