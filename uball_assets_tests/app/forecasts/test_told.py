"""What was told, beside what came of it: the list of forecasts, how good they are, what they rest on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from uball_assets.adapters.warehouse.warehouse import Lineage
from uball_assets.domain.forecasting.forecast import GameForecast, Interval
from uball_assets.domain.forecasting.kept.scored import score_game
from uball_assets.domain.forecasting.made import MadeForecast, Making
from uball_assets.domain.forecasting.tables import FORECAST_SCORES, FORECASTS, forecast_row, score_row
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.tables import FIXTURES, rows_of
from uball_assets.services.forecasting.models import read_card
from uball_assets_tests.app.conftest import context_of
from uball_assets_tests.app.forecasts.conftest import Served

NOW = datetime.now(UTC).replace(microsecond=0)
POINTS = Interval(80.0, 70.0, 90.0)
CHANCES = {"old": (-40, 0.7, 1), "right": (-3, 0.8, 1), "wrong": (-2, 0.6, -1), "to-come": (2, 0.55, None)}
"""By game: days from now, the home team's chance, and the points it won by."""


@pytest.fixture
def told(served: Served) -> Served:
    """Four games, three of them played and scored; the last one was forecast twice."""
    opened, lineage = context_of(served.client).warehouse, Lineage("a test", "")
    opened.write(FIXTURES, rows_of(_fixture(game) for game in CHANCES), lineage)
    made = [_made(game) for game in CHANCES]
    later = _made("to-come", chance=0.65, hours_before=1)
    opened.write(FORECASTS, [forecast_row(one) for one in (*made, later)], lineage)
    scores = [score_game(one, _fixture(one.making.game_id)) for one in made]
    opened.write(FORECAST_SCORES, [score_row(score) for score in scores if score], lineage)
    return served


def _fixture(game: str) -> Fixture:
    days, _, margin = CHANCES[game]
    played = margin is not None
    return Fixture(
        game_id=game,
        season="2026",
        phase=Phase.SEASON,
        tip_off=NOW + timedelta(days=days),
        home_team="Falcons",
        away_team="Owls" if game != "wrong" else "Kites",
        status=Status.FINAL if played else Status.SCHEDULED,
        home_points=80 + (margin or 0) if played else None,
        away_points=80 if played else None,
        known_at=NOW - timedelta(days=100),
    )


def _made(game: str, chance: float | None = None, hours_before: float = 5) -> MadeForecast:
    fixture = _fixture(game)
    made_at = min(NOW, fixture.tip_off) - timedelta(hours=hours_before)
    teams = fixture.home_team, fixture.away_team
    making = Making(game, fixture.tip_off, *teams, "outcome-model-v1", made_at, True, "h", "it is new")
    return MadeForecast(making, GameForecast(chance or CHANCES[game][1], POINTS, POINTS, ()))


def test_the_schedules_forecasts_stand_beside_what_happened(told: Served) -> None:
    rows = {row["game_id"]: row for row in told.client.get("/api/forecasts").json()["forecasts"]}
    assert list(rows) == ["right", "wrong", "to-come"]
    assert rows["to-come"]["home_win"] == 0.65, "the last one that was made"
    assert rows["to-come"]["outcome"] is None
    assert rows["right"]["outcome"] == {
        "home_points": 81,
        "away_points": 80,
        "was_right": True,
        "log_loss": 0.2231,
    }
    assert rows["wrong"]["outcome"]["was_right"] is False


def test_forecasts_are_listed_by_days_and_team_page_by_page(told: Served) -> None:
    asked = {"since": str((NOW - timedelta(days=60)).date()), "until": str((NOW + timedelta(days=5)).date())}
    first = told.client.get("/api/forecasts", params={**asked, "limit": 3}).json()
    assert [row["game_id"] for row in first["forecasts"]] == ["old", "right", "wrong"]
    rest = told.client.get("/api/forecasts", params={**asked, "after": first["next"]}).json()
    assert [row["game_id"] for row in rest["forecasts"]] == ["to-come"]
    assert rest["next"] is None
    of_kites = told.client.get("/api/forecasts", params={**asked, "team": "Kites"}).json()
    assert [row["game_id"] for row in of_kites["forecasts"]] == ["wrong"]
    wrong = told.client.get("/api/forecasts", params={"since": asked["until"], "until": asked["since"]})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "span_out_of_range")


def test_performance_is_of_the_evaluation_and_of_what_was_told(told: Served) -> None:
    answer = told.client.get("/api/ml/performance").json()
    outcome, player = answer["outcome"], answer["player"]
    assert (outcome["model"], outcome["routes"]) == ("outcome-model-v1", "outcome-model-v1 100 %")
    names = {one["name"]: one for one in outcome["contestants"]}
    assert names[outcome["candidate"]]["is_kept"]
    assert sum(one["is_baseline"] for one in names.values()) == 3
    losses = [one["log_loss"]["value"] for one in outcome["contestants"]]
    assert losses == sorted(losses)
    assert (outcome["last_7_days"]["games"], outcome["last_7_days"]["accuracy"]) == (2, 0.5)
    assert outcome["since_start"]["games"] == 3
    assert outcome["calibration"]["standing"] in ("within", "beyond", "cannot tell")
    assert outcome["calibration_since_start"]["standing"] == "cannot tell"
    assert set(player["stats"]) >= {"points", "rebounds"}
    assert player["since_start"]["games"] == 0


def test_importance_is_the_serving_cards(told: Served) -> None:
    families = {
        one["family"]: one for one in told.client.get("/api/ml/feature-importance").json()["families"]
    }
    card = read_card(context_of(told.client).training, "outcome-model-v1")
    [first, *_] = families["outcome"]["features"]
    assert first["feature"] == max(card["importance"], key=card["importance"].get)
    for family in families.values():
        sizes = [one["importance"] for one in family["features"]]
        assert sizes == sorted(sizes, reverse=True)
        assert all(size > 0 for size in sizes)
        assert sizes


def test_before_the_first_model_there_is_nothing_to_tell(told: Served) -> None:
    from uball_assets_tests.app.conftest import open_client, settings_of

    with open_client(settings_of(told.settings.home.parent / "empty")) as client:
        outcome = client.get("/api/ml/performance").json()["outcome"]
        assert (outcome["model"], outcome["contestants"], outcome["since_start"]["games"]) == (None, [], 0)
        importance = client.get("/api/ml/feature-importance").json()
        assert [one["features"] for one in importance["families"]] == [[], []]
        assert client.get("/api/forecasts").json()["forecasts"] == []
