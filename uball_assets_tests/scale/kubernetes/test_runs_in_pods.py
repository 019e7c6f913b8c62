"""Runs as the launcher starts them, each in an empty home of its own, against the same stores and Postgres.

A pod is a process here, started with the pod's very command. A minute: each loads the platform anew.
"""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import pytest
from dagster._core.storage.tags import RUN_FAILURE_REASON_TAG, WILL_RETRY_TAG

from uball_assets.automation.instance import open_instance
from uball_assets.settings import load_settings
from uball_assets_tests.league import Platform, filmed_game, new_platform
from uball_assets_tests.scale.kubernetes.chart import chart_instance
from uball_assets_tests.scale.kubernetes.cluster import launcher_of, start
from uball_assets_tests.scale.kubernetes.local_pods import LocalPods, wait_for

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

pytestmark = pytest.mark.scale


@dataclass(frozen=True)
class Room:
    """A league's stores, its Dagster, and the pods that work on it."""

    league: Platform
    instance: dg.DagsterInstance
    pods: LocalPods
    launcher: Any

    def start(self, job: str, game_id: str) -> str:
        return start(self.launcher, self.instance, job, tags={"dagster/partition": game_id})

    def run(self, run_id: str) -> dg.DagsterRun:
        run = self.instance.get_run_by_id(run_id)
        assert run is not None
        return run

    def health(self, run_id: str) -> str:
        return str(self.launcher.check_run_worker_health(self.run(run_id)).status.name)

    def clips(self, game_id: str) -> dict[str, int]:
        """By name, when each was put there."""
        found = (self.league.training / "games" / game_id).rglob("[!.]*.mp4")
        return {path.name: path.stat().st_mtime_ns for path in found}


@pytest.fixture
def room(
    postgres: PostgresServer, videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Room]:
    league = new_platform(tmp_path / "stores", filmed_game(videos), videos)
    environment = {
        "UBALL_CHECKOUT": str(tmp_path),
        "UBALL_VIDEOS_URL": league.settings.videos_url,
        "UBALL_TRAINING_URL": league.settings.training_url,
        "UBALL_PLAYS_URL": league.settings.plays_url,
        "UBALL_WAREHOUSE_URL": str(tmp_path / "stores/warehouse"),
        "UBALL_TRACKING_URL": "off",
        "UBALL_WORKERS": "1",
        "UBALL_INSTANCE_URL": postgres.create(f"pods_{tmp_path.name[-12:].replace('-', '_')}"),
        "DAGSTER_PG_PASSWORD": postgres.password,
    }
    chart_instance(tmp_path, environment["UBALL_INSTANCE_URL"])
    for name, value in {**environment, "UBALL_HOME": str(tmp_path / "daemon")}.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "pods").mkdir()
    pods = LocalPods(folder=tmp_path / "pods", environment=environment)
    with open_instance(load_settings()) as instance:
        instance.add_dynamic_partitions("games", ["g1"])
        league.add_game("g1")
        yield Room(league, instance, pods, launcher_of(instance, pods, tmp_path))
    pods.close()
    league.instance.dispose()


def test_a_game_and_its_training_come_through_in_two_pods(room: Room) -> None:
    for job in ("game_job", "retrain_job"):
        run_id = room.start(job, "g1")
        assert room.pods.end_of(run_id) == 0, room.pods.log(run_id)
        assert room.run(run_id).status is dg.DagsterRunStatus.SUCCESS, room.pods.log(run_id)
        assert room.health(run_id) == "SUCCESS"
        shutil.rmtree(room.pods.folder / f"dagster-run-{run_id}")
    assert room.league.state("g1")["grade"] == "A"
    (model,) = room.league.entries("models")
    assert model["name"] == "basketball-model-v1-1games"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["taken back", "lost"])
def test_a_run_whose_node_goes_away_is_begun_again_elsewhere_and_keeps_its_clips(
    room: Room, how: signal.Signals
) -> None:
    first = room.start("game_job", "g1")
    wait_for("a clip", lambda: bool(room.clips("g1")))
    room.pods.take_back(first, how)
    if how is signal.SIGKILL:  # nobody was left to say so: monitoring does
        assert room.health(first) == "FAILED"
        room.instance.report_run_failed(room.run(first), "its pod is gone")
    ended = room.run(first)
    assert ended.status is dg.DagsterRunStatus.FAILURE
    assert ended.tags.get(RUN_FAILURE_REASON_TAG) != "STEP_FAILURE", ended.tags
    assert ended.tags.get(WILL_RETRY_TAG) == "true", ended.tags
    before = room.clips("g1")
    again = room.start("game_job", "g1")
    assert room.pods.end_of(again) == 0, room.pods.log(again)
    assert room.run(again).status is dg.DagsterRunStatus.SUCCESS
    after = room.clips("g1")
    assert {name: after[name] for name in before} == before
    assert len(after) > len(before)
    assert room.league.state("g1")["grade"] == "A"
