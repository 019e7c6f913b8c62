"""The whole demo in the cloud profile, by settings alone: S3, GCS, Supabase, Vertex AI, and the same numbers.

Videos arrive in S3 and are brought to GCS, plays come from Supabase, Vertex AI tunes and answers; everything
runs through Dagster. The servers are this machine's; Vertex AI's trains the local model on what it was sent.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import urllib3

from uball_assets.automation.instance import open_instance
from uball_assets.definitions import build_defs
from uball_assets.demo.league import league
from uball_assets.demo.report import DemoReport
from uball_assets.demo.run import run_demo
from uball_assets.domain.learning.manifest import GameExamples, Manifest
from uball_assets.domain.spending.spending import spending
from uball_assets.resources import Resources, build_resources
from uball_assets.settings import Settings, load_settings
from uball_assets.settings.names import described
from uball_assets_tests.cloud.servers.fixtures_supabase import Project
from uball_assets_tests.cloud.vertex_server.fixtures_vertex import VertexServer

pytestmark = pytest.mark.services

LEAGUE = league()
S3_SECRET = "planted-secret"  # noqa: S105 - as `an_s3_bucket` sets it
TOKEN = "planted-vertex-token"  # noqa: S105
GAME = "6f1c0000-0000-0000-0000-000000000001"
AWAY_S3 = {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"}
AWAY_VERTEX = {"UBALL_VERTEX_URL": "http://127.0.0.1:9"}
"""Nobody listens there."""


@dataclass(frozen=True)
class Run:
    settings: Settings
    report: DemoReport
    told: list[str]


@pytest.fixture
def cloud(
    an_s3_bucket: str,
    a_gcs_bucket: str,
    _gcs_server: str,
    a_supabase_project: Project,
    a_vertex_server: VertexServer,
) -> dict[str, str]:
    """The settings that make the laptop's demo the league's; nothing else changes."""
    videos = f"{a_gcs_bucket.removeprefix('gs://')}-videos"
    made = urllib3.request("POST", f"{_gcs_server}/storage/v1/b?project=test", json={"name": videos})
    assert made.status == 200
    return {
        "UBALL_SOURCE_URL": an_s3_bucket,
        "UBALL_VIDEOS_URL": f"gs://{videos}",
        "UBALL_TRAINING_URL": a_gcs_bucket,
        "UBALL_PLAYS_URL": "supabase",
        "SUPABASE_URL": a_supabase_project.url,
        "SUPABASE_SERVICE_KEY": a_supabase_project.key,
        "UBALL_TRAINER": "vertex",
        "GCP_PROJECT_ID": "league",
        "UBALL_VERTEX_URL": a_vertex_server.url,
        "UBALL_VERTEX_TOKEN": TOKEN,
        "UBALL_TRAIN_POLL_S": "0.2",
        "UBALL_SUBMIT_GRACE_S": "20",
    }


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("workspace.yaml", "dagster.yaml"):
        shutil.copy(Path(__file__).parents[2] / name, folder / name)
    monkeypatch.setenv("UBALL_CHECKOUT", str(folder))
    return folder


def test_the_demo_in_the_cloud_ends_with_the_numbers_of_the_laptop_and_tells_no_secret(
    checkout: Path,
    cloud: dict[str, str],
    a_supabase_project: Project,
    a_vertex_server: VertexServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    here = demo(monkeypatch, checkout / "laptop", {})
    shutil.copytree(here.settings.home / "videos", checkout / "league" / "videos")
    there = demo(monkeypatch, checkout / "league", cloud)

    assert numbers(there) == numbers(here)
    assert_used(there, a_supabase_project, a_vertex_server)
    files = (path for path in (checkout / "league").rglob("*") if path.is_file() and path.suffix != ".mp4")
    written = [path.read_bytes() for path in files]
    said = [*there.told, caplog.text, *capfd.readouterr(), json.dumps(there.report.to_dict())]
    for secret in (S3_SECRET, a_supabase_project.key, TOKEN):
        assert not [text for text in said if secret in text]
        assert not [data for data in written if secret.encode() in data]
        assert not [name for name, data in objects(there) if secret.encode() in data]

    again = demo(monkeypatch, checkout / "league", cloud)
    assert not again.report.work_done
    assert a_vertex_server.counts()["tuning_jobs"] == len(there.report.versions)


def demo(monkeypatch: pytest.MonkeyPatch, home: Path, variables: Mapping[str, str]) -> Run:
    with monkeypatch.context() as environment:
        for name, value in {"UBALL_HOME": str(home), **variables}.items():
            environment.setenv(name, value)
        settings = load_settings()
        told: list[str] = []
        report = run_demo(settings, told.append, LEAGUE)
    return Run(settings, report, told)


def numbers(run: Run) -> dict[str, Any]:
    """What the models learned, what was left out, and the unannotated game; without pictures and seconds."""
    told = run.report.to_dict()
    return {name: told[name] for name in ("versions", "quarantine", "unannotated_game")}


def assert_used(run: Run, project: Project, vertex: VertexServer) -> None:
    """Each service did its part."""
    resources = build_resources(run.settings)
    counts, models = vertex.counts(), resources.registry.entries("models")
    assert counts["tuning_jobs"] == len(models) == len(run.report.versions) > 1
    assert counts["batch_jobs"] > 0
    assert [model["parent"] for model in models] == [None, *(model["name"] for model in models[:-1])]
    assert all(model["model_uri"].startswith("projects/") for model in models)
    videos = resources.video_store.list("Games/")
    assert videos
    assert all(info.metadata["migrated_from"] for info in videos)
    [(serving,)] = project.sql("select name from model_versions where serves")
    assert serving in {model["name"] for model in models}
    [(annotated,)] = project.sql("select count(distinct game_id) from annotations")
    assert annotated > 1
    spent = spending(resources.registry.entries("costs"))
    assert {each.what for each in spent.by_what} == {"training", "answers"}
    billed = sum(each.tokens for each in spent.by_what if each.what == "training")
    assert billed == counts["billed_tuning_tokens"]


def objects(run: Run) -> Iterator[tuple[str, bytes]]:
    """Every object of every bucket but the videos and clips."""
    resources = build_resources(run.settings)
    for store in (resources.training, resources.video_store):
        for info in store.list(""):
            if not info.name.endswith(".mp4"):
                yield info.name, store.read(info.name)
            yield info.name, repr(dict(info.metadata)).encode()


@pytest.mark.parametrize(
    ("secret", "broken", "asset"),
    [
        ("planted-and-unknown", {"SUPABASE_SERVICE_KEY": "sb_secret_planted-and-unknown"}, "plays"),
        ("planted-for-nobody", {"AWS_SECRET_ACCESS_KEY": "planted-for-nobody", **AWAY_S3}, "raw_videos"),
        ("planted-and-expired", {"UBALL_VERTEX_TOKEN": "planted-and-expired", **AWAY_VERTEX}, "tuned_model"),
    ],
    ids=["database", "storage", "tuning"],
)
def test_a_service_that_refuses_or_is_away_makes_nobody_tell_a_secret(
    checkout: Path,
    cloud: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    secret: str,
    broken: dict[str, str],
    asset: str,
) -> None:
    home = checkout / "league"
    for name, value in {"UBALL_HOME": str(home), **cloud}.items():
        monkeypatch.setenv(name, value)
    enter_a_game(build_resources(load_settings()))
    for name, value in broken.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    with open_instance(settings) as instance:
        instance.add_dynamic_partitions("games", [GAME])
        job = build_defs(settings).resolve_implicit_global_asset_job_def()
        run = job.execute_in_process(
            asset_selection=[dg.AssetKey(asset)], partition_key=GAME, instance=instance, raise_on_error=False
        )
        assert not run.success
        events = "\n".join(str(event) for event in instance.all_logs(run.run_id))
    written = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    shown = [events, *capfd.readouterr(), repr(settings), str(described(settings))]
    assert "STEP_FAILURE" in events
    assert not [text for text in shown if secret in text]
    assert not [data for data in written if secret.encode() in data]


def enter_a_game(resources: Resources) -> None:
    """A game whose video should have arrived, and a training set with it."""
    camera = {"angle": "FAR_LEFT", "s3_key": "Games/2026-03-18/game1/FAR_LEFT.mp4"}
    resources.plays_db.add_game({"id": GAME}, [], [camera])
    manifest = Manifest((GameExamples(GAME, "hash", 1, 1, "train.jsonl", "validation.jsonl"),))
    uris = {name: resources.training.uri(f"{name}.jsonl") for name in ("train", "validation")}
    entry = {
        "hash": manifest.hash,
        "manifest": manifest.to_dict(),
        "train_uri": uris["train"],
        "validation_uri": uris["validation"],
    }
    resources.registry.append("manifests", entry, key="first")
