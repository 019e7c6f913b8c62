"""When forecasts are trained, and how: the rule, by table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.due import KnownGames, LastTraining, due
from uball_assets.domain.forecasting.how import How
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.learning.due.freeze import Held
from uball_assets.domain.learning.due.requests import Kind, Request

NOW = datetime(2026, 1, 15, tzinfo=UTC)
LAST = LastTraining("outcome-model-v3", "old", 50, NOW, NOW, NOW, NOW)
ASKED = Request(1, Kind.PERSON, "ann", "before the cup", 0.0, None, from_base=True)


def known(*, days: float = 1, hash_: str = "new", count: int = 53) -> KnownGames:
    return KnownGames(hash_, count, NOW + timedelta(days=days))


@pytest.mark.parametrize(
    ("result_days", "clock_days", "how"),
    [
        (1, 1, How.CONTINUED),
        (6.9, 6.9, How.CONTINUED),
        (7, 1, How.FROM_SCRATCH),
        (1, 7, How.FROM_SCRATCH),
        (29, 29, How.FROM_SCRATCH),
        (30, 1, How.TUNED),
        (1, 30, How.TUNED),
    ],
)
def test_how_follows_from_the_days_of_new_results_or_the_clock(
    result_days: float, clock_days: float, how: How
) -> None:
    found = due(LAST, known(days=result_days), NOW + timedelta(days=clock_days))
    assert found.how is how
    assert found.reason.startswith(f"due: 3 new games, {how}: ")


def test_a_model_that_was_never_tuned_is_when_its_first_month_is_over() -> None:
    never = replace(LAST, tuned_newest=None, tuned_at=None)
    assert due(never, known(days=8), NOW).how is How.FROM_SCRATCH
    assert due(never, known(days=30), NOW).how is How.TUNED


def test_the_first_model_waits_for_a_few_results() -> None:
    assert due(None, known(count=3), NOW).reason == "waiting: 3 games with a result"
    assert due(None, known(count=3), NOW).needs == "1 more result come in"
    assert due(None, known(count=4), NOW).how is How.FROM_SCRATCH


def test_nothing_is_due_while_nothing_is_new_however_long_ago() -> None:
    found = due(LAST, known(hash_="old", count=50), NOW + timedelta(days=90))
    assert (found.how, found.reason) == (None, "up to date: outcome-model-v3 has learned from all 50 games")


def test_a_corrected_result_is_new() -> None:
    assert "a result was corrected" in due(LAST, known(count=50), NOW).reason


def test_a_freeze_holds_everything_and_what_was_held_is_due_when_it_ends() -> None:
    playoffs = Held("no model changes: playoffs", "they end", None)
    assert due(LAST, known(), NOW, playoffs, ASKED).reason == "no model changes: playoffs"
    assert due(LAST, known(), NOW).how is How.CONTINUED


def test_a_person_gets_a_training_though_nothing_is_new_and_from_scratch_if_asked() -> None:
    same = known(hash_="old", count=50)
    assert due(LAST, same, NOW, None, ASKED).how is How.FROM_SCRATCH
    found = due(LAST, same, NOW, None, replace(ASKED, from_base=False))
    assert found.how is How.CONTINUED
    assert "asked for by ann (before the cup)" in found.reason


def fixture(game_id: str, season: str, phase: Phase, day: int, points: int | None = 80) -> Fixture:
    status = Status.FINAL if points else Status.SCHEDULED
    at = NOW + timedelta(days=day)
    return Fixture(game_id, season, phase, at, "a", "b", status, points, points and 70, at)


def test_known_games_are_those_that_are_learned_from() -> None:
    games = [
        fixture("oldest", "1", Phase.SEASON, 0),
        fixture("a", "2", Phase.SEASON, 1),
        fixture("b", "3", Phase.SEASON, 2),
        fixture("c", "4", Phase.SEASON, 3),
        fixture("playoffs", "4", Phase.PLAYOFFS, 4),
        fixture("all-star", "4", Phase.ALL_STAR, 5),
        fixture("to come", "4", Phase.SEASON, 6, None),
    ]
    found = KnownGames.of(games, ForecastConfig())
    assert (found.count, found.newest) == (3, NOW + timedelta(days=3))
    assert KnownGames.of(reversed(games), ForecastConfig()) == found
    assert KnownGames.of(games, ForecastConfig(with_playoffs=True)).count == 4
    corrected = [*games[:3], fixture("c", "4", Phase.SEASON, 3, 81)]
    assert KnownGames.of(corrected, ForecastConfig()).hash != found.hash
