"""A run that a person cancels while Vertex AI tunes: a real code server, run process and signal."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget

from uball_assets.adapters.stores import documents
from uball_assets.assets.run_words import FOR_GOOD_TAG
from uball_assets.automation.instance import open_instance
from uball_assets.automation.runs.of_instance import InstanceNotes
from uball_assets.automation.situation import why
from uball_assets.definitions import build_defs
from uball_assets.domain.answers.examples import PROMPT_HASH
from uball_assets.domain.clipping.reports import CameraClips, PlaysReport
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.rig import Rig
from uball_assets.domain.learning.manifest import GameExamples, Manifest
from uball_assets.domain.plays.plays import check_rows, plays_hash
from uball_assets.resources import Resources, build_resources
from uball_assets.settings import Settings, load_settings
from uball_assets_tests.adapters.clips_of_shots import training_lines
from uball_assets_tests.cloud.vertex.test_vertex_batch import a_play_question
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer
from uball_assets_tests.cloud.vertex_server.vertex_client import tuned, written
from uball_assets_tests.domain.samples import a_row

pytestmark = pytest.mark.services

CHECKOUT = Path(__file__).parents[3]
LABELS = ("FG_MAKE", "3PT_MISS", "4PT_MAKE", "4PT_MISS")
MODEL = "basketball-model-v1-1games"
ENDED = {dg.DagsterRunStatus.CANCELED, dg.DagsterRunStatus.FAILURE}


@dataclass(frozen=True)
class League:
    """A home whose training set waits to be tuned on Vertex AI, and Dagster as it stands beside it."""

    settings: Settings
    instance: dg.DagsterInstance
    resources: Resources
    workspace: WorkspaceProcessContext
    server: VertexServer

    def launch(self, asset: str = "tuned_model", job_name: str = "retrain_job") -> str:
        """A click on the asset in the UI; the run's id."""
        request = self.workspace.create_request_context()
        [location] = request.code_locations
        [repository] = location.get_repositories().values()
        job = repository.get_full_job(job_name)
        subset = {dg.AssetKey(asset)}
        run = self.instance.create_run_for_job(
            build_defs(self.settings).resolve_job_def(job_name).get_subset(asset_selection=subset),
            tags={"dagster/partition": "g1"},
            asset_selection=frozenset(subset),
            remote_job_origin=job.get_remote_origin(),
            job_code_origin=job.get_python_origin(),
        )
        self.instance.launch_run(run.run_id, request)
        return run.run_id

    def until(self, what: str, is_so: Callable[[], object]) -> None:
        deadline = time.monotonic() + 120
        while not is_so():
            assert time.monotonic() < deadline, f"{what} never came; states {self.server.counts()['states']}"
            time.sleep(0.1)

    def status(self, run_id: str) -> dg.DagsterRunStatus:
        run = self.instance.get_run_by_id(run_id)
        assert run is not None
        return run.status

    def paid_job(self, run_id: str) -> str:
        run = self.instance.get_run_by_id(run_id)
        return run.tags.get("paid_job", "") if run else ""

    def states(self) -> dict[str, int]:
        states: dict[str, int] = self.server.counts()["states"]
        return states


