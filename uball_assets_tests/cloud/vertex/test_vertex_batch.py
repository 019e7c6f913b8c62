"""A game's questions as one batch on Vertex AI: every end of it, every broken row, and killed processes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from uball_assets.adapters.models.endpoint import Question, Reply, ServedModel
from uball_assets.adapters.models.vertex.batch import BatchOptions, VertexBatches
from uball_assets.adapters.models.vertex.serving import VertexEndpoint
from uball_assets.adapters.record.bills import COSTS, Bills
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.clipping.reports import Clip
from uball_assets.domain.errors import Permanent, Transient, UballError
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.spending.cost import PRICES, Ceilings
from uball_assets.services.asking.annotations import PlayQuestion
from uball_assets.services.asking.annotator import Annotator
from uball_assets_tests.adapters.clips_of_shots import DURATION_S
from uball_assets_tests.cloud.vertex.test_vertex_serving import (
    clients_of,
    questions_about,
    requests,
    texts,
)
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer

pytestmark = pytest.mark.services

SUBMIT = "POST */batchPredictionJobs"
QUICK = BatchOptions(poll_s=0.02, submit_grace_s=2.0)


def utc_now() -> datetime:
    return datetime.now(UTC)


def batches_of(
    server: VertexServer,
    store: ObjectStore,
    options: BatchOptions = QUICK,
) -> VertexBatches:
    return VertexBatches(clients_of(server), store, StoreRegistry(store, utc_now), options)


@pytest.fixture
def questions(a_training_file: str) -> list[Question]:
    return questions_about(a_training_file)


@pytest.fixture
def batches(a_vertex_server: VertexServer, store: ObjectStore) -> VertexBatches:
    return batches_of(a_vertex_server, store)


def jobs(server: VertexServer) -> int:
    return int(server.counts()["batch_jobs"])


def output_of(store: ObjectStore) -> str:
    [output] = [info.name for info in store.list("batches/") if "/answers/" in info.name]
    return output


def rewritten(store: ObjectStore, rewrite: Callable[[list[str]], list[str]]) -> None:
    """What the service has written, as the test would have it; to be read on the next call."""
    output = output_of(store)
    store.write(output, "\n".join(rewrite(store.read(output).decode().splitlines())).encode())


def test_a_batch_says_what_the_endpoint_says_in_the_order_of_the_questions_at_the_price_of_a_batch(
    a_vertex_server: VertexServer, batches: VertexBatches, model: ServedModel, questions: list[Question]
) -> None:
    """The server answers them backwards, and writes each request in its own spelling."""
    answers = batches.generate_all(model, questions)
    online = VertexEndpoint(clients_of(a_vertex_server)).generate_all(model, questions)
    assert texts(answers) == texts(online)
    assert len(set(texts(answers))) > 2
    assert [replace(each, price="online") for each in answers if isinstance(each, Reply)] == online
    assert {each.price for each in answers if isinstance(each, Reply)} == {"batch"}


def test_a_batch_that_has_answered_is_read_again_and_not_paid_again(
    a_vertex_server: VertexServer, store: ObjectStore, model: ServedModel, questions: list[Question]
) -> None:
    first = batches_of(a_vertex_server, store).generate_all(model, questions)
    assert batches_of(a_vertex_server, store).generate_all(model, questions) == first
    assert batches_of(a_vertex_server, store).generate_all(model, questions[::-1]) == first[::-1]
    assert jobs(a_vertex_server) == 1


@pytest.mark.parametrize("change", ["another clip", "another prompt", "another model", "another resolution"])
def test_another_question_is_another_batch(
    a_vertex_server: VertexServer,
    store: ObjectStore,
    model: ServedModel,
    questions: list[Question],
    change: str,
) -> None:
    batches_of(a_vertex_server, store).generate_all(model, questions)
    options, asked = QUICK, questions
    if change == "another clip":
        names = [store.name_of(question.clip_uri) for question in questions]
        store.write(names[0], store.read(names[1]))
    elif change == "another prompt":
        asked = [replace(question, prompt=question.prompt + " Think.") for question in questions]
    elif change == "another model":
        model = replace(model, model_uri=model.model_uri.replace("@1", "@default"))
    else:
        options = replace(QUICK, media_resolution="high")
    batches_of(a_vertex_server, store, options).generate_all(model, asked)
    assert jobs(a_vertex_server) == 2


def test_a_clip_that_is_not_there_is_said_so_and_costs_no_other(
    a_vertex_server: VertexServer,
    store: ObjectStore,
    batches: VertexBatches,
    model: ServedModel,
    questions: list[Question],
) -> None:
    store.delete(store.name_of(questions[2].clip_uri))
    answers = batches.generate_all(model, questions)
    assert [isinstance(each, Permanent) for each in answers] == [number == 2 for number in range(8)]
    assert "there is no clip" in str(answers[2])
    nothing = replace(questions[0], clip_uri=store.uri("games/g1/clips/none.mp4"))
    assert "there is no clip" in str(batches.generate_all(model, [nothing])[0])
    assert jobs(a_vertex_server) == 1


def test_rows_that_failed_cost_their_clips_alone_and_say_why(
    a_vertex_server: VertexServer, batches: VertexBatches, model: ServedModel, questions: list[Question]
) -> None:
    a_vertex_server.control({"kind": "rows_fail", "times": 3})
    answers = batches.generate_all(model, questions)
    failed = [str(each) for each in answers if isinstance(each, Permanent)]
    assert len(failed) == 3
    assert all("could not answer" in each and "INTERNAL" in each for each in failed)


@pytest.mark.parametrize(
    ("rewrite", "why"),
    [
        (lambda rows: rows[1:], "no answers"),
        (lambda rows: [*rows, rows[0]], "2 answers"),
        (lambda rows: [rows[0][:-20], *rows[1:]], "no answers"),
        (lambda rows: [json.dumps(json.loads(rows[0]) | {"response": {}}), *rows[1:]], "empty"),
        (lambda rows: [json.dumps(json.loads(rows[0]) | {"response": None}), *rows[1:]], "empty"),
    ],
    ids=["missing", "doubled", "broken off", "empty", "null"],
)
def test_a_row_that_cannot_be_relied_on_costs_its_clip_alone(
    store: ObjectStore,
    batches: VertexBatches,
    model: ServedModel,
    questions: list[Question],
    rewrite: Callable[[list[str]], list[str]],
    why: str,
) -> None:
    """The first row is about the last question: the server writes them backwards."""
    whole = batches.generate_all(model, questions)
    rewritten(store, rewrite)
    answers = batches.generate_all(model, questions)
    assert answers[:-1] == whole[:-1]
    assert not texts(answers)[-1]
    assert why in str(answers[-1])


def test_rows_are_read_from_every_file_of_the_output_in_any_order_and_any_spelling(
    store: ObjectStore, batches: VertexBatches, model: ServedModel, questions: list[Question]
) -> None:
    whole = batches.generate_all(model, questions)
    output = output_of(store)
    rows = store.read(output).decode().splitlines()
    rows = [row.replace('"fileData"', '"file_data"').replace('"fileUri"', '"file_uri"') for row in rows]
    store.write(output, "\n".join(rows[5:]).encode())
    store.write(output.replace("predictions.jsonl", "predictions-00002.jsonl"), "\n".join(rows[:5]).encode())
    assert batches.generate_all(model, questions) == whole


def test_the_same_question_asked_twice_is_paid_once_and_answered_twice(
    batches: VertexBatches, model: ServedModel, questions: list[Question]
) -> None:
    answers = batches.generate_all(model, [*questions[:2], questions[0]])
    assert isinstance(answers[0], Reply)
    assert answers[2] == answers[0]


@pytest.mark.parametrize(
    ("state", "kind", "why"),
    [
        ("JOB_STATE_FAILED", Transient, "it failed .Internal error encountered.*submit it anew"),
        ("JOB_STATE_EXPIRED", Transient, "expired before anything was answered"),
        ("JOB_STATE_CANCELLED", Permanent, "cancelled by somebody"),
        ("JOB_STATE_SUCCEEDED", Permanent, "ended without a single answer"),
        ("JOB_STATE_PARTIALLY_SUCCEEDED", Permanent, "ended without a single answer"),
    ],
)
def test_a_batch_that_ends_without_answers_says_why_and_the_next_run_submits_it_anew(
    a_vertex_server: VertexServer,
    batches: VertexBatches,
    model: ServedModel,
    questions: list[Question],
    state: str,
    kind: type[UballError],
    why: str,
) -> None:
    a_vertex_server.control({"kind": "job_ends", "state": state, "on": "batchPredictionJobs"})
    with pytest.raises(kind, match=why):
        batches.generate_all(model, questions)
    assert None not in texts(batches.generate_all(model, questions))
    assert jobs(a_vertex_server) == 2


def test_a_paused_batch_is_left_to_who_paused_it_and_not_submitted_a_second_time(
    a_vertex_server: VertexServer, batches: VertexBatches, model: ServedModel, questions: list[Question]
) -> None:
    a_vertex_server.control({"kind": "job_ends", "state": "JOB_STATE_PAUSED", "on": "batchPredictionJobs"})
    for _ in range(2):
        with pytest.raises(Permanent, match="paused: resume or cancel projects/"):
            batches.generate_all(model, questions)
    assert jobs(a_vertex_server) == 1


def test_a_batch_all_of_whose_rows_failed_is_an_error_and_not_a_game_without_plays(
    a_vertex_server: VertexServer, batches: VertexBatches, model: ServedModel, questions: list[Question]
) -> None:
    a_vertex_server.control({"kind": "rows_fail", "times": len(questions)})
    with pytest.raises(Permanent, match="without a single answer"):
        batches.generate_all(model, questions)
    assert None not in texts(batches.generate_all(model, questions))


def test_answers_that_somebody_deleted_are_asked_for_anew(
    a_vertex_server: VertexServer,
    store: ObjectStore,
    batches: VertexBatches,
    model: ServedModel,
    questions: list[Question],
) -> None:
    batches.generate_all(model, questions)
    store.delete(output_of(store))
    assert None not in texts(batches.generate_all(model, questions))
    assert jobs(a_vertex_server) == 2


class Sleeper:
    """After every sleep it is an hour later."""

    def __init__(self) -> None:
        self._slept = timedelta()

    def sleep(self, duration_s: float) -> None:
        time.sleep(duration_s)
        self._slept += timedelta(hours=1)

    def now(self) -> datetime:
        return utc_now() + self._slept


@pytest.mark.parametrize(
    ("state", "hours"), [("JOB_STATE_RUNNING", 6), ("JOB_STATE_PENDING", 72)], ids=["runs", "waits to begin"]
)
def test_a_batch_that_shows_nothing_new_is_cancelled_and_the_next_run_submits_it_anew(
    a_vertex_server: VertexServer,
    store: ObjectStore,
    model: ServedModel,
    questions: list[Question],
    state: str,
    hours: int,
) -> None:
    a_vertex_server.control({"kind": "job_stuck", "state": state, "on": "batchPredictionJobs"})
    sleeper, registry = Sleeper(), StoreRegistry(store, utc_now)
    patient = VertexBatches(
        clients_of(a_vertex_server), store, registry, QUICK, now=sleeper.now, sleep=sleeper.sleep
    )
    with pytest.raises(Transient, match="shown nothing new for") as hung:
        patient.generate_all(model, questions)
    waited_h = float(str(hung.value).split("nothing new for ")[1].split(" h")[0])
    assert hours <= waited_h < hours + 10
    assert None not in texts(batches_of(a_vertex_server, store).generate_all(model, questions))
    assert jobs(a_vertex_server) == 2


def test_a_model_that_is_gone_is_refused_before_anything_is_paid(
    a_vertex_server: VertexServer, batches: VertexBatches, model: ServedModel, questions: list[Question]
) -> None:
    gone = replace(model, model_uri=model.model_uri.replace("@1", "@9"))
    with pytest.raises(Permanent, match=r"cannot submit batch .* of 8 questions to m1 .404"):
        batches.generate_all(gone, questions)
    assert jobs(a_vertex_server) == 0


def test_polling_and_listing_outlast_a_storm(
    a_vertex_server: VertexServer, batches: VertexBatches, model: ServedModel, questions: list[Question]
) -> None:
    a_vertex_server.control(
        {"kind": "refuse", "code": 503, "on": "GET */batchPredictionJobs", "times": 3},
        {"kind": "refuse", "code": 429, "on": "GET */batchPredictionJobs/*", "times": 3},
        {"kind": "cut", "on": "GET */batchPredictionJobs/*"},
    )
    assert None not in texts(batches.generate_all(model, questions))
    assert jobs(a_vertex_server) == 1


@pytest.mark.parametrize(("when", "submitted"), [("before", 2), ("after", 1)])
def test_a_submit_whose_answer_was_cut_off_is_looked_for_before_it_is_sent_again(
    a_vertex_server: VertexServer,
    store: ObjectStore,
    model: ServedModel,
    questions: list[Question],
    when: str,
    submitted: int,
) -> None:
    a_vertex_server.control({"kind": "cut", "when": when, "on": SUBMIT})
    batches = batches_of(a_vertex_server, store)
    if when == "before":
        with pytest.raises(Transient, match="was not answered"):
            batches.generate_all(model, questions)
    assert None not in texts(batches.generate_all(model, questions))
    assert jobs(a_vertex_server) == 1
    assert a_vertex_server.counts()["requests"]["POST batchPredictionJobs"] == submitted


def test_a_batch_whose_process_was_killed_is_found_again_and_waited_for(
    a_vertex_server: VertexServer,
    a_gcs_bucket: str,
    store: ObjectStore,
    model: ServedModel,
    questions: list[Question],
) -> None:
    a_vertex_server.control(state_s=1.5)
    asked = json.dumps([asdict(model), [asdict(question) for question in questions]])
    command = [sys.executable, "-c", _ASK, a_vertex_server.url, a_gcs_bucket, asked]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 600
        while jobs(a_vertex_server) == 0:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.kill()
    assert None not in texts(batches_of(a_vertex_server, store).generate_all(model, questions))
    assert jobs(a_vertex_server) == 1
    assert a_vertex_server.counts()["requests"]["POST batchPredictionJobs"] == 1


_ASK = """
import json, sys
from uball_assets.adapters.models.endpoint import Question, ServedModel
from uball_assets.adapters.stores.opening import open_store
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer
from uball_assets_tests.cloud.vertex.test_vertex_batch import batches_of

