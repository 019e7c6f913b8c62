"""The daily backup: there where a place is named, running where the automation is."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from uball_assets.automation.backups.backup_job import build_backup_schedules
from uball_assets.definitions import build_defs
from uball_assets_tests.automation.backups.small_league import make_league, settings_of


@pytest.mark.parametrize(("automation", "status"), [(True, "RUNNING"), (False, "STOPPED")])
def test_it_runs_where_the_automation_does(tmp_path: Path, automation: bool, status: str) -> None:
    settings = settings_of(tmp_path, automation_on=automation, time_zone="Europe/Vienna")
    (schedule,) = build_backup_schedules(settings)
    assert schedule.default_status.value == status
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("15 1 * * *", "Europe/Vienna")


@pytest.mark.parametrize("without", [{"backup_url": ""}, {"backup_cron": "off"}])
def test_without_a_place_or_switched_off_there_is_none(tmp_path: Path, without: dict[str, str]) -> None:
    assert build_backup_schedules(settings_of(tmp_path).model_copy(update=without)) == []


def test_its_run_makes_a_backup_and_tells_of_it(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    make_league(settings, games=1)
    instance = dg.DagsterInstance.ephemeral()
    done = build_defs(settings).resolve_job_def("backup_job").execute_in_process(instance=instance)
    assert done.success
    (told,) = [event for event in done.all_events if event.event_type_value == "ASSET_OBSERVATION"]
    metadata = told.asset_observation_data.asset_observation.metadata
    assert metadata["number"].value == 1
    assert (tmp_path / "backups" / "backups" / "000001" / "manifest").is_file()
