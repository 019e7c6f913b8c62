"""Asking a tuned model on Vertex AI online, through the real client against a strict server."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from uball_assets.adapters.models.endpoint import Question, Reply, ServedModel
from uball_assets.adapters.models.vertex.clients import ATTEMPTS, VertexClients
from uball_assets.adapters.models.vertex.serving import VertexEndpoint
from uball_assets.domain.answers.answers import parse_answer
from uball_assets.domain.answers.examples import prompt
from uball_assets.domain.errors import Permanent, Transient, UballError
from uball_assets.domain.footage.angles import Angle
from uball_assets_tests.adapters.clips_of_shots import DURATION_S
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer
from uball_assets_tests.cloud.vertex_server.vertex_client import clips_of, tuned

TOKEN = "planted-secret-token"  # noqa: S105
GENERATE = "POST */endpoints/*:generateContent"
COUNTED = "POST endpoints/*:generateContent"

pytestmark = pytest.mark.services


def clients_of(server: VertexServer) -> VertexClients:
    return VertexClients("uball", server.url, token=TOKEN, first_wait_s=0.01)


def served_model(server: VertexServer, training_file: str) -> ServedModel:
    server.control(state_s=0.01)
    tuned_model = tuned(server, training_file).tuned_model
    return ServedModel("m1", tuned_model.model, tuned_model.endpoint, "gemini-3.5-flash")


def questions_about(training_file: str) -> list[Question]:
    return [Question(clip, prompt(Angle.FAR_LEFT)) for clip in clips_of(training_file)]


def texts(answers: Sequence[Reply | UballError]) -> list[str | None]:
    return [each.text if isinstance(each, Reply) else None for each in answers]


@pytest.fixture
def questions(a_training_file: str) -> list[Question]:
    return questions_about(a_training_file)


@pytest.fixture
def endpoint(a_vertex_server: VertexServer) -> VertexEndpoint:
    return VertexEndpoint(clients_of(a_vertex_server), workers=2)


def requests(server: VertexServer) -> int:
    return int(server.counts()["requests"].get(COUNTED, 0))


def test_a_model_tuned_in_one_location_answers_in_another_and_says_what_it_took(
    a_vertex_server: VertexServer, endpoint: VertexEndpoint, model: ServedModel, questions: list[Question]
) -> None:
    assert "/us-central1/" in model.model_uri
    assert "/us/" in model.endpoint_uri
    said = endpoint.generate(model, questions[0])
    reading = parse_answer(said.text, DURATION_S, "clip")
    assert ([answer.classification for answer in reading.answers], reading.quarantined) == (["FG_MAKE"], ())
    assert (said.price, said.input_tokens > 140, said.output_tokens > 20) == ("online", True, True)
    assert said.input_tokens + said.output_tokens == a_vertex_server.counts()["answered_tokens"]


@pytest.mark.parametrize("code", [408, 429, 500, 503])
def test_a_storm_of_refusals_costs_time_and_no_answer(
    a_vertex_server: VertexServer,
    endpoint: VertexEndpoint,
    model: ServedModel,
    questions: list[Question],
    code: int,
) -> None:
    calm = texts(endpoint.generate_all(model, questions))
    refused = ATTEMPTS * 2 + 3
    a_vertex_server.control({"kind": "refuse", "code": code, "on": GENERATE, "times": refused})
    before = requests(a_vertex_server)
    assert texts(endpoint.generate_all(model, questions)) == calm
    assert None not in calm
    assert requests(a_vertex_server) - before == len(questions) + refused


def test_a_service_that_takes_nothing_any_more_is_not_asked_about_every_clip(
    a_vertex_server: VertexServer, endpoint: VertexEndpoint, model: ServedModel, questions: list[Question]
) -> None:
    a_vertex_server.control({"kind": "refuse", "code": 503, "on": GENERATE, "times": 10_000})
    with pytest.raises(Transient, match="503"):
        endpoint.generate_all(model, questions)
    assert ATTEMPTS * 2 <= requests(a_vertex_server) <= ATTEMPTS * 3
    assert requests(a_vertex_server) < ATTEMPTS * len(questions)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_connection_that_is_cut_is_asked_again(
    a_vertex_server: VertexServer,
    endpoint: VertexEndpoint,
    model: ServedModel,
    questions: list[Question],
    when: str,
) -> None:
    a_vertex_server.control({"kind": "cut", "when": when, "on": GENERATE, "times": 2})
    assert None not in texts(endpoint.generate_all(model, questions))


def test_a_garbled_answer_comes_whole_when_it_is_held_to_the_schema(
    a_vertex_server: VertexServer, endpoint: VertexEndpoint, model: ServedModel, questions: list[Question]
) -> None:
    a_vertex_server.control({"kind": "garbled", "times": 100})
    garbled = endpoint.generate(model, questions[0])
    whole = endpoint.generate(model, questions[0], with_schema=True)
    assert parse_answer(garbled.text, DURATION_S, "clip").answers == ()
    assert json.loads(whole.text)[0]["classification"] == "FG_MAKE"


def test_an_endpoint_that_is_gone_is_not_alive_and_is_not_asked_clip_by_clip(
    a_vertex_server: VertexServer, endpoint: VertexEndpoint, model: ServedModel, questions: list[Question]
) -> None:
    gone = replace(model, endpoint_uri=model.endpoint_uri.rpartition("/")[0] + "/12345")
    assert endpoint.is_alive(model)
    assert not endpoint.is_alive(gone)
    with pytest.raises(Permanent, match=r"cannot find the endpoint of m1.*404"):
        endpoint.generate_all(gone, questions)
    assert requests(a_vertex_server) == 0
    with pytest.raises(Permanent, match="404"):
        endpoint.generate(gone, questions[0])


@pytest.mark.parametrize(("code", "times"), [(403, 1), (503, ATTEMPTS)])
def test_what_is_forbidden_or_down_is_not_alive_and_nothing_is_raised(
    a_vertex_server: VertexServer, endpoint: VertexEndpoint, model: ServedModel, code: int, times: int
) -> None:
    a_vertex_server.control({"kind": "refuse", "code": code, "on": "GET */endpoints/*", "times": times})
    assert not endpoint.is_alive(model)
    assert endpoint.is_alive(model)


def test_no_more_requests_than_workers_are_under_way(
    a_vertex_server: VertexServer, endpoint: VertexEndpoint, model: ServedModel, questions: list[Question]
) -> None:
    """By time: eight answers that take 0.2 s each take 0.8 s at two at once."""
    endpoint.generate_all(model, questions)
    a_vertex_server.control({"kind": "delay", "seconds": 0.2, "on": GENERATE, "times": len(questions)})
    began = time.monotonic()
    endpoint.generate_all(model, questions)
    assert time.monotonic() - began >= 0.2 * len(questions) / 2


def test_no_error_holds_the_token(
    a_vertex_server: VertexServer, endpoint: VertexEndpoint, model: ServedModel, questions: list[Question]
) -> None:
    leak = f"Bearer {TOKEN} is refused"
    a_vertex_server.control({"kind": "refuse", "code": 400, "on": GENERATE, "message": leak})
    with pytest.raises(Permanent) as refused:
        endpoint.generate(model, questions[0])
    assert TOKEN not in str(refused.value)
    assert refused.value.__suppress_context__
