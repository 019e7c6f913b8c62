"""A machine that slept for forty days: when it wakes, Dagster's real daemon makes up each schedule's last
tick, and what the calendar asks for is on the record once.

The sleep is told by the time that the daemon keeps for when it began to watch a schedule; all else is as it
is.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import ScheduleInstigatorData

from uball_assets.automation.instance import open_instance
from uball_assets.domain.record import REQUESTS
from uball_assets.resources import build_resources
from uball_assets.settings import Settings
from uball_assets_tests.daemon.platform import Platform
from uball_assets_tests.daemon.waiting import wait_for

pytestmark = pytest.mark.daemon

ASKING = {"monthly_training", "weekly_check", "daily_collection"}
JOBS = {"store_proof_job", "janitor_job", "purge_job", "daily_report_job", "weekly_report_job"}
SLEPT_DAYS = 40


@pytest.fixture(scope="module")
def woken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    platform = Platform(tmp_path_factory.mktemp("calendar"), {"UBALL_AUTOMATION_ON": "true"})
    try:
        platform.start()
        wait_for("schedules that are watched", lambda: len(watched(platform)) >= 7, 120, platform.log_tail)
        platform.stop()
        sleep(platform)
        platform.start()
        yield platform
    finally:
        platform.stop()
    assert not platform.processes()


def settings_of(platform: Platform) -> Settings:
    return Settings(checkout=platform.folder)


def watched(platform: Platform) -> set[str]:
    """Schedules of which the daemon has noted when it began to watch them."""
    with open_instance(settings_of(platform)) as instance:
        states = instance.all_instigator_state(instigator_type=InstigatorType.SCHEDULE)
        return {state.instigator_name for state in states if state.instigator_data}


def sleep(platform: Platform) -> None:
    began_s = time.time() - SLEPT_DAYS * 86_400
    with open_instance(settings_of(platform)) as instance:
        for state in instance.all_instigator_state(instigator_type=InstigatorType.SCHEDULE):
            data = state.instigator_data
            assert isinstance(data, ScheduleInstigatorData)
            instance.update_instigator_state(
                state.with_data(ScheduleInstigatorData(data.cron_schedule, began_s, began_s))
            )


def lately(form: str) -> set[str]:
    """Today's period, and the one of yesterday, whose tick is the last until today's hour has come."""
    now = datetime.now(UTC)
    return {now.strftime(form), (now - timedelta(days=1)).strftime(form)}


def test_what_the_calendar_asks_for_is_on_the_record_once(woken: Platform) -> None:
    registry = build_resources(settings_of(woken)).registry

    def asked() -> list[str]:
        return sorted([entry["key"].split(":")[0] for entry in registry.entries(REQUESTS)])

    wait_for("two requests", lambda: asked() == ["monthly", "weekly"], 120, woken.ui.seen)
    wait_for("a collection", lambda: bool(registry.entries("collections")), 60, woken.ui.seen)
    monthly, weekly = sorted(registry.entries(REQUESTS), key=lambda entry: str(entry["key"]))
    [collection] = registry.entries("collections")
    assert monthly["why"] in lately("%Y-%m")
    assert weekly["why"] in lately("%G-W%V")
    assert collection["why"] in lately("%Y-%m-%d")


def test_the_nightly_jobs_and_the_reports_run_once_each_and_end_well(woken: Platform) -> None:
    def ended() -> dict[str, str]:
        return {run.job_name: run.status for run in woken.ui.runs() if run.is_over}

    wait_for("five runs", lambda: ended().keys() >= JOBS, 180, woken.ui.seen)
    runs = [run for run in woken.ui.runs() if run.job_name in JOBS]
    assert {run.job_name: run.status for run in runs} == dict.fromkeys(JOBS, "SUCCESS"), woken.log_tail()
    assert len(runs) == len(JOBS)
    assert all("dagster/schedule_name" in run.tags for run in runs)
    pages = sorted(path.name for path in Path(woken.home / "training/reports").glob("*.html"))
    assert len(pages) == 2, pages
    assert all("<html" in (woken.home / "training/reports" / page).read_text() for page in pages)
