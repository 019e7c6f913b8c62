"""The fake Vertex AI, asked by the real google-genai: what it refuses, and what fails its jobs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import urllib3

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.answers.examples import prompt
from uball_assets.domain.footage.angles import Angle
from uball_assets_tests.adapters.clips_of_shots import training_lines
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer
from uball_assets_tests.cloud.vertex_server.vertex_client import (
    client_of,
    clips_of,
    config_of,
    contents,
    tune,
    tuned,
    written,
)

LABELS = ("FG_MAKE", "3PT_MISS") * 4
PLACE = "projects/p/locations/us-central1"

pytestmark = pytest.mark.services


REFUSED_TUNINGS: dict[str, tuple[dict[str, Any], int, str]] = {
    "unknown base": ({"base": "gemini-9"}, 400, "Base model gemini-9 is not supported"),
    "base closed to new projects": ({"base": "gemini-2.5-flash"}, 404, "does not have access"),
    "location that does not tune it": ({"location": "us-west1"}, 400, "not supported in location us-west1"),
    "multi-region, which only serves": ({"location": "us"}, 400, "not supported in location us"),
    "adapter too large": ({"adapter_size": "ADAPTER_SIZE_THIRTY_TWO"}, 400, "Adapter size"),
    "no epoch": ({"epoch_count": 0}, 400, "greater than zero"),
    "negative learning rate": ({"learning_rate_multiplier": -1.0}, 400, "greater than zero"),
    "upper-case label": ({"labels": {"run": "F1"}}, 400, "lower-case"),
    "long label": ({"labels": {"run": "f" * 65}}, 400, "at most 64"),
    "long display name": ({"tuned_model_display_name": "n" * 129}, 400, "up to 128"),
    "no address": ({"train_uri": "train.jsonl"}, 400, "gs://bucket/object"),
    "no such parent": ({"base": f"{PLACE}/models/5@1"}, 404, "models/5@1 is not found"),
    "a parent by half its name": ({"base": "models/5@1"}, 400, "Base model models/5@1 is not supported"),
    "only for open models": ({"batch_size": 8}, 400, 'Unknown name "batchSize"'),
}


@pytest.mark.parametrize(("asked", "code", "why"), REFUSED_TUNINGS.values(), ids=REFUSED_TUNINGS)
def test_a_wrong_tuning_is_refused_at_once(
    a_vertex_server: VertexServer, asked: dict[str, Any], code: int, why: str
) -> None:
    from google.genai.errors import ClientError

    client = client_of(a_vertex_server, asked.pop("location", "us-central1"))
    base, uri = asked.pop("base", "gemini-3.5-flash"), asked.pop("train_uri", "gs://b/train.jsonl")
    with pytest.raises(ClientError, match=why) as refused:
        tune(client, uri, base_model=base, **asked)
    assert (refused.value.code, refused.value.status) == (
        code,
        {400: "INVALID_ARGUMENT", 404: "NOT_FOUND"}[code],
    )
    assert a_vertex_server.counts()["tuning_jobs"] == 0


def _without(line: str, *path: str) -> str:
    data = json.loads(line)
    inner = data
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return json.dumps(data)


def _edited(line: str, old: str, new: str) -> str:
    assert old in line
    return line.replace(old, new)


FAILED_TUNINGS: dict[str, tuple[Callable[[list[str]], Sequence[str]], dict[str, Any], str]] = {
    "no JSON": (lambda lines: [*lines, "{"], {}, "line 9 is not JSON"),
    "unknown field": (
        lambda lines: [_edited(lines[0], '"contents"', '"play_id": 1, "contents"'), *lines],
        {},
        'line 1: .*Unknown name "play_id"',
    ),
    "no answer": (
        lambda lines: [json.dumps({"contents": json.loads(lines[0])["contents"][:1]})],
        {},
        "alternate",
    ),
    "no lines": (lambda _: [], {}, "empty"),
    "one line at another resolution": (
        lambda lines: [_edited(lines[0], "RESOLUTION_LOW", "RESOLUTION_HIGH"), *lines[1:]],
        {},
        "mediaResolution must be the same",
    ),
    "one line of no resolution": (
        lambda lines: [_without(lines[0], "generationConfig"), *lines * 2],
        {},
        "mediaResolution must be the same",
    ),
    "missing clips": (
        lambda lines: [_edited(lines[0], "play-0", "gone"), *lines[1:]],
        {},
        "1 of 8 examples in the training dataset were dropped",
    ),
    "too many examples": (lambda lines: lines, {"training_examples": 7}, "8 examples, at most 7"),
    "too many bytes": (lambda lines: lines, {"training_bytes": 9}, "bytes, at most 9"),
    "clips too large": (lambda lines: lines, {"video_bytes": 9}, "8 of 8 .* dropped"),
    "clips too long": (lambda lines: lines, {"video_low_s": 1.5}, "8 of 8 .* dropped"),
    "examples too long": (lambda lines: lines, {"example_tokens": 100}, "8 of 8 .* dropped"),
}


@pytest.mark.parametrize(("edit", "limits", "why"), FAILED_TUNINGS.values(), ids=FAILED_TUNINGS)
def test_a_wrong_training_file_fails_the_job_before_it_trains(
    a_vertex_server: VertexServer,
    store: ObjectStore,
    edit: Callable[[list[str]], Sequence[str]],
    limits: dict[str, Any],
    why: str,
) -> None:
    a_vertex_server.control(limits=limits)
    uri = written(store, "train.jsonl", edit(training_lines(store, LABELS)))
    job = tuned(a_vertex_server, uri, ends="JOB_STATE_FAILED")
    assert re.search(why, job.error.message)
    assert job.tuned_model is None
    assert a_vertex_server.counts()["billed_tuning_tokens"] == 0


VALIDATIONS: dict[str, tuple[int, dict[str, Any], str | None]] = {
    "few": (3, {}, None),
    "too many": (3, {"validation_examples": 2}, "3 validation examples"),
    "too large a share": (3, {"validation_free": 2}, "at most 30% of 8"),
    "a share that is allowed": (2, {"validation_free": 1}, None),
}


@pytest.mark.parametrize(("count", "limits", "why"), VALIDATIONS.values(), ids=VALIDATIONS)
def test_a_validation_file_has_limits_of_its_own(
    a_vertex_server: VertexServer, store: ObjectStore, count: int, limits: dict[str, Any], why: str | None
) -> None:
    lines = training_lines(store, LABELS)
    train, validation = written(store, "t.jsonl", lines), written(store, "v.jsonl", lines[:count])
    a_vertex_server.control(limits=limits)
    job = tuned(
        a_vertex_server,
        train,
        ends="JOB_STATE_FAILED" if why else "JOB_STATE_SUCCEEDED",
        validation_dataset={"gcs_uri": validation},
    )
    if why:
        assert re.search(why, job.error.message)


REFUSED_QUESTIONS: dict[str, tuple[str, dict[str, Any], str, int, str]] = {
    "no such endpoint": ("projects/p/locations/us/endpoints/7", {}, "us", 404, "not found"),
    "endpoint of another location": ("{us-central1}", {}, "us-central1", 404, "not found"),
    "two schemas of one answer": (
        "{us}",
        {"response_mime_type": "text/plain", "response_schema": {"type": "ARRAY"}},
        "us",
        400,
        "responseMimeType application/json",
    ),
    "too hot": ("{us}", {"temperature": 3.0}, "us", 400, "temperature"),
    "two ways of thinking": (
        "{us}",
        {"thinking_config": {"thinking_budget": 0, "thinking_level": "LOW"}},
        "us",
        400,
        "thinking budget and thinking level",
    ),
}


@pytest.mark.parametrize(
    ("endpoint", "config", "location", "code", "why"), REFUSED_QUESTIONS.values(), ids=REFUSED_QUESTIONS
)
def test_a_wrong_question_is_refused(
    a_vertex_server: VertexServer,
    a_training_file: str,
    endpoint: str,
    config: dict[str, Any],
    location: str,
    code: int,
    why: str,
) -> None:
    from google.genai.errors import ClientError

    if "{" in endpoint:
        real = tuned(a_vertex_server, a_training_file).tuned_model.endpoint
        endpoint = real.replace("/us/", f"/{endpoint.strip('{}')}/")
    with pytest.raises(ClientError, match=why) as refused:
        client_of(a_vertex_server, location).models.generate_content(
            model=endpoint, contents=contents(a_training_file), config=config_of(**config)
        )
    assert refused.value.code == code


REFUSED_BATCHES: dict[str, tuple[str, str, int, str]] = {
    "an endpoint": ("projects/p/locations/us/endpoints/7", "us", 400, "Invalid resource name"),
    "no such model": (f"{PLACE}/models/7", "us", 404, "not found"),
    "everywhere": ("", "global", 400, "not supported in location global"),
    "another multi-region": ("", "eu", 400, "not supported in location eu"),
}


@pytest.mark.parametrize(("model", "location", "code", "why"), REFUSED_BATCHES.values(), ids=REFUSED_BATCHES)
def test_a_wrong_batch_is_refused(
    a_vertex_server: VertexServer, a_training_file: str, model: str, location: str, code: int, why: str
) -> None:
    from google.genai.errors import ClientError

    with pytest.raises(ClientError, match=why) as refused:
        client_of(a_vertex_server, location).batches.create(
            model=model or tuned(a_vertex_server, a_training_file).tuned_model.model,
            src="gs://b/in.jsonl",
            config={"dest": "gs://b/out", "display_name": "game"},
        )
    assert refused.value.code == code
    assert a_vertex_server.counts()["batch_jobs"] == 0


@pytest.mark.parametrize("field", ["file_uri", "fileUri"])
def test_both_spellings_of_a_field_are_read_and_an_unknown_one_is_refused(
    a_vertex_server: VertexServer, a_training_file: str, field: str
) -> None:
    model = "projects/p/locations/us/publishers/google/models/gemini-3.5-flash"
    address = f"{a_vertex_server.url}/v1/{model}:countTokens"
    video = {field: clips_of(a_training_file)[0], "mime_type": "video/mp4"}
    body = {"contents": [{"role": "user", "parts": [{"fileData": video}, {"text": prompt(Angle.FAR_LEFT)}]}]}
    headers = {"authorization": "Bearer t"}
    assert urllib3.request("POST", address, json=body, headers=headers).status == 200
    refused = urllib3.request("POST", address, json=body | {"frames": 3}, headers=headers)
    assert refused.status == 400
    assert refused.json()["error"] == {
        "code": 400,
        "status": "INVALID_ARGUMENT",
        "message": "Invalid JSON payload received. Unknown name \"frames\" at '': Cannot find field.",
    }
    assert urllib3.request("POST", address, json=body).status == 401
