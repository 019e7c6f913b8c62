"""A command within the pages' pod opens the very instance that the chart made, and starts no run there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import pytest

from uball_assets.automation.instance import fail_dead_runs, open_instance
from uball_assets.domain.errors import Permanent
from uball_assets.settings import Settings, load_settings
from uball_assets_tests.scale.kubernetes.chart import chart_instance

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

pytestmark = pytest.mark.scale


@pytest.fixture
def pod(postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of a process in a folder with the chart's dagster.yaml, whose database is on this machine."""
    chart_instance(tmp_path, postgres.url())
    monkeypatch.setenv("DAGSTER_PG_PASSWORD", postgres.password)
    monkeypatch.setenv("UBALL_CHECKOUT", str(tmp_path))
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / ".uball"))
    monkeypatch.setenv("UBALL_INSTANCE_URL", postgres.url())
    return load_settings()


@dg.job
def empty() -> None: ...


def test_a_command_sees_the_charts_runs_and_fails_none_of_them(pod: Settings) -> None:
    from dagster_postgres import PostgresRunStorage

    with open_instance(pod) as instance:
        assert isinstance(instance.run_storage, PostgresRunStorage)
        run = instance.create_run_for_job(empty, status=dg.DagsterRunStatus.STARTED)
        fail_dead_runs(instance)  # would ask the cluster's API, which this process may not
        again = instance.get_run_by_id(run.run_id)
        assert again is not None
        assert again.status is dg.DagsterRunStatus.STARTED


def test_uball_run_says_where_runs_are_started_instead(pod: Settings) -> None:
    from uball_assets.commands.operating.log_lines import command_log
    from uball_assets.commands.operating.run import _run_all

    with command_log(pod, "run") as log, pytest.raises(Permanent, match="started by Dagster, as pods"):
        _run_all(pod, [], log, train=False, done=[])
