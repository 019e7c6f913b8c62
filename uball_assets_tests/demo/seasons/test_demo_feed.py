"""The demo's seasons: laid around the day of the first run, the same ever after, the filmed games apart."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from uball_assets.demo.league import league
from uball_assets.demo.seasons.demo_feed import TO_COME, bring_feed
from uball_assets.settings import Settings
from uball_assets.settings.league.results import usual_sources

TODAY = date(2026, 11, 29)
FILMED = [game for batch in league() for game in batch.games]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    bring_feed(folder, FILMED, TODAY)
    return folder


def test_the_last_result_is_of_yesterday_and_the_next_game_tomorrow(home: Path) -> None:
    games = bring_feed(home, FILMED, TODAY).games
    assert sum(game.home_won is None for game in games) == TO_COME
    assert games[-TO_COME - 1].fixture.tip_off.date() == TODAY - timedelta(days=1)
    assert games[-TO_COME].fixture.tip_off.date() == TODAY + timedelta(days=1)


def test_a_later_run_finds_the_same_games_and_writes_nothing(home: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in (home / "feed").iterdir()}
    again = bring_feed(home, FILMED, TODAY + timedelta(days=9))
    assert again.games[-1].fixture.tip_off.date() < TODAY + timedelta(days=9)
    assert {path.name: path.stat().st_mtime_ns for path in (home / "feed").iterdir()} == before


def test_on_another_day_it_is_the_same_league(home: Path, tmp_path: Path) -> None:
    later = bring_feed(tmp_path, FILMED, TODAY + timedelta(days=100))
    first = bring_feed(home, FILMED, TODAY)
    assert [game.best for game in later.games] == [game.best for game in first.games]


def test_filmed_games_are_of_a_pre_season_with_their_official_scores(home: Path) -> None:
    rows = json.loads((home / "feed" / "fixtures-filmed.json").read_text())
    assert {row["phase"] for row in rows} == {"pre-season"}
    assert {row["game_id"]: (row["home_points"], row["away_points"]) for row in rows} == {
        game.game_id: (game.row["scores"]["team1"], game.row["scores"]["team2"]) for game in FILMED
    }


def test_nothing_in_the_feed_was_known_later_than_the_day_began(home: Path) -> None:
    midnight = datetime.combine(TODAY, datetime.min.time(), UTC)
    for path in (home / "feed").glob("*.csv"):
        with path.open() as file:
            assert all(datetime.fromisoformat(row["known_at"]) <= midnight for row in csv.DictReader(file))


def test_a_home_s_feed_is_asked_before_its_plays_without_a_setting(home: Path, tmp_path: Path) -> None:
    assert usual_sources(home) == (str(home / "feed"), "plays")
    assert Settings(home=home).results_sources == (str(home / "feed"), "plays")
    assert Settings(home=tmp_path / "other").results_sources == ("plays",)
