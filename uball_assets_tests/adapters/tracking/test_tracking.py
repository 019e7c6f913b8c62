"""Tracking a training: by MLflow in a folder and on a server, and what happens where there is none."""

from __future__ import annotations

import json
import logging
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from uball_assets.adapters.tracking import opening
from uball_assets.adapters.tracking.mlflow_tracking import MlflowTracking
from uball_assets.adapters.tracking.opening import open_tracker
from uball_assets.adapters.tracking.tracker import NoTracking, TrackedRun

RUN = TrackedRun(
    family="outcome",
    model="outcome-model-v3",
    version=3,
    fingerprint="f00d",
    parameters={"candidate": "logistic", "penalty": 0.25, "seed": 7, "previous": None},
    metrics={"log_loss": 0.61, "games": 600},
    curves={"loss": [0.7, 0.65, 0.61]},
    artefacts={"card.json": b'{"features": ["elo"]}'},
    tags={"features": "form 1"},
)


def test_off_tracks_nothing_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert open_tracker("off", 1).log(RUN) is None
    assert caplog.messages == ["outcome-model-v3 is not tracked: UBALL_TRACKING_URL is off"]


def test_without_the_extra_nothing_is_tracked_and_the_remedy_said(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(opening, "mlflow_is_installed", lambda: False)
    with caplog.at_level(logging.INFO):
        assert open_tracker(str(tmp_path / "tracking"), 1).log(RUN) is None
    remedy = "pip install -c constraints.txt -e '.[tracking]'"
    assert caplog.messages == [f"outcome-model-v3 is not tracked: it needs the 'tracking' extra: {remedy}"]
    assert list(tmp_path.iterdir()) == []


def test_an_address_is_a_trackers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "mlflow_is_installed", lambda: True)
    assert isinstance(open_tracker("off", 1), NoTracking)
    for url in ("/data/tracking", "https://mlflow.example"):
        assert isinstance(open_tracker(url, 1), MlflowTracking)


def test_a_tracker_that_takes_too_long_costs_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its process is not even loaded by then."""
    begun = time.monotonic()
    assert MlflowTracking("https://ada:secret@mlflow.example/a", 0.05).log(RUN) is None
    assert time.monotonic() - begun < 5
    assert caplog.messages == [
        "outcome-model-v3 is not tracked at https://mlflow.example/a: no answer within 0.05 s"
    ]


@pytest.fixture
def told_to_be_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `settings.libraries` tells MLflow."""
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "uball_assets_tests.cloud.servers.mlflow_server", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port, "it did not start: is the services extra installed? run make test-services"
        yield f"http://127.0.0.1:{port}"
        process.kill()


@pytest.mark.services
@pytest.mark.usefixtures("told_to_be_quiet")
def test_a_run_is_in_the_folder_with_all_that_was_told_and_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "a tracking'"
    tracker = MlflowTracking(str(folder), 120)
    address = tracker.log(RUN)
    assert address is not None
    assert address.startswith(f"{folder}/#/experiments/")
    assert tracker.log(RUN) == address, "the same training is the same run"
    assert caplog.messages == []
    run_id = address.rpartition("/")[2]
    with sqlite3.connect(folder / "mlflow.db") as database:
        tell = database.execute
        assert tell("select run_uuid, name, status from runs").fetchall() == [
            (run_id, "outcome-model-v3", "FINISHED")
        ]
        assert dict(tell("select key, value from params")) == {
            "candidate": "logistic",
            "penalty": "0.25",
            "seed": "7",
            "previous": "",
        }
        assert dict(tell("select key, value from latest_metrics")) == {
            "log_loss": 0.61,
            "games": 600,
            "loss": 0.61,
        }
        curve = tell("select distinct step, value from metrics where key = 'loss' order by step")
        assert curve.fetchall() == [(0, 0.7), (1, 0.65), (2, 0.61)]
        tags = dict(tell("select key, value from tags"))
        assert tags["uball.model"] == "outcome-model-v3"
        assert (tags["uball.version"], tags["uball.family"]) == ("3", "outcome")
        assert tags["features"] == "form 1"
    database.close()
    (card,) = folder.rglob("card.json")
    assert json.loads(card.read_text()) == {"features": ["elo"]}


@pytest.mark.services
@pytest.mark.usefixtures("told_to_be_quiet")
def test_a_run_is_on_a_real_server_and_a_server_that_stalls_or_is_down_costs_a_warning(
    server: str, caplog: pytest.LogCaptureFixture
) -> None:
    address = MlflowTracking(server, 120).log(RUN)
    assert address is not None
    assert address.startswith(f"{server}/#/experiments/")
    run_id = address.rpartition("/")[2]
    said = urllib3.request("GET", f"{server}/api/2.0/mlflow/runs/get", fields={"run_id": run_id}).json()
    run = said["run"]
    assert run["info"]["run_name"] == "outcome-model-v3"
    assert {each["key"]: each["value"] for each in run["data"]["params"]}["penalty"] == "0.25"
    assert {each["key"]: each["value"] for each in run["data"]["metrics"]}["log_loss"] == 0.61
    assert caplog.messages == []
    urllib3.request("GET", f"{server}/control/stall")
    begun = time.monotonic()
    assert MlflowTracking(server, 10).log(RUN) is None
    assert time.monotonic() - begun < 20
    assert caplog.messages == [f"outcome-model-v3 is not tracked at {server}: no answer within 10 s"]


@pytest.mark.services
@pytest.mark.usefixtures("told_to_be_quiet")
def test_a_server_that_is_down_costs_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    assert MlflowTracking("http://127.0.0.1:9", 120).log(RUN) is None
    (said,) = caplog.messages
    assert "not tracked at http://127.0.0.1:9: " in said
    assert "Connection refused" in said
