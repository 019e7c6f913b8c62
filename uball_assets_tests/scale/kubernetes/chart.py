"""What Dagster's chart makes of deploy/kubernetes/values.yaml, as far as our own files rest on it.

Belongs here: the chart's rendering of dagster.yaml, by its templates of 1.13, and where its schema lies if it
was fetched. Not here: what must hold of it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

CHECKOUT = Path(__file__).parents[3]
FOLDER = CHECKOUT / "deploy/kubernetes"
CHART = Path(os.environ["DAGSTER_CHART"]) if os.environ.get("DAGSTER_CHART") else None
"""`make test-scale DAGSTER_CHART=folder`: the chart as `helm pull --untar` leaves it."""


def read(name: str) -> list[dict[str, Any]]:
    """The documents of a file of this profile."""
    return [document for document in yaml.safe_load_all((FOLDER / name).read_text()) if document]


def values() -> dict[str, Any]:
    return read("values.yaml")[0]


def chart_instance(folder: Path, url: str) -> None:
    """The chart's dagster.yaml into that folder, its database at this URL of a PostgreSQL of tests."""
    database = urlsplit(url)
    here = {
        "hostname: postgres.example.internal": f"hostname: {database.hostname}",
        "port: 5432": f"port: {database.port}",
        "db_name: uball": f"db_name: {database.path[1:]}",
        "sslmode: require": "sslmode: disable",
    }
    text = (FOLDER / "dagster.yaml").read_text()
    for theirs, ours in here.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    (folder / "dagster.yaml").write_text(text)


def instance_of(values: dict[str, Any]) -> dict[str, Any]:
    """dagster.yaml in the chart's ConfigMap: storage, launcher and logs from its own values, then whatever
    `additionalInstanceConfig` says, word for word."""
    database = values["postgresql"]
    postgres = {
        "postgres_db": {
            "username": database["postgresqlUsername"],
            "password": {"env": "DAGSTER_PG_PASSWORD"},
            "hostname": database["postgresqlHost"],
            "db_name": database["postgresqlDatabase"],
            "port": database["service"]["port"],
            "params": database["postgresqlParams"],
            "scheme": database["postgresqlScheme"],
        }
    }
    daemon = values["dagsterDaemon"]
    assert not any(daemon[part]["enabled"] for part in ("runCoordinator", "runMonitoring", "runRetries"))
    assert not values["retention"]["enabled"]
    return {
        "scheduler": {"module": "dagster.core.scheduler", "class": "DagsterDaemonScheduler"},
        "schedule_storage": _storage("schedule_storage", "PostgresScheduleStorage", postgres),
        "run_launcher": values["runLauncher"]["config"]["customRunLauncher"],
        "run_storage": _storage("run_storage", "PostgresRunStorage", postgres),
        "event_log_storage": _storage("event_log", "PostgresEventLogStorage", postgres),
        "compute_logs": values["computeLogManager"]["config"]["customComputeLogManager"],
        "python_logs": {"dagster_handler_config": values["pythonLogs"]["dagsterHandlerConfig"]},
        "sensors": _threads(daemon["sensors"]),
        "schedules": _threads(daemon["schedules"]),
        "telemetry": {"enabled": values["telemetry"]["enabled"]},
        **values["additionalInstanceConfig"],
    }


def _storage(module: str, kind: str, postgres: dict[str, Any]) -> dict[str, Any]:
    return {"module": f"dagster_postgres.{module}", "class": kind, "config": postgres}


def _threads(given: dict[str, Any]) -> dict[str, Any]:
    return {"use_threads": given["useThreads"], "num_workers": given["numWorkers"]}
