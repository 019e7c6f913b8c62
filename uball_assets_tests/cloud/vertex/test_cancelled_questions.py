"""A batch of questions whose wait is interrupted, and which is cancelled: its bill, and what it answered."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from uball_assets.adapters.models.endpoint import ServedModel
from uball_assets.adapters.models.vertex.batch import VertexBatches
from uball_assets.adapters.models.vertex.serving import VertexEndpoint
from uball_assets.adapters.record.bills import COSTS, Bills
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import Transient
from uball_assets.domain.spending.cost import PRICES, Ceilings
from uball_assets.services.asking.annotations import PlayQuestion
from uball_assets.services.asking.annotator import Annotator
from uball_assets_tests.cloud.vertex.test_vertex_batch import QUICK, a_play_question
from uball_assets_tests.cloud.vertex.test_vertex_serving import clients_of, questions_about
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer

pytestmark = pytest.mark.services


class Interrupted(BaseException):
    """As Dagster interrupts a run that a person cancels."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def game(store: ObjectStore, a_training_file: str) -> list[PlayQuestion]:
    return [a_play_question(store.name_of(each.clip_uri)) for each in questions_about(a_training_file)]


def annotator_of(server: VertexServer, store: ObjectStore, interrupted_in: str = "") -> Annotator:
    """`interrupted_in`: the batch's state in which the wait for it is interrupted."""
    registry = StoreRegistry(store, utc_now)

    def sleep(duration_s: float) -> None:
        time.sleep(duration_s)
        if interrupted_in and server.counts()["batch_states"].get(interrupted_in):
            raise Interrupted

    batches = VertexBatches(clients_of(server), store, registry, QUICK, sleep=sleep)
    endpoint = VertexEndpoint(clients_of(server), batches=batches, fewest_in_batch=2)
    bills = Bills(registry, PRICES, Ceilings(50.0, 200.0), "low", "batch", utc_now)
    return Annotator(endpoint, store, bills)


def interrupted(
    server: VertexServer, store: ObjectStore, model: ServedModel, game: list[PlayQuestion]
) -> Annotator:
    """While half of the rows are answered, and no more will be."""
    server.control({"kind": "rows_stuck", "share": 0.5})
    told: list[str] = []
    annotator = replace(
        annotator_of(server, store, "JOB_STATE_RUNNING"), on_job=lambda: told.append("a paid job")
    )
    with pytest.raises(Interrupted):
        annotator.annotate(model, game, "game g1")
    assert told == ["a paid job"]
    endpoint = annotator_of(server, store).endpoint
    return replace(annotator, endpoint=endpoint)  # the interruption itself is over


def test_what_a_cancelled_batch_has_answered_is_billed_as_cancelled_and_not_asked_again(
    a_vertex_server: VertexServer, store: ObjectStore, model: ServedModel, game: list[PlayQuestion]
) -> None:
    annotator = interrupted(a_vertex_server, store, model, game)
    [said] = annotator.cancel()
    assert a_vertex_server.counts()["batch_states"]["JOB_STATE_CANCELLED"] == 1
    [bill] = annotator.bills.registry.entries(COSTS)
    assert (bill["subject"], bill["ended"]) == ("game g1 by m1", "cancelled")
    assert bill["tokens"] == a_vertex_server.counts()["answered_tokens"] > 0
    assert bill["estimated_usd"] > bill["usd"] > 0
    assert "billed for 4 of 8 answers about game g1, about $0." in said
    again = annotator_of(a_vertex_server, store).annotate(model, game, "game g1")
    assert (again.kept_count, len(again.per_camera)) == (4, 8)
    paid = annotator.bills.registry.entries(COSTS)
    assert sum(entry["tokens"] for entry in paid) == a_vertex_server.counts()["answered_tokens"]
    assert [entry.get("ended") for entry in paid] == ["cancelled", None]


def test_a_batch_that_is_cancelled_before_it_begins_costs_nothing_and_the_bill_says_so(
    a_vertex_server: VertexServer, store: ObjectStore, model: ServedModel, game: list[PlayQuestion]
) -> None:
    a_vertex_server.control({"kind": "job_stuck", "state": "JOB_STATE_PENDING", "on": "batchPredictionJobs"})
    annotator = annotator_of(a_vertex_server, store, "JOB_STATE_PENDING")
    with pytest.raises(Interrupted):
        annotator.annotate(model, game, "game g1")
    [said] = replace(annotator, endpoint=annotator_of(a_vertex_server, store).endpoint).cancel()
    assert said.startswith("$0.00 billed for 0 of 8 answers about game g1")
    [bill] = annotator.bills.registry.entries(COSTS)
    assert (bill["usd"], bill["tokens"], bill["ended"]) == (0.0, 0, "cancelled")


def test_a_batch_that_cannot_be_cancelled_now_goes_on_and_is_found_by_the_next_run(
    a_vertex_server: VertexServer, store: ObjectStore, model: ServedModel, game: list[PlayQuestion]
) -> None:
    annotator = interrupted(a_vertex_server, store, model, game)
    a_vertex_server.control({"kind": "refuse", "code": 503, "on": "POST *:cancel", "times": 99})
    with pytest.raises(Transient):
        annotator.cancel()
    assert annotator.bills.registry.entries(COSTS) == []
    assert a_vertex_server.counts()["batch_states"]["JOB_STATE_RUNNING"] == 1


def test_nothing_is_cancelled_where_the_batch_has_ended_or_questions_are_asked_one_by_one(
    a_vertex_server: VertexServer, store: ObjectStore, model: ServedModel, game: list[PlayQuestion]
) -> None:
    annotator = annotator_of(a_vertex_server, store)
    annotator.annotate(model, game, "game g1")
    questions = questions_about(store.uri("games/g1/train.jsonl"))
    assert annotator.waits_for == []
    assert annotator.endpoint.cancel(model, questions) is None
    assert annotator.endpoint.cancel(model, questions[:1]) is None
    assert a_vertex_server.counts()["batch_states"] == {"JOB_STATE_SUCCEEDED": 1}
