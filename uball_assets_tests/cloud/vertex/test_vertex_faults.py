"""The fake Vertex AI, asked by the real google-genai: its faults, on demand."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import urllib3

from uball_assets.adapters.stores.opening import open_store
from uball_assets_tests.adapters.clips_of_shots import training_lines
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer
from uball_assets_tests.cloud.vertex_server.vertex_client import (
    batch,
    client_of,
    generate,
    name_of,
    tune,
    tuned,
    until,
    written,
)

LABELS = ("FG_MAKE", "3PT_MISS") * 4
TUNE = "POST */tuningJobs"
"""Where a fault meets the making of a job."""

pytestmark = pytest.mark.services


@pytest.mark.parametrize("code", [429, 503])
def test_fault_a_request_is_refused_as_often_as_ordered(a_vertex_server: VertexServer, code: int) -> None:
    from google.genai.errors import APIError

    client = client_of(a_vertex_server)
    a_vertex_server.control({"kind": "refuse", "code": code, "times": 2, "on": TUNE})
    for _ in range(2):
        with pytest.raises(APIError) as refused:
            tune(client, "gs://b/t.jsonl")
        assert refused.value.code == code
    assert a_vertex_server.counts()["tuning_jobs"] == 0
    tune(client, "gs://b/t.jsonl")
    assert a_vertex_server.counts()["requests"]["POST tuningJobs"] == 3


@pytest.mark.parametrize(("when", "jobs"), [("before", 0), ("after", 1)])
def test_fault_the_connection_is_cut_before_or_after_the_job_is_made(
    a_vertex_server: VertexServer, when: str, jobs: int
) -> None:
    import httpx2

    a_vertex_server.control({"kind": "cut", "when": when, "on": TUNE})
    with pytest.raises(httpx2.TransportError):
        tune(client_of(a_vertex_server), "gs://b/t.jsonl")
    assert a_vertex_server.counts()["tuning_jobs"] == jobs


@pytest.mark.parametrize(("when", "jobs_at_once"), [("before", 0), ("after", 1)])
def test_fault_the_answer_comes_late_and_the_job_is_made_though_nobody_waits(
    a_vertex_server: VertexServer, when: str, jobs_at_once: int
) -> None:
    import httpx2

    a_vertex_server.control({"kind": "delay", "when": when, "seconds": 0.5, "on": TUNE})
    with pytest.raises(httpx2.TimeoutException):
        tune(client_of(a_vertex_server, timeout_ms=200), "gs://b/t.jsonl")
    assert a_vertex_server.counts()["tuning_jobs"] == jobs_at_once
    until(lambda: a_vertex_server.counts()["tuning_jobs"] == 1)


def test_fault_a_token_expires_until_another_is_shown(a_vertex_server: VertexServer) -> None:
    from google.genai.errors import ClientError

    a_vertex_server.control({"kind": "token_expires"})
    for _ in range(2):
        with pytest.raises(ClientError) as refused:
            list(client_of(a_vertex_server).tunings.list())
        assert (refused.value.code, refused.value.status) == (401, "UNAUTHENTICATED")
    assert list(client_of(a_vertex_server, bearer="new").tunings.list()) == []


@pytest.mark.parametrize("state", ["JOB_STATE_FAILED", "JOB_STATE_EXPIRED"])
def test_fault_a_job_ends_badly(a_vertex_server: VertexServer, a_training_file: str, state: str) -> None:
    a_vertex_server.control(
        {"kind": "job_ends", "state": state, "message": "Internal error.", "on": "tuningJobs"}
    )
    job = tuned(a_vertex_server, a_training_file, ends=state)
    assert (job.error.code, job.error.message) == (13, "Internal error.")
    assert tuned(a_vertex_server, a_training_file).tuned_model.model


@pytest.mark.parametrize(("share", "ends"), [(0.12, "JOB_STATE_FAILED"), (0.05, "JOB_STATE_SUCCEEDED")])
def test_fault_examples_are_dropped_and_above_a_tenth_the_job_fails(
    a_vertex_server: VertexServer, a_gcs_bucket: str, share: float, ends: str
) -> None:
    store = open_store(a_gcs_bucket)
    uri = written(store, "t.jsonl", training_lines(store, LABELS) * 3)
    a_vertex_server.control({"kind": "examples_dropped", "share": share})
    stats = tuned(a_vertex_server, uri, ends=ends).tuning_data_stats.supervised_tuning_data_stats
    dropped = {0.12: 3, 0.05: 2}[share]
    assert stats.truncated_example_indices == list(range(1, dropped + 1))
    assert len(stats.dropped_example_reasons) == dropped == stats.total_truncated_example_count


def test_fault_an_answer_breaks_off_unless_a_schema_holds_it(
    a_vertex_server: VertexServer, a_training_file: str
) -> None:
    endpoint = tuned(a_vertex_server, a_training_file).tuned_model.endpoint
    a_vertex_server.control({"kind": "garbled", "times": 2})
    schema: dict[str, Any] = {
        "response_mime_type": "application/json",
        "response_json_schema": {"type": "array"},
    }
    assert json.loads(generate(a_vertex_server, endpoint, a_training_file, **schema).text)
    for _ in range(2):
        with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
            json.loads(generate(a_vertex_server, endpoint, a_training_file).text)
    assert json.loads(generate(a_vertex_server, endpoint, a_training_file).text)


def test_fault_an_answer_has_no_text_and_is_counted_all_the_same(
    a_vertex_server: VertexServer, a_training_file: str
) -> None:
    endpoint = tuned(a_vertex_server, a_training_file).tuned_model.endpoint
    a_vertex_server.control(
        {"kind": "no_text", "reason": "MAX_TOKENS", "thoughts": 2048},
        {"kind": "no_text", "reason": "PROHIBITED_CONTENT"},
        {"kind": "nothing_seen"},
    )
    cut_off, blocked, nothing = (generate(a_vertex_server, endpoint, a_training_file) for _ in range(3))
    assert (cut_off.text, name_of(cut_off.candidates[0].finish_reason)) == (None, "MAX_TOKENS")
    assert cut_off.usage_metadata.thoughts_token_count == 2048
    assert (blocked.candidates, name_of(blocked.prompt_feedback.block_reason)) == (None, "PROHIBITED_CONTENT")
    assert nothing.text == "[]"
    told = [each.usage_metadata.total_token_count for each in (cut_off, blocked, nothing)]
    assert sum(told) == a_vertex_server.counts()["answered_tokens"]


def test_an_unknown_fault_is_refused(a_vertex_server: VertexServer) -> None:
    answer = urllib3.request("POST", f"{a_vertex_server.url}/control", json={"faults": [{"kind": "flood"}]})
    assert answer.status == 400


def test_a_late_request_of_an_earlier_test_makes_no_job_in_this_one(a_vertex_server: VertexServer) -> None:
    import httpx2

    a_vertex_server.control({"kind": "delay", "seconds": 0.4, "on": TUNE})
    with pytest.raises(httpx2.TimeoutException):
        tune(client_of(a_vertex_server, timeout_ms=100), "gs://b/t.jsonl")
    a_vertex_server.control(reset=True)
    time.sleep(0.5)
    assert a_vertex_server.counts()["tuning_jobs"] == 0


@pytest.mark.parametrize("state", ["JOB_STATE_EXPIRED", "JOB_STATE_PARTIALLY_SUCCEEDED"])
def test_fault_a_batch_ends_badly(a_vertex_server: VertexServer, state: str) -> None:
    a_vertex_server.control({"kind": "job_ends", "state": state, "on": "batchPredictionJobs"})
    assert batch(a_vertex_server, "gemini-3.5-flash", "gs://b/in.jsonl", "gs://b/out", state).error.code == 13


def test_fault_a_batch_is_stuck_until_it_is_cancelled(a_vertex_server: VertexServer) -> None:
    a_vertex_server.control({"kind": "job_stuck"})
    client = client_of(a_vertex_server, "us")
    asked = {"dest": "gs://b/out", "display_name": "game"}
    job = client.batches.create(model="gemini-3.5-flash", src="gs://b/in.jsonl", config=asked)
    until(lambda: name_of(client.batches.get(name=job.name).state) == "JOB_STATE_RUNNING")
    client.batches.cancel(name=job.name)
    until(lambda: name_of(client.batches.get(name=job.name).state) == "JOB_STATE_CANCELLED")