@pytest.fixture
def open_league(
    tmp_path: Path, a_gcs_bucket: str, a_vertex_server: VertexServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., League]]:
    opened: list[League] = []
    for name in ("dagster.yaml", "workspace.yaml"):
        shutil.copy(CHECKOUT / name, tmp_path / name)
    with (tmp_path / "dagster.yaml").open("a") as text:
        text.write("code_servers: {wait_for_local_processes_on_shutdown: true}\n")
    variables = {
        "UBALL_CHECKOUT": str(tmp_path),
        "UBALL_HOME": str(tmp_path / "home"),
        "UBALL_TRAINING_URL": a_gcs_bucket,
        "UBALL_TRAINER": "vertex",
        "GCP_PROJECT_ID": "league",
        "UBALL_VERTEX_URL": a_vertex_server.url,
        "UBALL_VERTEX_TOKEN": "planted-vertex-token",
        "UBALL_TRAIN_POLL_S": "0.2",
        "UBALL_SUBMIT_GRACE_S": "20",
        "DAGSTER_HOME": str(tmp_path),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    def open_one(**changed: str) -> League:
        for name, value in changed.items():
            monkeypatch.setenv(name, value)
        settings = load_settings()
        resources = build_resources(settings)
        enter_a_training_set(resources)
        with open_instance(settings) as instance:
            instance.add_dynamic_partitions("games", ["g1"])
        instance = dg.DagsterInstance.get()
        workspace = WorkspaceProcessContext(instance, WorkspaceFileTarget([str(tmp_path / "workspace.yaml")]))
        opened.append(League(settings, instance, resources, workspace, a_vertex_server))
        return opened[-1]

    yield open_one
    a_vertex_server.control(reset=True)  # no run waits for a job any more
    for league in opened:
        league.workspace.__exit__(None, None, None)
        league.instance.dispose()


def enter_a_training_set(resources: Resources) -> None:
    """Of one game, as `training_set` leaves it."""
    store = resources.training
    lines = {
        "train": training_lines(store, LABELS * 2),
        "validation": training_lines(store, LABELS[:2], first=50),
    }
    for name, each in lines.items():
        store.write(f"training_sets/s1/{name}.jsonl", "".join(f"{line}\n" for line in each).encode())
    manifest = Manifest((GameExamples("g1", "e1", 8, 2, "t.jsonl", "v.jsonl"),))
    uris = {f"{name}_uri": store.uri(f"training_sets/s1/{name}.jsonl") for name in lines}
    entry = {"hash": manifest.hash, "manifest": manifest.to_dict(), **uris}
    resources.registry.append("manifests", entry, key="s1")
    state: dict[str, Any] = {**manifest.to_dict()["games"][0], "trainable": True}
    resources.registry.append("games", state, key="g1")


def tuning(league: League) -> str:
    """A run that waits for a job which is being tuned and would be for ever."""
    league.server.control({"kind": "job_stuck", "state": "TUNING_JOB_STATE_TUNING"})
    run_id = league.launch()
    league.until("the running job", lambda: league.paid_job(run_id).startswith("is running"))
    return run_id


def test_cancelling_the_run_cancels_the_job_and_the_bill_and_the_page_say_so(
    open_league: Callable[..., League],
) -> None:
    league = open_league()
    run_id = tuning(league)
    assert "cancelling this run cancels it too (UBALL_ON_CANCEL=cancel)" in league.paid_job(run_id)
    assert league.instance.run_launcher.terminate(run_id)
    league.until("the run's end", lambda: league.status(run_id) is dg.DagsterRunStatus.CANCELED)
    assert league.states() == {"JOB_STATE_CANCELLED": 1}
    expected, bill = league.resources.registry.entries("costs")
    assert (bill["subject"], bill["ended"], bill["usd"]) == (MODEL, "cancelled", 0.0)
    assert bill["estimated_usd"] == expected["estimated_usd"] > 0
    assert league.paid_job(run_id).startswith("was cancelled with this run: $0.00 billed, about $0.")
    notes = InstanceNotes(league.instance)
    assert "a person cancelled this training" in why(league.settings, league.resources.registry, notes)
    again = league.launch()
    league.until("the model", lambda: league.status(again) is dg.DagsterRunStatus.SUCCESS)
    assert league.states() == {"JOB_STATE_CANCELLED": 1, "JOB_STATE_SUCCEEDED": 1}


def test_a_job_is_kept_where_the_setting_says_so_and_the_next_run_finds_it(
    open_league: Callable[..., League],
) -> None:
    league = open_league(UBALL_ON_CANCEL="keep")
    run_id = tuning(league)
    assert "leaves it running, and the next run finds it (UBALL_ON_CANCEL=keep)" in league.paid_job(run_id)
    assert league.instance.run_launcher.terminate(run_id)
    league.until("the run's end", lambda: league.status(run_id) is dg.DagsterRunStatus.CANCELED)
    assert league.paid_job(run_id).startswith("runs on")
    again = league.launch()
    league.until("the same job", lambda: league.paid_job(again).startswith("is running"))
    assert league.states() == {"JOB_STATE_RUNNING": 1}


def test_a_killed_run_and_one_whose_machine_goes_down_cancel_nothing(
    open_league: Callable[..., League],
) -> None:
    league = open_league()
    for ended_by in (signal.SIGTERM, signal.SIGKILL):
        run_id = tuning(league) if ended_by is signal.SIGTERM else league.launch()
        league.until("the running job", lambda: league.paid_job(run_id).startswith("is running"))  # noqa: B023
        os.kill(process_of(league, run_id), ended_by)
        league.until("the run's end", lambda: league.status(run_id) in ENDED)  # noqa: B023
        assert league.states() == {"JOB_STATE_RUNNING": 1}
    assert len(league.resources.registry.entries("costs")) == 1


def process_of(league: League, run_id: str) -> int:
    """The run's process, as it named itself."""
    events = league.instance.all_logs(run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
    pids = [
        entry.dagster_event.engine_event_data.metadata["pid"]
        for entry in events
        if entry.dagster_event and "pid" in entry.dagster_event.engine_event_data.metadata
    ]
    return int(str(pids[-1].value))


def enter_a_game_to_annotate(league: League) -> None:
    """Twenty plays with a clip each, and a model that serves: as the game's other assets leave them."""
    store, registry = league.resources.training, league.resources.registry
    lines = training_lines(store, LABELS * 5)
    trained_on = written(store, "games/g1/train.jsonl", lines)
    model = tuned(league.server, trained_on).tuned_model
    clips = tuple(
        replace(
            a_play_question(f"games/g1/clips/play-{number}_FAR_LEFT.mp4").clips[0], play_id=f"play-{number}"
        )
        for number in range(20)
    )
    rows = [row_of(number) for number in range(20)]
    plays = check_rows(rows, {})[0]
    documents.save(store, object_names.plays("g1"), rows)
    documents.save(store, object_names.plays_report("g1"), PlaysReport(20, "1", ()))
    documents.save(store, object_names.rig("g1"), Rig("g1", (), (), "1"))
    camera = CameraClips("g1", Angle.FAR_LEFT, plays_hash(plays), 20, clips, ())
    documents.save(store, object_names.camera_clips("g1", Angle.FAR_LEFT), camera)
    told = {"label": "v1", "prompt_hash": PROMPT_HASH, "game_ids": [], "base": "gemini-3.5-flash"}
    entry = {"name": MODEL, "model_uri": model.model, "endpoint_uri": model.endpoint, **told}
    registry.append("models", entry, key=MODEL)
    route = {"generation": 1, "routes": [{"model": MODEL, "weight_percent": 100}], "reason": ""}
    registry.append("routes", route, key="1")
    league.resources.plays_db.add_game({"id": "g1"}, rows, [])


def row_of(number: int) -> dict[str, Any]:
    """Twenty seconds after the one before: alike they would be one play, written down twice."""
    at_s = 20.0 * number
    times = {"start_timestamp": at_s, "end_timestamp": at_s + 10.0, "timestamp_seconds": at_s + 6.0}
    return a_row(id=f"play-{number}", **times)


def batch_states(league: League) -> dict[str, int]:
    states: dict[str, int] = league.server.counts()["batch_states"]
    return states


def waiting_for_answers(league: League) -> str:
    """A run whose batch of questions is half answered, and would be for ever."""
    enter_a_game_to_annotate(league)
    league.server.control({"kind": "rows_stuck", "share": 0.5})
    run_id = league.launch("annotations", "game_job")
    league.until("the running batch", lambda: batch_states(league) == {"JOB_STATE_RUNNING": 1})
    league.until("its word", lambda: league.paid_job(run_id).startswith("is running"))
    return run_id


def test_cancelling_the_run_cancels_its_batch_of_questions_and_the_bill_and_the_page_say_so(
    open_league: Callable[..., League],
) -> None:
    league = open_league()
    run_id = waiting_for_answers(league)
    assert "cancelling this run cancels it too (UBALL_ON_CANCEL=cancel)" in league.paid_job(run_id)
    assert league.instance.run_launcher.terminate(run_id)
    league.until("the run's end", lambda: league.status(run_id) is dg.DagsterRunStatus.CANCELED)
    assert batch_states(league) == {"JOB_STATE_CANCELLED": 1}
    [bill] = league.resources.registry.entries("costs")
    assert (bill["subject"], bill["ended"]) == (f"game g1 by {MODEL}", "cancelled")
    assert bill["tokens"] == league.server.counts()["answered_tokens"] > 0
    assert league.paid_job(run_id).startswith("was cancelled with this run: $0.")
    assert "billed for 10 of 20 answers about game g1" in league.paid_job(run_id)
    run = league.instance.get_run_by_id(run_id)
    assert run
    assert "a person cancelled it" in run.tags[FOR_GOOD_TAG]
    again = league.launch("annotations", "game_job")
    league.until("the annotations", lambda: league.status(again) is dg.DagsterRunStatus.SUCCESS)
    assert league.resources.registry.entries("annotations")[-1]["play_count"] == 20
    paid = league.resources.registry.entries("costs")
    assert sum(entry["tokens"] for entry in paid) == league.server.counts()["answered_tokens"]


def test_a_batch_is_kept_where_the_setting_says_so_and_the_next_run_finds_it(
    open_league: Callable[..., League],
) -> None:
    league = open_league(UBALL_ON_CANCEL="keep")
    run_id = waiting_for_answers(league)
    assert "leaves it running, and the next run finds it (UBALL_ON_CANCEL=keep)" in league.paid_job(run_id)
    assert league.instance.run_launcher.terminate(run_id)
    league.until("the run's end", lambda: league.status(run_id) is dg.DagsterRunStatus.CANCELED)
    assert league.paid_job(run_id).startswith("runs on")
    again = league.launch("annotations", "game_job")
    league.until("the same batch", lambda: league.paid_job(again).startswith("is running"))
    assert batch_states(league) == {"JOB_STATE_RUNNING": 1}
    assert league.resources.registry.entries("costs") == []
