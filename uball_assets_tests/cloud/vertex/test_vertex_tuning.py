"""Tuning on Vertex AI, from the plan to the model, through the real client against a strict server."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from uball_assets.adapters.models.trainer import JobState, JobStatus, Trainer, TuneSpec
from uball_assets.adapters.models.vertex.clients import VertexClients
from uball_assets.adapters.models.vertex.tuning import VertexOptions, VertexTrainer
from uball_assets.adapters.record.bills import Bills
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.spending.cost import PRICES, Ceilings
from uball_assets_tests.adapters.clips_of_shots import training_lines
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer

pytestmark = pytest.mark.services

LABELS = ("FG_MAKE", "3PT_MISS", "4PT_MAKE", "4PT_MISS")
TOKEN = "planted-secret-token"  # noqa: S105
STATE_S = 0.02
OPTIONS = VertexOptions(submit_grace_s=2.0)
CEILINGS = Ceilings(job_usd=50.0, month_usd=200.0)


@pytest.fixture
def server(a_vertex_server: VertexServer) -> VertexServer:
    a_vertex_server.control(state_s=STATE_S)
    return a_vertex_server


@pytest.fixture
def spec(store: ObjectStore) -> TuneSpec:
    return a_spec(store, training_lines(store, LABELS * 2), training_lines(store, LABELS[:2], first=50))


def a_spec(store: ObjectStore, train: Sequence[str], validation: Sequence[str]) -> TuneSpec:
    for name, lines in (("train", train), ("validation", validation)):
        store.write(f"training_sets/m1/{name}.jsonl", "".join(f"{line}\n" for line in lines).encode())
    return TuneSpec(
        model_name="basketball-model-v1-1games",
        fingerprint="0123456789abcdef0123456789abcdef",
        train_uri=store.uri("training_sets/m1/train.jsonl"),
        validation_uri=store.uri("training_sets/m1/validation.jsonl"),
        parent_uri=None,
        base="gemini-3.5-flash",
        epochs=2,
        seed=7,
        options={"adapter_size": "4", "learning_rate_multiplier": "", "checkpoints": "last"},
    )


class Clock:
    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def bills_of(store: ObjectStore, now: Callable[[], datetime], ceilings: Ceilings = CEILINGS) -> Bills:
    return Bills(StoreRegistry(store, now=now), PRICES, ceilings, "low", "batch", now)


def a_trainer(
    server: VertexServer,
    store: ObjectStore,
    options: VertexOptions = OPTIONS,
    ceilings: Ceilings = CEILINGS,
    now: Callable[[], datetime] | None = None,
    **login: Any,
) -> VertexTrainer:
    clients = VertexClients("uball", server.url, first_wait_s=0.02, **(login or {"token": TOKEN}))
    clock = now or Clock()
    return VertexTrainer(clients, store, bills_of(store, clock, ceilings), options, now=clock)


def followed(trainer: Trainer, status: JobStatus) -> JobStatus:
    deadline = time.monotonic() + 600
    while status.state is JobState.RUNNING:
        assert time.monotonic() < deadline, status
        time.sleep(0.05)
        status = trainer.poll(status.job_id)
    return status


def test_a_training_costs_what_was_planned_and_ends_in_a_model_with_its_numbers(
    server: VertexServer, store: ObjectStore, spec: TuneSpec
) -> None:
    trainer = a_trainer(server, store)
    plan = trainer.plan(spec)
    assert (plan.faults, plan.train_count, plan.validation_count) == ((), 8, 2)
    status = followed(trainer, trainer.submit(spec))
    assert status.state is JobState.SUCCEEDED
    assert status.model_uri is not None
    assert "/locations/us-central1/models/" in status.model_uri
    assert status.endpoint_uri is not None
    assert "/locations/us/endpoints/" in status.endpoint_uri
    billed = server.counts()["billed_tuning_tokens"]
    assert billed > 0
    assert plan.training_tokens == pytest.approx(billed, rel=0.03)
    assert status.metrics["tokens_billed"] == billed
    assert status.metrics["cost_usd"] == pytest.approx(billed * 10 / 1_000_000)
    assert (status.metrics["examples"], status.metrics["examples_dropped"]) == (8, 0)
    assert status.metrics["steps"] > 0
    assert status.metrics["loss_after_epoch_2"] < status.metrics["loss_after_epoch_0"]
    assert status.detail == f"{spec.model_name} has learned from 8 examples, {billed:,} tokens billed"


def test_a_second_submit_finds_the_first_job_running_or_done_whoever_asks(
    server: VertexServer, store: ObjectStore, spec: TuneSpec
) -> None:
    server.control({"kind": "job_stuck", "state": "TUNING_JOB_STATE_TUNING"})
    running = a_trainer(server, store).submit(spec)
    again = a_trainer(server, store)
    assert again.find(spec.fingerprint) is not None
    assert again.submit(spec).job_id == running.job_id
    again.cancel(running.job_id)
    assert followed(again, running).state is JobState.CANCELLED
    done = followed(again, again.submit(spec))
    assert done.state is JobState.SUCCEEDED
    assert done.job_id != running.job_id
    assert a_trainer(server, store).submit(spec) == a_trainer(server, store).find(spec.fingerprint) == done
    assert server.counts()["tuning_jobs"] == 2
    assert again.find("f" * 32) is None


@pytest.mark.parametrize(
    ("end", "state"),
    [
        ("JOB_STATE_FAILED", JobState.FAILED),
        ("JOB_STATE_EXPIRED", JobState.FAILED),
        ("JOB_STATE_CANCELLED", JobState.CANCELLED),
        ("JOB_STATE_PARTIALLY_SUCCEEDED", JobState.FAILED),
    ],
)
def test_every_bad_end_is_told_costs_nothing_and_a_new_submit_makes_a_new_job(
    server: VertexServer, store: ObjectStore, spec: TuneSpec, end: str, state: JobState
) -> None:
    server.control({"kind": "job_ends", "state": end, "message": f"See https://evil/?key={TOKEN} Try again."})
    trainer = a_trainer(server, store)
    ended = followed(trainer, trainer.submit(spec))
    assert ended.state is state
    assert ended.model_uri is None
    assert ended.detail == f"{spec.model_name} ended in {end}: See … Try again."
    assert ended.metrics.get("cost_usd") == 0
    assert trainer.find(spec.fingerprint) == ended
    assert followed(trainer, trainer.submit(spec)).state is JobState.SUCCEEDED
    assert server.counts()["tuning_jobs"] == 2


@pytest.mark.parametrize("code", [429, 500, 503])
def test_a_storm_of_refusals_while_polling_costs_retries(
    server: VertexServer, store: ObjectStore, spec: TuneSpec, code: int
) -> None:
    trainer = a_trainer(server, store)
    job = trainer.submit(spec)
    server.control({"kind": "refuse", "code": code, "times": 4, "on": "GET /*tuningJobs/"})
    assert trainer.poll(job.job_id).state in (JobState.RUNNING, JobState.SUCCEEDED)
    server.control({"kind": "refuse", "code": code, "times": 5, "on": "GET /*tuningJobs/"})
    with pytest.raises(Transient, match=rf"cannot ask for tuning job \d+: .*{code}.*try later"):
        trainer.poll(job.job_id)
    assert followed(trainer, job).state is JobState.SUCCEEDED
    assert server.counts()["tuning_jobs"] == 1


def test_a_connection_cut_while_polling_costs_a_retry(
    server: VertexServer, store: ObjectStore, spec: TuneSpec
) -> None:
    trainer = a_trainer(server, store)
    job = trainer.submit(spec)
    server.control({"kind": "cut", "times": 3, "on": "GET "})
    assert followed(trainer, job).state is JobState.SUCCEEDED


def test_a_service_that_cannot_be_reached_is_transient_and_names_no_secret(
    server: VertexServer, store: ObjectStore, spec: TuneSpec
) -> None:
    nobody = replace(server, url="http://127.0.0.1:9")
    with pytest.raises(Transient, match="no connection") as caught:
        a_trainer(nobody, store).submit(spec)
    assert TOKEN not in repr(caught.value)
    assert caught.value.__cause__ is None


def test_an_expired_token_is_renewed_once_where_it_can_be_and_nothing_is_submitted_twice(
    server: VertexServer, store: ObjectStore, spec: TuneSpec
) -> None:
    from google.auth.credentials import Credentials

    class Renewable(Credentials):  # type: ignore[misc]
        renewals = 0

        def refresh(self, request: object) -> None:
            del request
            self.renewals += 1
            self.token = f"{TOKEN}-{self.renewals}"

    login = Renewable()
    trainer = a_trainer(server, store, credentials=login)
    server.control({"kind": "token_expires"})
    job = trainer.submit(spec)
    server.control({"kind": "token_expires"})
    assert followed(trainer, job).state is JobState.SUCCEEDED
    assert login.renewals >= 3
    assert server.counts()["tuning_jobs"] == 1


def test_a_token_that_stays_refused_is_permanent_and_says_how_to_log_in(
    server: VertexServer, store: ObjectStore, spec: TuneSpec
) -> None:
    trainer = a_trainer(server, store)
    server.control({"kind": "token_expires"})
    with pytest.raises(Permanent, match="gcloud auth application-default login") as caught:
        trainer.submit(spec)
    assert TOKEN not in str(caught.value)


def test_a_job_without_progress_is_cancelled_and_has_failed_even_if_another_process_looks_first(
    server: VertexServer, store: ObjectStore, spec: TuneSpec
) -> None:
    clock = Clock()
    trainer = a_trainer(server, store, now=clock)
    server.control({"kind": "job_stuck", "state": "TUNING_JOB_STATE_WAITING_FOR_CAPACITY"})
    job = trainer.submit(spec)
    while "waits for free hardware" not in trainer.poll(job.job_id).detail:
        time.sleep(0.05)
    clock.ahead = timedelta(hours=5)
    assert trainer.poll(job.job_id).state is JobState.RUNNING
    clock.ahead = timedelta(hours=7)
    stuck = a_trainer(server, store, now=clock).poll(job.job_id)
    assert stuck.state is JobState.FAILED
    assert stuck.detail.startswith("cancelled: no progress for 7.0 h; when last seen, ")
    assert "waits for free hardware" in stuck.detail
    clock.ahead = timedelta()
    assert followed(trainer, trainer.poll(job.job_id)).state is JobState.CANCELLED


@pytest.mark.parametrize(
    ("share", "state"), [(0.12, JobState.FAILED), (0.10, JobState.SUCCEEDED)], ids=["12 %", "10 %"]
)
def test_dropped_examples_are_counted_and_named_and_too_many_fail_the_job_unbilled(
    server: VertexServer, store: ObjectStore, share: float, state: JobState
) -> None:
    spec = a_spec(store, training_lines(store, LABELS * 5), training_lines(store, LABELS[:2], first=50))
    server.control({"kind": "examples_dropped", "share": share})
    trainer = a_trainer(server, store)
    ended = followed(trainer, trainer.submit(spec))
    dropped = ended.metrics["examples_dropped"]
    assert (ended.state, ended.metrics["examples"] + dropped) == (state, 20)
    assert f"{dropped:.0f} of 20 examples dropped" in ended.detail
    assert "The video of the example could not be processed. (lines 1" in ended.detail
    billed = server.counts()["billed_tuning_tokens"]
    assert (billed == 0) is (state is JobState.FAILED)
    assert ended.metrics["cost_usd"] == pytest.approx(billed * 10 / 1_000_000)


def test_the_next_training_goes_on_from_the_model_and_is_its_next_version(
    server: VertexServer, store: ObjectStore, spec: TuneSpec
) -> None:
    trainer = a_trainer(server, store)
    first = followed(trainer, trainer.submit(spec))
    second_spec = replace(
        spec, model_name="basketball-model-v2-2games", fingerprint="2" * 32, parent_uri=first.model_uri
    )
    assert trainer.plan(second_spec).parent_uri == first.model_uri
    second = followed(trainer, trainer.submit(second_spec))
    assert first.model_uri is not None
    assert second.model_uri == first.model_uri.replace("@1", "@2")
    assert second.endpoint_uri != first.endpoint_uri
    assert second.metrics["loss_after_epoch_0"] < first.metrics["loss_after_epoch_0"]
    assert second.metrics["cost_usd"] == first.metrics["cost_usd"]


def test_a_local_parent_cannot_be_gone_on_from_and_the_base_is_tuned_afresh(
    server: VertexServer, store: ObjectStore, spec: TuneSpec
) -> None:
    trainer = a_trainer(server, store)
    local = replace(spec, parent_uri="file:///models/m1/model.safetensors")
    assert trainer.plan(local).parent_uri is None
    status = followed(trainer, trainer.submit(local))
    assert status.model_uri is not None
    assert status.model_uri.endswith("@1")


def test_a_parent_in_another_location_is_a_fault_with_the_setting_to_change(
    server: VertexServer, store: ObjectStore, spec: TuneSpec
) -> None:
    there = replace(spec, parent_uri="projects/1/locations/europe-west4/models/7@1")
    with pytest.raises(Permanent, match="UBALL_TUNING_LOCATION=europe-west4"):
        a_trainer(server, store).submit(there)
    assert server.counts()["tuning_jobs"] == 0


def test_a_job_is_found_on_whatever_page_of_the_listing_it_stands(
    server: VertexServer, store: ObjectStore, spec: TuneSpec
) -> None:
    trainer = a_trainer(server, store)
    first = followed(trainer, trainer.submit(spec))
    for number in range(6):
        server.control({"kind": "job_ends"})
        followed(trainer, trainer.submit(replace(spec, fingerprint=f"{number}" * 32)))
    found = a_trainer(server, store).find(spec.fingerprint)
    assert found == first


def test_a_plan_with_faults_names_the_lines_and_nothing_is_submitted(
    server: VertexServer, store: ObjectStore, spec: TuneSpec
) -> None:
    store.delete("games/g1/clips/play-3_FAR_LEFT.mp4")
    trainer = a_trainer(server, store)
    assert [fault.what for fault in trainer.plan(spec).faults] == ["clip that is not there (1 line)"]
    with pytest.raises(Permanent, match=r"train\.jsonl line 4"):
        trainer.submit(spec)
    assert server.counts()["requests"].get("POST tuningJobs", 0) == 0


@pytest.mark.parametrize(
    ("ceilings", "spent_usd"),
    [(Ceilings(0.001, 100), 0.0), (Ceilings(100, 100), 99.999)],
    ids=["the job's", "the month's"],
)
def test_a_training_over_a_ceiling_is_refused_with_the_numbers(
    server: VertexServer, store: ObjectStore, spec: TuneSpec, ceilings: Ceilings, spent_usd: float
) -> None:
    trainer = a_trainer(server, store, ceilings=ceilings)
    month = f"{datetime.now(UTC):%Y-%m}"
    StoreRegistry(store, now=Clock()).append(
        "costs", {"what": "training", "subject": "m0", "usd": spent_usd, "tokens": 1, "month": month}, key="c"
    )
    with pytest.raises(Permanent, match="over the ceiling"):
        trainer.submit(spec)
    assert server.counts()["requests"].get("POST tuningJobs", 0) == 0


def test_a_refused_submit_shows_the_services_plain_words_and_need_not_be_waited_for(
    server: VertexServer, store: ObjectStore, spec: TuneSpec
) -> None:
    message = f"Invalid value at supervised_tuning_spec: {TOKEN} someone@example.com"
    server.control({"kind": "refuse", "code": 400, "on": "POST /*tuningJobs", "message": message})
    trainer = a_trainer(server, store, replace(OPTIONS, submit_grace_s=3600.0))
    with pytest.raises(Permanent, match=r"Invalid value at supervised_tuning_spec: …; ") as caught:
        trainer.submit(spec)
    assert TOKEN not in str(caught.value)
    assert "example.com" not in str(caught.value)
    began = time.monotonic()
    trainer.submit(spec)
    assert time.monotonic() - began < 1800


def test_all_checkpoints_are_kept_on_request_and_the_last_is_served(
    server: VertexServer, store: ObjectStore, spec: TuneSpec
) -> None:
    trainer = a_trainer(server, store)
    status = followed(trainer, trainer.submit(replace(spec, options={**spec.options, "checkpoints": "all"})))
    clients = VertexClients("uball", server.url)
    job = clients.polling("us-central1").tunings.get(name=status.job_id)
    assert [checkpoint.epoch for checkpoint in job.tuned_model.checkpoints] == [1, 2]
    assert status.endpoint_uri == job.tuned_model.checkpoints[-1].endpoint
