"""Dagster's backfills and runs, told as jobs, cancelled and cleared away, on a real instance."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import dagster as dg
import pytest
from dagster._core.events import DagsterEvent, DagsterEventType

from uball_assets.app.api.streams import Streams
from uball_assets.automation.api_jobs.keeping import Keeper
from uball_assets_tests.app.api.conftest import Api
from uball_assets_tests.app.api.dagster_here import add_backfill, add_run, set_status
from uball_assets_tests.app.conftest import context_of


def job(api: Api, job_id: str) -> dict[str, Any]:
    api.forget()
    answer = api.client.get(f"/api/jobs/{job_id}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def keeper(api: Api) -> Keeper:
    return context_of(api.client).jobs.keeper


def test_a_backfill_is_a_job_with_its_games_who_asked_and_its_runs(api: Api) -> None:
    told = {"uball/what": "training pipeline", "uball/by": "ann", "uball/because": "the season's last"}
    job_id = add_backfill(api.instance, games=("g1", "g2"), tags=told)
    assert (job(api, job_id)["state"], job(api, job_id)["percent"]) == ("pending", 0)
    add_run(api.instance, "SUCCESS", job_id, "g1", ["plays"])
    add_run(api.instance, "FAILURE", job_id, "g2", ["plays"], tags={"uball/again": "not started again: why"})
    found = job(api, job_id)
    assert (found["state"], found["percent"], found["kind"]) == ("running", 66, "batch")
    assert (found["what"], found["by"], found["because"]) == tuple(told.values())
    assert found["game_ids"] == ["g1", "g2"]
    assert found["said"] == "2 runs: 1 done, 1 failed"
    assert {(run["game_id"], run["state"], run["said"]) for run in found["runs"]} == {
        ("g1", "completed", ""),
        ("g2", "failed", "not started again: why"),
    }
    assert found["page"] == f"{api.dagster.url}/runs/b/{job_id}"


@pytest.mark.parametrize(
    ("status", "state", "percent"),
    [
        ("COMPLETED_SUCCESS", "completed", 100),
        ("COMPLETED_FAILED", "failed", 0),
        ("CANCELED", "cancelled", 0),
    ],
)
def test_an_ended_backfill_is_over(api: Api, status: str, state: str, percent: int) -> None:
    found = job(api, add_backfill(api.instance, status))
    assert (found["state"], found["percent"]) == (state, percent)
    assert found["ended_at"] > found["created_at"]


def test_a_run_of_its_own_is_a_job_and_a_backfill_s_run_is_not_listed(api: Api) -> None:
    batch = add_backfill(api.instance)
    within = add_run(api.instance, "STARTED", batch, "g1")
    own = add_run(
        api.instance, "NOT_STARTED", job="game_job", game_id="g2", tags={"game/reason": "g2 is new"}
    )
    found = job(api, own)
    assert (found["kind"], found["what"], found["state"]) == ("run", "game_job", "pending")
    assert (found["game_ids"], found["because"], found["trains"]) == (["g2"], "g2 is new", False)
    listed = [one["job_id"] for one in api.client.get("/api/jobs", params={"limit": 200}).json()["jobs"]]
    assert {batch, own} <= set(listed)
    assert within not in listed


def test_a_job_is_asked_at_most_once_in_half_a_second(api: Api) -> None:
    job_id = add_backfill(api.instance)
    assert job(api, job_id)["state"] == "pending"
    set_status(api.instance, job_id, "COMPLETED_SUCCESS")
    assert api.client.get(f"/api/jobs/{job_id}").json()["state"] == "pending"
    time.sleep(0.55)
    assert api.client.get(f"/api/jobs/{job_id}").json()["state"] == "completed"


@pytest.mark.parametrize(
    "path", ["/api/jobs/nobody", "/api/training/status/nobody", "/api/jobs/nobody/events"]
)
def test_a_job_that_nobody_launched_is_not_there(api: Api, path: str) -> None:
    answer = api.client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_the_history_is_read_page_by_page_without_a_gap_or_a_double(api: Api) -> None:
    now_s = time.time()
    made = {add_backfill(api.instance, "COMPLETED_SUCCESS", at_s=now_s - 3600) for _ in range(7)}
    made |= {add_run(api.instance, "SUCCESS", job="game_job") for _ in range(7)}
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = api.client.get("/api/jobs", params={"limit": 3} | ({"after": after} if after else {})).json()
        seen += [one["job_id"] for one in page["jobs"]]
        after = page["next"]
    assert made <= set(seen)
    assert len(seen) == len(set(seen))


def test_the_history_is_told_by_state_and_trainings_by_themselves(api: Api) -> None:
    training = add_backfill(api.instance, "COMPLETED_FAILED", assets=["training_set", "tuned_model"])
    annotation = add_backfill(api.instance, "COMPLETED_FAILED", assets=["annotations"])
    failed = api.client.get("/api/jobs", params={"state": "failed", "limit": 200}).json()["jobs"]
    assert {training, annotation} <= {one["job_id"] for one in failed}
    assert {one["state"] for one in failed} == {"failed"}
    trainings = api.client.get("/api/training/jobs", params={"limit": 200}).json()["jobs"]
    assert training in {one["job_id"] for one in trainings}
    assert annotation not in {one["job_id"] for one in trainings}


@pytest.mark.parametrize(
    "params",
    [{"state": "done"}, {"limit": 0}, {"limit": 201}, {"after": "1; drop"}, {"after": "99999999999_a"}],
)
def test_a_strange_question_is_refused(api: Api, params: dict[str, Any]) -> None:
    assert api.client.get("/api/jobs", params=params).status_code == 422


# --- cancelling


def test_a_cancelled_backfill_s_runs_are_ended_and_one_that_is_starting_is_asked_until_it_is_over(
    api: Api,
) -> None:
    job_id = add_backfill(api.instance, games=("g1", "g2"))
    add_run(api.instance, "STARTED", job_id, "g1")
    starting = add_run(api.instance, "STARTING", job_id, "g2")
    answer = api.client.post(f"/api/jobs/{job_id}/cancel")
    assert answer.status_code == 202, answer.text
    assert (answer.json()["state"], answer.json()["is_stopping"]) == ("running", True)
    states = {run["game_id"]: run["state"] for run in answer.json()["runs"]}
    assert states == {"g1": "cancelled", "g2": "pending"}
    assert keeper(api).look()  # it is still starting
    begin(api, starting)
    keeper(api).look()
    assert not keeper(api).look()
    assert {run["state"] for run in job(api, job_id)["runs"]} == {"cancelled"}


def test_a_refresh_that_its_sensor_started_says_why(api: Api) -> None:
    reason = {"refresh/reason": "2 games without features"}
    run = add_run(api.instance, "SUCCESS", job="quick_refresh", tags=reason)
    found = job(api, run)
    assert (found["what"], found["because"]) == ("quick_refresh", "2 games without features")


def test_a_run_that_is_starting_is_cancelled_as_soon_as_it_can_be(api: Api) -> None:
    run_id = add_run(api.instance, "STARTING", job="game_job", game_id="g1")
    assert api.client.post(f"/api/jobs/{run_id}/cancel").json()["is_stopping"]
    begin(api, run_id)
    keeper(api).look()
    assert job(api, run_id)["state"] == "cancelled"


def begin(api: Api, run_id: str) -> None:
    run = api.instance.get_run_by_id(run_id)
    assert run is not None
    started = DagsterEvent(DagsterEventType.RUN_START.value, run.job_name)
    api.instance.report_dagster_event(started, run_id=run_id)
    assert api.instance.get_run_by_id(run_id).status is dg.DagsterRunStatus.STARTED  # type: ignore[union-attr]


@pytest.mark.parametrize("status", ["COMPLETED_SUCCESS", "COMPLETED_FAILED", "FAILED", "CANCELED"])
def test_a_job_that_is_over_stays_as_it_ended(api: Api, status: str) -> None:
    job_id = add_backfill(api.instance, status)
    before = len(api.dagster.asked)
    answer = api.client.post(f"/api/jobs/{job_id}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "already_over")
    assert "cancel" not in api.dagster.asked[before:]


def test_one_that_has_ended_since_it_was_looked_at_is_not_cancelled(api: Api) -> None:
    job_id = add_backfill(api.instance)
    assert job(api, job_id)["state"] == "pending"
    set_status(api.instance, job_id, "COMPLETED_SUCCESS")
    assert api.client.post(f"/api/jobs/{job_id}/cancel").status_code == 409
    assert job(api, job_id)["state"] == "completed"


# --- clearing away


def test_cleared_jobs_are_hidden_answer_by_their_id_and_later_ones_are_shown(api: Api) -> None:
    old = add_backfill(api.instance, "CANCELED", at_s=time.time() - 7200)
    going = add_backfill(api.instance, at_s=time.time() - 7200)
    answer = api.client.request(
        "DELETE", "/api/jobs/cleanup", params={"older_than_h": 1, "state": "cancelled"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["hidden"] == 1
    new = add_backfill(api.instance, "CANCELED")
    listed = [one["job_id"] for one in api.client.get("/api/jobs", params={"limit": 200}).json()["jobs"]]
    assert old not in listed
    assert {going, new} <= set(listed)
    assert job(api, old)["state"] == "cancelled"


def test_only_what_is_over_is_cleared_away(api: Api) -> None:
    answer = api.client.request("DELETE", "/api/jobs/cleanup", params={"state": "running"})
    assert answer.status_code == 422


# --- followed live


def test_a_stream_tells_each_change_and_ends_with_the_job(api: Api) -> None:
    job_id = add_backfill(api.instance, games=("g1", "g2"))

    async def followed() -> list[tuple[str | None, str, int]]:
        seen = []
        async for event in Streams(look_s=0.01).follow(context_of(api.client), job_id):
            seen.append((event.event, event.data.state.value, event.data.percent))
            if event.data.state == "pending":
                add_run(api.instance, "SUCCESS", job_id, "g1", ["plays"])
            else:
                set_status(api.instance, job_id, "COMPLETED_SUCCESS")
            api.forget()
        return seen

    assert asyncio.run(followed()) == [
        ("progress", "pending", 0),
        ("progress", "running", 33),
        ("end", "completed", 100),
    ]


def test_a_stream_of_a_job_that_is_over_ends_at_once(api: Api) -> None:
    told = api.client.get(f"/api/jobs/{add_backfill(api.instance, 'CANCELED')}/events").text
    assert told.startswith("event: end\n")
    assert told.count("event:") == 1
