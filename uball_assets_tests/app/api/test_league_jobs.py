"""Jobs of the league over the API: results, forecasts and their models, as backfills of its partitions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dagster._core.execution.backfill import PartitionBackfill

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.pauses import pause, resume
from uball_assets.adapters.warehouse.warehouse import Lineage
from uball_assets.automation.api_jobs.league import LeagueOrders, games_since
from uball_assets.domain.forecasting.forecast import GameForecast, Interval
from uball_assets.domain.forecasting.made import MadeForecast, Making
from uball_assets.domain.forecasting.tables import FORECASTS, forecast_row
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.tables import FIXTURES, rows_of
from uball_assets.domain.record import FORECASTING, REQUESTS, Family
from uball_assets.domain.serving.routing import promoted
from uball_assets_tests.app.api.conftest import Api
from uball_assets_tests.app.conftest import context_of
from uball_assets_tests.app.forecasts import small_league

NOW = datetime.now(UTC)
DAYS = {"long-ago": -200, "lately": -2, "to-come": 3}


def _fixture(game_id: str) -> Fixture:
    tip_off = NOW + timedelta(days=DAYS[game_id])
    known_at = NOW - timedelta(days=300)
    teams = ("Falcons", "Owls")
    return Fixture(game_id, "2026", Phase.SEASON, tip_off, *teams, Status.SCHEDULED, None, None, known_at)


@pytest.fixture(scope="module", autouse=True)
def schedule(api: Api) -> None:
    """Of three games, two of them partitions already."""
    opened = context_of(api.client).warehouse
    opened.write(FIXTURES, rows_of(_fixture(game_id) for game_id in DAYS), Lineage("a test", ""))
    api.instance.add_dynamic_partitions("fixtures", ["long-ago", "lately"])


def _post(api: Api, path: str, body: Any = None, key: str = "", **query: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return api.client.post(path, json=body, params=query, headers=headers)


def _launched(api: Api, job: dict[str, Any]) -> PartitionBackfill:
    found = api.instance.get_backfill(job["job_id"])
    assert found is not None
    return found


def _assets(backfill: PartitionBackfill) -> set[str]:
    return {key.to_user_string() for key in backfill.asset_selection or ()}


def _told(backfill: PartitionBackfill) -> dict[str, Any]:
    """By asset."""
    return {asset: words["config"] for asset, words in (backfill.run_config or {})["ops"].items()}


def test_a_refresh_asks_for_results_and_tells_forecasts_without_a_training(api: Api) -> None:
    job = _post(api, "/api/data/quick-refresh").json()["league_job"]
    backfill = _launched(api, job)
    assert _assets(backfill) == {"results", "box_score", "form_features", "forecasts"}
    assert _told(backfill)["results"] == {"history_days": 0}
    assert job["game_ids"] == ["lately", "to-come"], "in one run, what stands beside each other"
    assert "to-come" in api.instance.get_dynamic_partitions("fixtures")
    assert job["trains"] is False


def test_a_pipeline_that_trains_has_the_models_of_forecasts_too(api: Api) -> None:
    wish = {"history_days": 365, "train_model": True}
    job = _post(api, "/api/run-pipeline", wish).json()["league_job"]
    backfill = _launched(api, job)
    assert {"outcome_model", "player_model", "forecast_endpoint"} < _assets(backfill)
    assert _told(backfill)["results"] == {"history_days": 365}
    assert set(job["game_ids"]) == {"long-ago", "lately", "to-come"}
    assert job["trains"] is True


def test_a_pipeline_returns_the_forecasts_that_are_known(api: Api) -> None:
    fixture, points = _fixture("to-come"), Interval(80.0, 70.0, 90.0)
    making = Making(
        fixture.game_id, fixture.tip_off, "Falcons", "Owls", "outcome-model-v1", NOW, True, "h", "it is new"
    )
    row = forecast_row(MadeForecast(making, GameForecast(0.61, points, points, ())))
    context_of(api.client).warehouse.write(FORECASTS, [row], Lineage("a test", ""))
    answer = _post(api, "/api/run-pipeline", {"history_days": 0, "return_predictions": True})
    [forecast] = answer.json()["forecasts"]
    assert (forecast["game_id"], forecast["home_win"], forecast["away_win"]) == ("to-come", 0.61, 0.39)
    assert _post(api, "/api/run-pipeline", {"history_days": 0}).json()["forecasts"] is None


def test_one_request_launches_its_two_jobs_once(api: Api) -> None:
    first = _post(api, "/api/data/quick-refresh", key="league-1").json()
    before = api.dagster.asked.count("launch")
    assert _post(api, "/api/data/quick-refresh", key="league-1").json() == first
    assert api.dagster.asked.count("launch") == before
    assert first["job"]["job_id"] != first["league_job"]["job_id"]


def test_a_training_of_forecasts_is_a_request_on_the_record_of_both_families(api: Api) -> None:
    answer = _post(api, "/api/ml/train", days_back=90, min_matches_per_player=5, because="a new rule")
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert (told["what"], told["trains"], told["because"]) == ("forecast training", True, "a new rule")
    backfill = _launched(api, told)
    models = {"outcome_model", "player_model", "forecast_endpoint"}
    assert _assets(backfill) == {"form_features", *models, "forecasts"}
    words = {"days_back": 90, "min_matches_per_player": 5}
    assert _told(backfill)["outcome_model"] == _told(backfill)["player_model"] == words
    for family in FORECASTING:
        [request] = of_family(context_of(api.client).registry, family).entries(REQUESTS)
        assert (request["by"], request["why"]) == ("somebody here", "a new rule")
    api.forget()
    trainings = api.client.get("/api/training/jobs").json()["jobs"]
    assert told["job_id"] in [job["job_id"] for job in trainings]


def test_while_models_are_held_no_training_of_forecasts_is_launched(api: Api) -> None:
    registry = context_of(api.client).registry
    pause(registry, "ann", "a review", None)
    try:
        for answer in (
            _post(api, "/api/ml/train"),
            _post(api, "/api/run-pipeline", {"history_days": 1, "train_model": True}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (409, "models_are_held")
    finally:
        resume(registry, "ann", "it is over")


def test_forecasts_are_made_once_a_model_serves(api: Api) -> None:
    answer = _post(api, "/api/ml/generate-predictions")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_model_yet")
    small_league.serve(context_of(api.client).settings, Family.OUTCOME, promoted(None, "outcome-model-v1"))
    answer = _post(api, "/api/ml/generate-predictions")
    assert answer.status_code == 202, answer.text
    assert _assets(_launched(api, answer.json())) == {"form_features", "forecasts"}


@pytest.mark.parametrize(
    ("partitions", "days_back", "games"),
    [
        ([], 10, ["lately", "to-come"]),
        (["lately", "x", "to-come"], 10, ["lately", "x", "to-come"]),
        (["long-ago", "lately", "to-come"], 365, ["long-ago", "lately", "to-come"]),
        (["long-ago"], 10, ["lately", "to-come"]),
        (["to-come", "long-ago"], 1, ["to-come"]),
        (["x"], -100, ["to-come"]),
    ],
)
def test_a_run_has_the_games_that_stand_beside_each_other(
    partitions: list[str], days_back: int, games: list[str]
) -> None:
    fixtures = [_fixture(game_id) for game_id in DAYS]
    assert games_since(partitions, fixtures, NOW - timedelta(days=days_back)) == games


def test_a_league_of_which_nothing_is_known_has_no_run() -> None:
    assert games_since([], [], NOW) == []


def test_of_the_schedule_only_the_days_in_question_are_read() -> None:
    asked: list[datetime | None] = []

    def since(moment: datetime | None) -> list[Fixture]:
        asked.append(moment)
        found = map(_fixture, DAYS)
        return [one for one in found if moment is None or one.tip_off >= moment]

    order = LeagueOrders("ann", ("long-ago",), since, NOW).refresh()
    assert order is not None
    assert order.game_ids == ["lately", "to-come"]
    assert asked == [NOW - timedelta(days=7)]
    off_season = LeagueOrders("ann", (), since, NOW + timedelta(days=90)).refresh()
    assert off_season is not None
    assert off_season.game_ids == ["to-come"], "the newest, where nothing is new and nothing is a partition"


def test_what_has_no_job_says_why(api: Api) -> None:
    told = _post(api, "/api/run-pipeline", {"history_days": 0}).json()
    assert told["job"] is None
    assert told["said"] == ["no job of videos: no game of these days is new or has changed"]
    nobody = LeagueOrders("ann", (), lambda _: [], NOW)
    assert nobody.refresh() is None
