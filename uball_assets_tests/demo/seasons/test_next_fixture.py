"""What a person reads of the next fixture at the demo's end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from uball_assets.demo.seasons.next_fixture import NextFixture
from uball_assets.domain.forecasting.forecast import GameForecast, Interval, Reason
from uball_assets.domain.forecasting.made import MadeForecast, Making
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.services.league.fixture_reading import FixtureNow, SheetLine, TeamSheet

TIP_OFF = datetime(2026, 11, 30, 18, tzinfo=UTC)
TOLD = GameForecast(
    0.61,
    Interval(78.4, 64.0, 92.0),
    Interval(73.0, 60.0, 86.0),
    (Reason("margin_rating_difference", 4.0, 0.3), Reason("squad_points_difference", -6.0, -0.1)),
)
STATS = {stat: Interval(2.0, 0.0, 4.0) for stat in ("points", "rebounds", "assists", "steals", "blocks")}


def sheet(team: str, told: Interval) -> TeamSheet:
    lines = (SheetLine("1", "Ruiz", STATS, None, False, 0.75), SheetLine("2", "Moss", {}, None, True, None))
    return TeamSheet(team, team, None, told, None, "", None, lines)


def next_fixture(*, is_over: bool) -> NextFixture:
    fixture = Fixture("g", "s", Phase.SEASON, TIP_OFF, "h", "a", Status.SCHEDULED, None, None, TIP_OFF)
    made_at = TIP_OFF - timedelta(days=1)
    making = Making("g", TIP_OFF, "h", "a", "outcome-model-v1", made_at, True, "x", "the game is new")
    sheets = (sheet("Granite Gray", TOLD.home_points), sheet("Harbor Blue", TOLD.away_points))
    now = FixtureNow(fixture, MadeForecast(making, TOLD), (), (), None, sheets)
    best = GameForecast(0.66, TOLD.home_points, TOLD.away_points, ())
    return NextFixture(now, TOLD, best, 0.57, is_over)


def test_it_tells_chance_score_reasons_and_players_beside_the_base_rate_and_the_best_possible() -> None:
    text = next_fixture(is_over=False).text()
    assert "The next fixture: Granite Gray - Harbor Blue, 2026-11-30 18:00 UTC\n" in text
    for words in ("61%", "57%", "66%", "78 (64 to 92)", "strength by margins", "Ruiz", "75%", "out: Moss"):
        assert words in text
    assert text.count("moves the chance by") == 2


def test_after_tip_off_it_says_so() -> None:
    assert (
        "its tip-off has passed, and nothing is told of a game after that"
        in next_fixture(is_over=True).text()
    )


def test_as_data_it_has_the_three_chances() -> None:
    told = next_fixture(is_over=False).to_dict()
    assert (told["home_win"], told["home_win_base_rate"], told["home_win_best_possible"]) == (
        0.61,
        0.57,
        0.66,
    )
