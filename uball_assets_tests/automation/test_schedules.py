"""The calendar asks on the record: once for each period, whoever makes up a tick, and starts nothing
itself."""

from __future__ import annotations

from datetime import UTC, datetime

import dagster as dg
import pytest

from uball_assets.automation.retraining.schedules import build_schedules
from uball_assets.domain.errors import Permanent
from uball_assets.settings import Settings
from uball_assets_tests.league import Platform


def tick(platform: Platform, name: str, at: str) -> str:
    schedule = next(one for one in platform.defs.schedules or () if one.name == name)
    assert isinstance(schedule, dg.ScheduleDefinition)
    context = dg.build_schedule_context(
        instance=platform.instance,
        scheduled_execution_time=datetime.fromisoformat(at).replace(tzinfo=UTC),
        resources=platform.resources.by_name(),
    )
    data = schedule.evaluate_tick(context)
    assert data.run_requests == []
    return data.skip_message or ""


def test_a_week_is_asked_for_once_though_its_tick_is_made_up_twice_or_the_cron_moves(
    platform: Platform,
) -> None:
    said = tick(platform, "weekly_check", "2026-11-30T04:00")
    assert said.startswith("on the record: request 1: the weekly check (2026-W49), until 20")
    assert tick(platform, "weekly_check", "2026-11-30T04:00") == said
    assert tick(platform, "weekly_check", "2026-12-01T04:00") == said
    assert "request 2: the weekly check (2026-W50)" in tick(platform, "weekly_check", "2026-12-07T04:00")
    assert [entry["key"] for entry in platform.entries("training_requests")] == [
        "weekly:2026-W49",
        "weekly:2026-W50",
    ]


def test_a_month_and_a_day_are_asked_for_by_their_own_schedules(platform: Platform) -> None:
    assert "the monthly training (2026-12)" in tick(platform, "monthly_training", "2026-12-01T04:00")
    assert "the daily collection (2026-12-01)" in tick(platform, "daily_collection", "2026-12-01T03:00")
    assert [entry["why"] for entry in platform.entries("training_requests")] == ["2026-12"]
    assert [entry["why"] for entry in platform.entries("collections")] == ["2026-12-01"]


def test_the_league_says_when_and_where_and_what_is_off() -> None:
    built = {
        one.name: one
        for one in build_schedules(
            Settings(time_zone="Europe/Vienna", weekly_check_cron="30 5 * * TUE", daily_collection_cron="off")
        )
    }
    assert set(built) == {"monthly_training", "weekly_check"}
    assert built["weekly_check"].cron_schedule == "30 5 * * TUE"
    assert built["weekly_check"].execution_timezone == "Europe/Vienna"
    assert built["weekly_check"].default_status is dg.DefaultScheduleStatus.STOPPED
    running = build_schedules(Settings(automation_on=True))
    assert {one.default_status for one in running} == {dg.DefaultScheduleStatus.RUNNING}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("UBALL_TIME_ZONE", "Vienna"),
        ("UBALL_WEEKLY_CHECK_CRON", "monday"),
        ("UBALL_FREEZE_WINDOWS", "2027-04-17..2027-06-20,playoffs"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_how_to_write_it(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    from uball_assets.settings import load_settings

    monkeypatch.setenv(variable, value)
    with pytest.raises(Permanent, match=f"{variable} is .*write"):
        load_settings()
