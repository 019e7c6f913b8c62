"""Opening the Dagster instance that the UI shows, from a checkout or from an installed package.

Belongs here: which folder, which dagster.yaml. Not here: what runs in it.
"""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
from dagster._core.launcher import WorkerStatus

from uball_assets.assets.common import OPEN_STATUSES
from uball_assets.settings import Settings

_TEMPLATE = "dagster.yaml"


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """The checkout's instance, or one under `UBALL_HOME` where that lies elsewhere.

    dagster.yaml names folders relative to the process's own, so the process changes to the checkout first.
    """
    folder = settings.checkout
    if settings.home.resolve() != (folder / ".uball").resolve():
        return dg.DagsterInstance.from_config(str(_private_config(settings)))
    os.chdir(folder)
    return dg.DagsterInstance.from_config(str(folder))


def fail_dead_runs(instance: dg.DagsterInstance) -> None:
    """Fails the open runs whose process is gone, as the daemon's monitoring would if it ran."""
    launcher = instance.run_launcher
    for run in instance.get_runs(dg.RunsFilter(statuses=OPEN_STATUSES)):
        if launcher.supports_check_run_worker_health:
            health = launcher.check_run_worker_health(run)
            if health.status is WorkerStatus.FAILED:
                instance.report_run_failed(run, f"the run was killed: {health.msg}")


def _private_config(settings: Settings) -> Path:
    """A copy of the checkout's dagster.yaml under `UBALL_HOME`, with its folders there."""
    folder = settings.home / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    text = (settings.checkout / _TEMPLATE).read_text().replace(".uball/dagster", str(folder.resolve()))
    config = folder / _TEMPLATE
    if not config.exists() or config.read_text() != text:
        config.write_text(text)
    return folder