_, url, bucket, asked = sys.argv
model, questions = json.loads(asked)
batches_of(VertexServer(url), open_store(bucket)).generate_all(
    ServedModel(**model), [Question(**each) for each in questions]
)
"""


@pytest.mark.parametrize(("fewest", "online"), [(8, 0), (9, 8)], ids=["enough for a batch", "too few"])
def test_an_endpoint_asks_in_batches_what_is_asked_in_numbers(
    a_vertex_server: VertexServer,
    batches: VertexBatches,
    model: ServedModel,
    questions: list[Question],
    fewest: int,
    online: int,
) -> None:
    endpoint = VertexEndpoint(clients_of(a_vertex_server), batches=batches, fewest_in_batch=fewest)
    assert None not in texts(endpoint.generate_all(model, questions))
    assert (jobs(a_vertex_server), requests(a_vertex_server)) == (int(online == 0), online)


def test_what_a_batch_could_not_answer_is_asked_once_more_online_with_the_schema_and_all_is_billed(
    a_vertex_server: VertexServer,
    store: ObjectStore,
    batches: VertexBatches,
    model: ServedModel,
    questions: list[Question],
) -> None:
    a_vertex_server.control({"kind": "rows_fail", "times": 2}, {"kind": "garbled", "times": 3})
    registry = StoreRegistry(store, utc_now)
    endpoint = VertexEndpoint(clients_of(a_vertex_server), batches=batches, fewest_in_batch=1)
    bills = Bills(registry, PRICES, Ceilings(50.0, 200.0), "low", "batch", utc_now)
    game = [a_play_question(store.name_of(question.clip_uri)) for question in questions]
    said = Annotator(endpoint, store, bills).annotate(model, game, "game g1")
    assert (len(said.plays), said.quarantined, said.asked_again) == (8, (), 5)
    tokens = {each.way: each.input + each.output for each in said.usage.tokens}
    assert set(tokens) == {"batch", "online"}
    assert said.usage.token_count == a_vertex_server.counts()["answered_tokens"]
    assert sum(entry["tokens"] for entry in registry.entries(COSTS)) == said.usage.token_count
    again = Annotator(endpoint, store, bills).annotate(model, game, "game g1")
    assert (again.plays, again.per_camera, again.quarantined) == (
        said.plays,
        said.per_camera,
        said.quarantined,
    )
    assert (again.usage.token_count, again.kept_count) == (0, 8)
    assert (len(registry.entries(COSTS)), jobs(a_vertex_server)) == (2, 1)


@pytest.mark.parametrize("way", ["online", "batch"])
def test_every_token_that_the_service_counts_is_billed_whatever_became_of_the_answer(
    a_vertex_server: VertexServer,
    store: ObjectStore,
    batches: VertexBatches,
    model: ServedModel,
    questions: list[Question],
    way: Literal["online", "batch"],
) -> None:
    a_vertex_server.control(
        {"kind": "no_text", "reason": "MAX_TOKENS", "thoughts": 2048},
        {"kind": "no_text", "reason": "SAFETY", "thoughts": 300, "times": 2},
        {"kind": "no_text", "reason": "PROHIBITED_CONTENT"},
        {"kind": "nothing_seen"},
        {"kind": "garbled"},
    )
    registry = StoreRegistry(store, utc_now)
    endpoint = VertexEndpoint(
        clients_of(a_vertex_server), batches=batches if way == "batch" else None, fewest_in_batch=1
    )
    bills = Bills(registry, PRICES, Ceilings(50.0, 200.0), "low", way, utc_now)
    game = [a_play_question(store.name_of(question.clip_uri)) for question in questions]
    said = Annotator(endpoint, store, bills).annotate(model, game, "game g1")
    assert (said.quarantined, said.no_play_count, said.asked_again) == ((), 1, 5)
    assert said.usage.token_count == a_vertex_server.counts()["answered_tokens"]
    assert said.usage.token_count == sum(entry["tokens"] for entry in registry.entries(COSTS))
    paid, asked = registry.entries(COSTS), a_vertex_server.counts()["requests"]
    again = Annotator(endpoint, store, bills).annotate(model, game, "game g1")
    assert (again.plays, again.usage.token_count) == (said.plays, 0)
    assert (registry.entries(COSTS), a_vertex_server.counts()["requests"]) == (paid, asked)


def a_play_question(clip_name: str) -> PlayQuestion:
    """Of a play a minute: what is told of one moment would be one play."""
    start_s = 60.0 * int(clip_name.rpartition("play-")[2].partition("_")[0])
    clip = Clip(
        "p", Angle.FAR_LEFT, clip_name, clip_name, start_s, 0.0, None, DURATION_S, 30, 999, clamped=False
    )
    return PlayQuestion(clip_name, Side.LEFT, Window(start_s, start_s + DURATION_S), (clip,))
