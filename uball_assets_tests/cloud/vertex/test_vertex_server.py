"""The fake Vertex AI, asked by the real google-genai: what it does."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from uball_assets.adapters.models.endpoint import Question, Reply, ServedModel
from uball_assets.adapters.models.local.endpoint import LocalEndpoint
from uball_assets.adapters.models.local.trainer import LocalTrainer
from uball_assets.adapters.models.trainer import TuneSpec
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.answers.examples import prompt
from uball_assets.domain.footage.angles import Angle
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer
from uball_assets_tests.cloud.vertex_server.vertex_client import (
    answers,
    batch,
    client_of,
    clips_of,
    config_of,
    contents,
    ended,
    generate,
    name_of,
    question,
    tune,
    tuned,
    until,
    written,
)

pytestmark = pytest.mark.services


def test_a_tuning_runs_through_its_states_and_its_endpoint_answers(
    a_vertex_server: VertexServer, a_training_file: str
) -> None:
    a_vertex_server.control(state_s=0.1)
    client = client_of(a_vertex_server)
    job = tune(client, a_training_file, labels={"run": "f1"})
    assert job.state == "JOB_STATE_QUEUED"
    seen: list[tuple[str, str]] = []
    while not job.has_ended:
        job = client.tunings.get(name=job.name)
        seen += [state for state in [(job.state.name, name_of(job.tuning_job_state))] if state not in seen]
        time.sleep(0.02)
    assert [state for state, _ in seen] == sorted(
        [state for state, _ in seen],
        key=["JOB_STATE_QUEUED", "JOB_STATE_PENDING", "JOB_STATE_RUNNING", "JOB_STATE_SUCCEEDED"].index,
    )
    assert ("JOB_STATE_RUNNING", "TUNING_JOB_STATE_PROCESSING_DATASET") in seen
    assert ("JOB_STATE_RUNNING", "TUNING_JOB_STATE_POST_PROCESSING") in seen
    assert job.labels == {"run": "f1"}
    assert job.create_time < job.start_time < job.end_time
    assert job.tuned_model.model.startswith("projects/424242424242/locations/us-central1/models/")
    assert job.tuned_model.model.endswith("@1")
    assert "/locations/us/endpoints/" in job.tuned_model.endpoint
    said = json.loads(generate(a_vertex_server, job.tuned_model.endpoint, a_training_file).text)
    assert set(said[0]) >= {"classification", "timestamp_seconds", "confidence"}


def test_what_was_read_and_billed_is_told_with_the_loss_of_each_epoch(
    a_vertex_server: VertexServer, store: ObjectStore, a_training_file: str
) -> None:
    job = tuned(a_vertex_server, a_training_file, epoch_count=2)
    stats = job.tuning_data_stats.supervised_tuning_data_stats
    assert stats.tuning_dataset_example_count == 8
    assert stats.tuning_step_count == 2
    assert not stats.dropped_example_reasons
    assert 8 * 2 * 70 < stats.total_billable_token_count < 8 * 2 * 70 + stats.total_tuning_character_count
    assert a_vertex_server.counts()["billed_tuning_tokens"] == 2 * stats.total_billable_token_count
    rows = [json.loads(line) for line in store.read(store.name_of(job.gcs_metrics_uri)).splitlines()]
    assert [(row["epoch"], row["step"]) for row in rows] == [(0, 0), (1, 1), (2, 2)]
    assert rows[2]["loss"] < rows[0]["loss"]


def test_the_weights_are_those_of_the_local_trainer_from_the_base_and_from_a_parent(
    a_vertex_server: VertexServer, store: ObjectStore, a_training_file: str, tmp_path: Path
) -> None:
    """As both answer about each clip, and lose in each epoch, to the last digit that is told."""
    first = tuned(a_vertex_server, a_training_file, epoch_count=1)
    second = tuned(a_vertex_server, a_training_file, base_model=first.tuned_model.model, epoch_count=2)
    local = _LocalTwin(store, tmp_path)
    for job, epochs in ((first, 1), (second, 2)):
        said, losses = local.train(a_training_file, epochs)
        assert answers(a_vertex_server, job.tuned_model.endpoint, a_training_file) == said
        rows = store.read(store.name_of(job.gcs_metrics_uri)).splitlines()
        assert [round(json.loads(row)["loss"], 6) for row in rows] == losses


def test_tuning_goes_on_as_the_parents_next_version_unless_it_is_named_anew(
    a_vertex_server: VertexServer, a_training_file: str
) -> None:
    first = tuned(a_vertex_server, a_training_file)
    parent = first.tuned_model.model
    second = tuned(a_vertex_server, a_training_file, base_model=parent)
    renamed = tuned(a_vertex_server, a_training_file, base_model=parent, tuned_model_display_name="other")
    assert second.tuned_model.model == parent.replace("@1", "@2")
    assert second.tuned_model.endpoint != first.tuned_model.endpoint
    assert second.base_model is None
    assert (second.pre_tuned_model.tuned_model_name, second.pre_tuned_model.base_model) == (
        parent,
        "gemini-3.5-flash",
    )
    assert renamed.tuned_model.model.partition("@")[0] != parent.partition("@")[0]
    model = client_of(a_vertex_server).models.get(model=second.tuned_model.model)
    assert (model.version, model.display_name) == ("2", "plays")
    assert model.endpoints[0].name == second.tuned_model.endpoint


def test_every_epoch_leaves_a_checkpoint_with_an_endpoint_of_its_own_if_wanted(
    a_vertex_server: VertexServer, a_training_file: str
) -> None:
    job = tuned(a_vertex_server, a_training_file, epoch_count=2, export_last_checkpoint_only=False)
    checkpoints = job.tuned_model.checkpoints
    assert [(each.checkpoint_id, each.epoch) for each in checkpoints] == [("1", 1), ("2", 2)]
    assert checkpoints[1].endpoint == job.tuned_model.endpoint
    early, late = (answers(a_vertex_server, each.endpoint, a_training_file) for each in checkpoints)
    assert early != late
    goes_on = tuned(
        a_vertex_server,
        a_training_file,
        base_model=job.tuned_model.model,
        pre_tuned_model_checkpoint_id="1",
        epoch_count=1,
    )
    assert goes_on.pre_tuned_model.checkpoint_id == "1"
    assert answers(a_vertex_server, goes_on.tuned_model.endpoint, a_training_file) != late


def test_jobs_are_listed_newest_first_in_pages_and_by_label(a_vertex_server: VertexServer) -> None:
    client = client_of(a_vertex_server)
    names = [tune(client, "gs://none/train.jsonl", labels={"run": f"f{n}"}).name for n in range(7)]
    assert [job.name for job in client.tunings.list(config={"page_size": 3})] == names[::-1]
    assert [job.name for job in client.tunings.list(config={"filter": "labels.run=f2"})] == [names[2]]
    assert list(client_of(a_vertex_server, "europe-west4").tunings.list()) == []
    assert a_vertex_server.counts()["tuning_jobs"] == 7


def test_a_cancelled_job_ends_and_leaves_no_model_and_cannot_be_cancelled_again(
    a_vertex_server: VertexServer, a_training_file: str
) -> None:
    from google.genai.errors import ClientError

    a_vertex_server.control({"kind": "job_stuck", "state": "TUNING_JOB_STATE_TUNING"})
    client = client_of(a_vertex_server)
    job = tune(client, a_training_file)
    until(lambda: name_of(client.tunings.get(name=job.name).tuning_job_state) == "TUNING_JOB_STATE_TUNING")
    client.tunings.cancel(name=job.name)
    job = ended(client, job)
    assert (job.state.name, job.tuned_model) == ("JOB_STATE_CANCELLED", None)
    with pytest.raises(ClientError, match="already ended"):
        client.tunings.cancel(name=job.name)


def test_one_tuning_runs_at_a_time_and_the_next_waits_for_quota(
    a_vertex_server: VertexServer, a_training_file: str
) -> None:
    a_vertex_server.control({"kind": "job_stuck", "state": "JOB_STATE_RUNNING"})
    client = client_of(a_vertex_server)
    stuck = tune(client, a_training_file)
    until(lambda: name_of(client.tunings.get(name=stuck.name).state) == "JOB_STATE_RUNNING")
    waiting = tune(client, a_training_file)
    quota = "TUNING_JOB_STATE_WAITING_FOR_QUOTA"
    until(lambda: name_of(client.tunings.get(name=waiting.name).tuning_job_state) == quota)
    client.tunings.cancel(name=stuck.name)
    assert ended(client, waiting).state.name == "JOB_STATE_SUCCEEDED"


def test_a_batch_answers_every_line_in_another_order_and_says_which_failed(
    a_vertex_server: VertexServer, store: ObjectStore, a_training_file: str
) -> None:
    job = tuned(a_vertex_server, a_training_file)
    clips = clips_of(a_training_file)
    lines = [json.dumps({"request": question(clip)}) for clip in [*clips[:3], "gs://none/missing.mp4"]]
    source = written(store, "batches/in.jsonl", lines)
    a_vertex_server.control({"kind": "rows_fail"})
    done = batch(a_vertex_server, job.tuned_model.model, source, store.uri("batches/out"))
    assert done.state.name == "JOB_STATE_SUCCEEDED"
    assert (done.completion_stats.successful_count, done.completion_stats.failed_count) == (2, 2)
    output = f"{done.output_info.gcs_output_directory}/predictions.jsonl"
    assert output.startswith(store.uri("batches/out"))
    rows = [json.loads(line) for line in store.read(store.name_of(output)).splitlines()]
    asked = [row["request"]["contents"][0]["parts"][0]["fileData"]["fileUri"] for row in rows]
    assert asked == ["gs://none/missing.mp4", *clips[2::-1]]
    assert rows[1]["request"] != question(clips[2])
    assert rows[1]["request"]["contents"][0]["parts"][0]["text"] is None
    assert [bool(row["status"]) for row in rows] == [True, False, False, True]
    assert [row["response"] for row in rows if row["status"]] == [{}, {}]
    online = generate(a_vertex_server, job.tuned_model.endpoint, a_training_file, clips[2]).text
    assert rows[1]["response"]["candidates"][0]["content"]["parts"][0]["text"] == online


def test_tokens_are_counted_and_an_unlearned_base_finds_nothing(
    a_vertex_server: VertexServer, a_training_file: str
) -> None:
    client = client_of(a_vertex_server, "us")
    low, high = (
        client.models.generate_content(
            model="gemini-3.5-flash",
            contents=contents(a_training_file),
            config=config_of(media_resolution=resolution),
        )
        for resolution in ("MEDIA_RESOLUTION_LOW", "MEDIA_RESOLUTION_HIGH")
    )
    assert (low.text, low.model_version) == ("[]", "gemini-3.5-flash")
    asked = high.usage_metadata.prompt_token_count
    assert asked == low.usage_metadata.prompt_token_count + 2 * (280 - 70)
    counted = client.models.count_tokens(model="gemini-3.5-flash", contents=contents(a_training_file))
    assert counted.total_tokens == low.usage_metadata.prompt_token_count
    assert client.models.get(model="gemini-3.5-flash").name == "publishers/google/models/gemini-3.5-flash"


class _LocalTwin:
    """The embedded profile's trainer and endpoint, on copies of the same lines and clips."""

    def __init__(self, cloud: ObjectStore, folder: Path) -> None:
        self._cloud, self._store = cloud, FolderStore(folder / "store")
        self._trainer = LocalTrainer(self._store, folder / "cache")
        self._endpoint = LocalEndpoint(self._store, folder / "cache")
        self._parent: str | None = None

    def train(self, train_uri: str, epochs: int) -> tuple[list[str], list[float]]:
        """From what it trained last: its answer about each clip, its loss before and after each epoch."""
        uri = self._copied(train_uri)
        status = self._trainer.submit(
            TuneSpec(f"m{epochs}", f"f{epochs}", uri, uri, self._parent, "local-mlp-1", epochs, seed=7)
        )
        assert status.model_uri
        self._parent = status.model_uri
        served = ServedModel("m", self._parent, self._parent, "local-mlp-1")
        clips = [self._store.uri(info.name) for info in self._store.list("games/g1/clips/")]
        questions = [Question(clip, prompt(Angle.FAR_LEFT)) for clip in clips]
        said = self._endpoint.generate_all(served, questions)
        losses = [status.metrics[f"loss_after_epoch_{epoch}"] for epoch in range(epochs + 1)]
        return [each.text for each in said if isinstance(each, Reply)], losses

    def _copied(self, train_uri: str) -> str:
        for info in self._cloud.list("games/g1/clips/"):
            self._store.write(info.name, self._cloud.read(info.name))
        lines = self._cloud.read(self._cloud.name_of(train_uri)).decode()
        clips = "games/g1/clips/"
        local = lines.replace(self._cloud.uri(clips + "x")[:-1], self._store.uri(clips + "x")[:-1])
        self._store.write("train.jsonl", local.encode())
        return self._store.uri("train.jsonl")
