"""Opening the home's Dagster instance: the one that the UI of this home shows.

Belongs here: which folder, which dagster.yaml. Not here: what runs in it, or its files (`home_storage`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

import dagster as dg
import sqlalchemy as db
import yaml
from dagster._core.instance.ref import InstanceRef
from dagster._core.launcher import DefaultRunLauncher, WorkerStatus
from dagster._core.storage.runs.schema import DaemonHeartbeatsTable

from uball_assets.assets import ours
from uball_assets.assets.common import OPEN_STATUSES
from uball_assets.automation.home_folder import folder_of_league
from uball_assets.automation.home_storage import HomeArtifacts, HomeLogs, HomeStorage
from uball_assets.automation.launcher import WatchedRunLauncher
from uball_assets.automation.storing.dagster_tables import run_tables
from uball_assets.settings import Settings

Instance = dg.DagsterInstance
"""For those who pass one on and know nothing else of Dagster."""


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """As the checkout's dagster.yaml says, with its tables and files where these settings say.

    Raises Permanent for files that cannot be read, or that are another league's, or where this one needs a
    name, ServiceDown for a database
    that does not answer; two that open it at once wait for each other.
    """
    in_home = {"base_dir": str(folder_of_league(settings))}
    database = settings.instance_url.get_secret_value() if settings.instance_url else ""
    storage = {"storage": {"custom": _named(HomeStorage, {**in_home, "url": database})}}
    overrides = {
        **({} if _names_its_tables(settings.checkout) else storage),
        "local_artifact_storage": _named(HomeArtifacts, in_home),
        "compute_logs": _named(HomeLogs, {**in_home, "url": settings.logs_url}),
    }
    instance = dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(settings.checkout), overrides=overrides))
    try:
        ours.refuse_unnamed(instance)
    except BaseException:
        instance.dispose()
        raise
    return instance


def _names_its_tables(checkout: Path) -> bool:
    """Whether dagster.yaml says one by one where the tables are, as that of Dagster's chart does."""
    try:
        said = yaml.safe_load((checkout / "dagster.yaml").read_text())
    except FileNotFoundError:
        return False
    return isinstance(said, dict) and "run_storage" in said


def _named(kind: type, config: dict[str, str]) -> dict[str, Any]:
    return {"module": kind.__module__, "class": kind.__name__, "config": config}


def runs_of_others(instance: dg.DagsterInstance) -> Sequence[dg.DagsterRun]:
    """Open runs, without those whose process is gone, or that wait for a daemon where none is alive."""
    fail_dead_runs(instance)
    runs = instance.get_runs(ours.runs(statuses=OPEN_STATUSES))
    return runs if _daemon_lives(instance) else [run for run in runs if run.status not in _WAITING]


_WAITING = (dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED)
_HEARTBEAT_S = 60.0
"""Twice Dagster's interval."""


def _daemon_lives(instance: dg.DagsterInstance) -> bool:
    """By its times alone: what it met is not every league's to read."""
    with run_tables(instance) as runs:
        beat = runs.execute(db.select(db.func.max(DaemonHeartbeatsTable.c.timestamp))).scalar()
    return beat is not None and beat.replace(tzinfo=UTC).timestamp() > time.time() - _HEARTBEAT_S


def runs_are_processes(instance: dg.DagsterInstance) -> bool:
    """Whether runs are processes of this machine. Elsewhere the daemon watches them as pods or jobs, and
    fails one within a command, of which there is no pod."""
    launcher = instance.get_ref().run_launcher_data if instance.is_persistent else None
    return launcher is None or launcher.class_name in _OF_PROCESSES


_OF_PROCESSES = {WatchedRunLauncher.__name__, DefaultRunLauncher.__name__}


def fail_dead_runs(instance: dg.DagsterInstance) -> None:
    """Fails the open runs whose process is gone, as the daemon's monitoring would if it ran."""
    if not runs_are_processes(instance):
        return
    launcher = instance.run_launcher
    for run in instance.get_runs(ours.runs(statuses=OPEN_STATUSES)):
        if launcher.supports_check_run_worker_health:
            health = launcher.check_run_worker_health(run)
            if health.status is WorkerStatus.FAILED:
                instance.report_run_failed(run, f"the run was killed: {health.msg}")
