"""Two seasons of a league under Dagster's real daemon: models trained, continued, frozen in both playoffs;
every game told before it began, scored after, and none told once it had begun.

The league's year passes in minutes because its games are moved up; the calendar is a setting, so the platform
is started anew for each of its parts. The tests stand in their order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.registry import Entry
from uball_assets.domain.forecasting.tables import FORECAST_SCORES, FORECASTS
from uball_assets.domain.league.fixtures import Fixture, Phase
from uball_assets.domain.record import FORECASTING, Family
from uball_assets.resources import Resources, build_resources
from uball_assets.settings import Settings
from uball_assets_tests.daemon.league_year import FIRST, SECOND, LeagueYear, archive, now
from uball_assets_tests.daemon.platform import Platform
from uball_assets_tests.daemon.waiting import wait_for

pytestmark = pytest.mark.daemon

SENSORS = ("fixtures_sensor", "forecast_retrain_sensor")


def days(first: int, last: int) -> str:
    """Counted from today."""
    today = date.fromisoformat(now().date().isoformat())
    return f"{today + timedelta(days=first)}..{today + timedelta(days=last)}"


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("seasons")
    settings = {
        "UBALL_AUTOMATION_ON": "true",
        "UBALL_SENSOR_INTERVAL_S": "3",
        "UBALL_RESULTS_LOOK_S": "3",
        "UBALL_ATTEMPT_BACKOFF_S": "1",
        "UBALL_RESULTS_SOURCES": str(folder / "feed"),
    }
    platform = Platform(folder, settings)
    try:
        yield platform
    finally:
        platform.stop()
    assert not platform.processes()


@pytest.fixture(scope="module")
def year(platform: Platform) -> LeagueYear:
    year = LeagueYear(platform.folder / "feed", archive())
    year.tell()
    return year


@pytest.fixture(scope="module")
def outside(platform: Platform) -> Resources:
    return build_resources(Settings(checkout=platform.folder))


def in_part(platform: Platform, *calendar: str) -> None:
    """The platform, started anew with that calendar."""
    platform.stop()
    platform.settings = {**platform.settings, "UBALL_SEASONS": ",".join(calendar)}
    platform.start()


def models(outside: Resources, family: Family = Family.OUTCOME) -> list[Entry]:
    return of_family(outside.registry, family).entries("models")


def told(outside: Resources, games: list[Fixture]) -> bool:
    """Whether each has a forecast."""
    known = {row["game_id"] for row in outside.warehouse.read(FORECASTS)}
    return {game.game_id for game in games} <= known


def scored(outside: Resources, games: list[Fixture]) -> bool:
    known = {row["game_id"] for row in outside.warehouse.read(FORECAST_SCORES) if row["is_used"]}
    return {game.game_id for game in games} <= known


def play_a_round(platform: Platform, year: LeagueYear, outside: Resources, season: str, phase: Phase) -> None:
    """Games are announced, told, moved up, played and scored."""
    games = year.announce(season, phase)
    wait(platform, "forecasts", lambda: told(outside, games))
    games = year.move_up(games, 5)
    time.sleep(6)
    year.play(games)
    wait(platform, "scores", lambda: scored(outside, games))


def wait(platform: Platform, what: str, look: Callable[[], object]) -> None:
    wait_for(what, look, 90, platform.ui.seen)


def says(platform: Platform, sensor: str, words: str) -> bool:
    return any(words in tick.skip_reason for tick in platform.ui.ticks(sensor)[:3])


def test_the_first_season_trains_from_scratch_and_goes_on_with_each_result(
    platform: Platform, year: LeagueYear, outside: Resources
) -> None:
    in_part(platform, f"{FIRST} season {days(-200, 30)}")
    wait(platform, "first models", lambda: models(outside) and models(outside, Family.PLAYER))
    assert models(outside)[0]["how"] == "from scratch"
    play_a_round(platform, year, outside, FIRST, Phase.SEASON)
    wait(platform, "models that go on", lambda: all(len(models(outside, one)) > 1 for one in FORECASTING))
    assert models(outside)[1]["how"] == "continued"
    assert models(outside)[1]["parent"] == models(outside)[0]["name"]


def test_in_its_playoffs_models_are_frozen_and_games_told_all_the_same(
    platform: Platform, year: LeagueYear, outside: Resources
) -> None:
    before = {family: len(models(outside, family)) for family in FORECASTING}
    in_part(platform, f"{FIRST} season {days(-200, -1)}", f"{FIRST} playoffs {days(0, 20)}")
    play_a_round(platform, year, outside, FIRST, Phase.PLAYOFFS)
    frozen = f"playoffs of {FIRST}"
    wait(platform, "a tick that says so", lambda: says(platform, "forecast_retrain_sensor", frozen))
    assert {family: len(models(outside, family)) for family in FORECASTING} == before


def test_the_second_season_goes_on_and_its_playoffs_freeze_again(
    platform: Platform, year: LeagueYear, outside: Resources
) -> None:
    before = {family: len(models(outside, family)) for family in FORECASTING}
    past = (f"{FIRST} season {days(-200, -3)}", f"{FIRST} playoffs {days(-2, -2)}")
    in_part(platform, *past, f"{SECOND} season {days(-1, 30)}")
    play_a_round(platform, year, outside, SECOND, Phase.SEASON)
    wait(
        platform,
        "models of the second season",
        lambda: all(len(models(outside, family)) > before[family] for family in FORECASTING),
    )
    assert models(outside)[-1]["game_count"] > models(outside)[0]["game_count"]

    before = {family: len(models(outside, family)) for family in FORECASTING}
    in_part(platform, *past, f"{SECOND} season {days(-1, -1)}", f"{SECOND} playoffs {days(0, 20)}")
    play_a_round(platform, year, outside, SECOND, Phase.PLAYOFFS)
    wait(platform, "a tick", lambda: says(platform, "forecast_retrain_sensor", f"playoffs of {SECOND}"))
    assert {family: len(models(outside, family)) for family in FORECASTING} == before


def test_no_game_was_told_once_it_had_begun_and_each_was_scored_on_its_last_forecast(
    outside: Resources, year: LeagueYear
) -> None:
    rows = outside.warehouse.read(FORECASTS)
    began = {one.game_id: one.tip_off for one in sorted(year.facts.fixtures, key=lambda one: one.known_at)}
    assert [row for row in rows if row["made_at"] >= row["tip_off"]] == []
    assert [row for row in rows if row["made_at"] >= began[row["game_id"]]] == []
    scores = [row for row in outside.warehouse.read(FORECAST_SCORES) if row["family"] == "outcome"]
    for score in scores:
        of_it = [row for row in rows if (row["game_id"], row["model"]) == (score["game_id"], score["model"])]
        assert score["made_at"] == max(row["made_at"] for row in of_it)
    assert {row["game_id"] for row in scores} >= {
        f"{season}-{phase}-{number}"
        for season in (FIRST, SECOND)
        for phase in (Phase.SEASON, Phase.PLAYOFFS)
        for number in (0, 1)
    }


def test_every_tick_that_started_nothing_said_why(platform: Platform) -> None:
    for tick in (tick for sensor in SENSORS for tick in platform.ui.ticks(sensor)):
        assert tick.status in ("SUCCESS", "SKIPPED"), tick
        assert tick.run_keys or " " in tick.skip_reason, tick
