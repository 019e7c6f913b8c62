"""From a wish to one job: who asked and why, games that are unknown, repetitions, and what is away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from dagster._core.execution.backfill import PartitionBackfill

from uball_assets.adapters.record.pauses import pause, resume
from uball_assets.app.api.pipeline import router as pipeline_routes
from uball_assets.automation.api_jobs.launching import ANNOTATE, GAMES, TRAIN
from uball_assets.domain.record import REQUESTS
from uball_assets_tests.app.api.conftest import Api
from uball_assets_tests.app.api.dagster_here import add_backfill, add_run, set_status
from uball_assets_tests.app.conftest import context_of

PIPELINE = "/api/training/pipeline"


def post(api: Api, path: str, body: Any = None, key: str = "", **headers: str) -> Any:
    given = {**({"Idempotency-Key": key} if key else {}), **headers}
    return api.client.post(path, json=body, headers=given)


def launched(api: Api, job_id: str) -> PartitionBackfill:
    found = api.instance.get_backfill(job_id)
    assert found is not None
    return found


def assets_of(backfill: PartitionBackfill) -> set[str]:
    return {key.to_user_string() for key in backfill.asset_selection or ()}


def test_the_training_pipeline_is_a_backfill_of_everything_with_who_and_why(api: Api) -> None:
    answer = post(api, PIPELINE, {"game_ids": ["g1", "g2", "g1"], "because": "final\nday"})
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert (told["state"], told["game_ids"], told["trains"]) == ("pending", ["g1", "g2"], True)
    backfill = launched(api, told["job_id"])
    assert assets_of(backfill) == {*GAMES, *TRAIN}
    assert backfill.tags["uball/by"] == "somebody here"
    assert backfill.tags["uball/because"] == "final day"
    assert told["what"] == backfill.tags["uball/what"] == "training pipeline"


def test_a_game_of_the_database_becomes_a_partition_when_it_is_asked_for(api: Api) -> None:
    context_of(api.client).plays_db.add_game({"id": "g-new"}, [], [])
    assert post(api, PIPELINE, {"game_ids": ["g-new"]}).status_code == 202
    assert "g-new" in api.instance.get_dynamic_partitions("games")


def test_unknown_games_are_told_and_nothing_is_launched(api: Api) -> None:
    before = len(api.dagster.asked)
    answer = post(api, PIPELINE, {"game_ids": ["g1", "g8", "g9"]})
    assert (answer.status_code, answer.json()["game_ids"]) == (404, ["g8", "g9"])
    assert len(api.dagster.asked) == before
    assert "g8" not in api.instance.get_dynamic_partitions("games")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"game_ids": []},
        {"game_ids": ["../../etc"]},
        {"game_ids": ["g1; drop table"]},
        {"game_ids": [f"g{n}" for n in range(201)]},
        {"game_ids": "g1"},
        {"game_ids": ["g1"], "assets": ["endpoint"]},
        {"game_ids": ["g1"], "because": "w" * 201},
        {"game_ids": ["g1"], "train_anyway_because": "w" * 201},
    ],
)
def test_a_wish_that_cannot_be_is_refused_by_its_field(api: Api, body: dict[str, Any]) -> None:
    answer = post(api, PIPELINE, body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_a_training_anyway_is_a_request_on_the_record_once(api: Api) -> None:
    body = {"game_ids": ["g1"], "train_anyway_because": "a new angle"}
    assert post(api, PIPELINE, body).status_code == 202
    assert post(api, PIPELINE, body).status_code == 202
    [request] = context_of(api.client).registry.entries(REQUESTS)
    assert (request["by"], request["why"]) == ("somebody here", "a new angle")


def test_while_models_are_paused_no_training_is_launched(api: Api) -> None:
    registry = context_of(api.client).registry
    pause(registry, "ann", "playoffs", None)
    try:
        answer = post(api, PIPELINE, {"game_ids": ["g1"]})
        assert (answer.status_code, answer.json()["code"]) == (409, "models_are_held")
        assert "paused by ann" in answer.json()["detail"]
        assert api.client.get("/api/training/config").json()["is_held"]
    finally:
        resume(registry, "ann", "they are over")


def test_annotating_waits_for_a_model_and_for_the_games_to_be_processed(api: Api) -> None:
    answer = post(api, "/api/annotate", {"game_ids": ["g1"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_model_serves")
    registry = context_of(api.client).registry
    route = {"generation": 1, "routes": [{"model": "m1", "weight_percent": 100}], "shadow": None, "cause": {}}
    registry.append("routes", route, key="1")
    answer = post(api, "/api/annotate", {"game_ids": ["g1"]})
    assert (answer.status_code, answer.json()["game_ids"]) == (409, ["g1"])
    registry.append("games", {"game_id": "g1", "source_hash": "h"}, key="g1")
    answer = post(api, "/api/annotate", {"game_ids": ["g1"]})
    assert answer.status_code == 202, answer.text
    assert assets_of(launched(api, answer.json()["job_id"])) == set(ANNOTATE)


# --- the league's first systems


def test_a_refresh_processes_new_and_changed_games_and_not_those_that_a_run_is_at(api: Api) -> None:
    add_run(api.instance, "STARTED", job="game_job", game_id="g2")
    answer = post(api, "/api/data/quick-refresh")
    assert answer.status_code == 202, answer.text
    assert "g1" in answer.json()["game_ids"]
    assert answer.json()["at_work"] == ["g2"]
    assert assets_of(launched(api, answer.json()["job"]["job_id"])) == set(GAMES)


def test_a_run_of_the_pipeline_is_for_the_games_of_the_last_days(api: Api) -> None:
    answer = post(api, "/api/run-pipeline", {"history_days": 0})
    assert (answer.status_code, answer.json()["job"]) == (202, None)
    answer = post(api, "/api/run-pipeline", {"history_days": 3650, "train_model": True})
    assert answer.status_code == 202, answer.text
    assert set(answer.json()["game_ids"]) == {"g1", "g2"}
    assert assets_of(launched(api, answer.json()["job"]["job_id"])) == {*GAMES, *TRAIN}


def test_every_old_path_is_there() -> None:
    assert {(route.path, *route.methods) for route in pipeline_routes.routes} == {  # type: ignore[attr-defined]
        ("/api/run-pipeline", "POST"),
        ("/api/data/quick-refresh", "POST"),
        ("/api/ml/train", "POST"),
        ("/api/ml/generate-predictions", "POST"),
    }


# --- repetitions


def test_a_repeated_request_is_answered_alike_and_launches_nothing(api: Api) -> None:
    first = post(api, PIPELINE, {"game_ids": ["g1"]}, key="again-1")
    before = len(api.dagster.asked)
    second = post(api, PIPELINE, {"game_ids": ["g1"]}, key="again-1")
    assert (second.status_code, second.json()) == (202, first.json())
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(api.dagster.asked) == before


def test_a_key_of_another_request_is_refused(api: Api) -> None:
    assert post(api, PIPELINE, {"game_ids": ["g1"]}, key="mixed-up").status_code == 202
    answer = post(api, PIPELINE, {"game_ids": ["g2"]}, key="mixed-up")
    assert (answer.status_code, answer.json()["code"]) == (422, "key_used_for_another_request")
    assert post(api, "/api/data/quick-refresh", {"game_ids": ["g1"]}, key="mixed-up").status_code == 422


def test_a_refused_request_may_be_corrected_under_its_key(api: Api) -> None:
    assert post(api, PIPELINE, {"game_ids": ["g9"]}, key="corrected").status_code == 404
    assert post(api, PIPELINE, {"game_ids": ["g1"]}, key="corrected").status_code == 202


def test_a_request_whose_outcome_nobody_knows_is_looked_for_and_not_launched_twice(api: Api) -> None:
    before = api.dagster.asked.count("launch")
    api.dagster.hangs_after = True
    try:
        answer = post(api, PIPELINE, {"game_ids": ["g1"]}, key="unknown-outcome")
        assert (answer.status_code, "may have begun it" in answer.json()["detail"]) == (503, True)
        assert answer.headers["Retry-After"]
    finally:
        api.dagster.hangs_after = False
    assert post(api, PIPELINE, {"game_ids": ["g1"]}, key="unknown-outcome").status_code == 202
    assert api.dagster.asked.count("launch") == before + 1


def test_of_forty_requests_under_twenty_keys_twenty_jobs_come(api: Api) -> None:
    before = api.dagster.asked.count("launch")
    keys = [f"crowd-{n % 20}" for n in range(40)]

    def one(key: str) -> tuple[str, str]:
        while (answer := post(api, PIPELINE, {"game_ids": ["g1"]}, key=key)).status_code == 409:
            assert answer.json()["code"] == "still_going_on"
        return key, answer.json()["job_id"]

    with ThreadPoolExecutor(10) as threads:
        came = set(threads.map(one, keys))
    assert len(came) == len({job_id for _, job_id in came}) == 20
    assert api.dagster.asked.count("launch") == before + 20


# --- what is away


def test_while_the_webserver_is_away_reads_go_on_and_writes_say_when_to_try_again(api: Api) -> None:
    job_id = add_backfill(api.instance)
    port, api.dagster.port = api.dagster.port, 1
    webserver = context_of(api.client).jobs.webserver
    webserver._address, address = lambda: api.dagster.url, webserver._address
    try:
        assert api.client.get(f"/api/jobs/{job_id}").status_code == 200
        for answer in (
            post(api, PIPELINE, {"game_ids": ["g1"]}, key="away"),
            api.client.post(f"/api/jobs/{job_id}/cancel"),
        ):
            assert answer.status_code == 503
            assert answer.headers["Retry-After"]
            assert "nothing was" in answer.json()["detail"]
    finally:
        api.dagster.port, webserver._address = port, address
    assert post(api, PIPELINE, {"game_ids": ["g1"]}, key="away").status_code == 202


def test_while_the_code_is_loading_nothing_is_launched(api: Api) -> None:
    before = len(api.dagster.asked)
    api.dagster.is_loading = True
    try:
        answer = post(api, PIPELINE, {"game_ids": ["g1"]})
    finally:
        api.dagster.is_loading = False
    assert (answer.status_code, "loading" in answer.json()["detail"]) == (503, True)
    assert len(api.dagster.asked) == before


def test_the_webserver_of_another_league_is_not_asked_to_do_anything(api: Api) -> None:
    own, api.dagster.location = api.dagster.location, "uball-of-others"
    try:
        answer = post(api, PIPELINE, {"game_ids": ["g1"]})
    finally:
        api.dagster.location = own
    assert (answer.status_code, "uball-of-others" in answer.json()["detail"]) == (503, True)


def test_a_job_that_failed_before_its_first_run_is_launched_again_once_and_keeps_its_id(api: Api) -> None:
    job_id = post(api, PIPELINE, {"game_ids": ["g1"], "because": "it is new"}).json()["job_id"]
    set_status(api.instance, job_id, "FAILED")
    keeper = context_of(api.client).jobs.keeper
    before = api.dagster.asked.count("launch")
    for _ in range(3):
        keeper.look()
    assert api.dagster.asked.count("launch") == before + 1
    api.forget()
    told = api.client.get(f"/api/jobs/{job_id}").json()
    assert (told["job_id"], told["state"], told["because"]) == (job_id, "pending", "it is new")
    assert "it was launched again" in told["said"]
    again = told["page"].rpartition("/")[2]
    listed = [one["job_id"] for one in api.client.get("/api/jobs", params={"limit": 200}).json()["jobs"]]
    assert job_id in listed
    assert again not in listed
    set_status(api.instance, again, "FAILED")
    keeper.look()
    assert api.dagster.asked.count("launch") == before + 1
    api.forget()
    assert api.client.get(f"/api/jobs/{job_id}").json()["state"] == "failed"
