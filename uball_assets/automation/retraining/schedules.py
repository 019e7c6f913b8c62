"""Schedules: the calendar asks, by putting a request on the record. They start nothing themselves.

    monthly_training   the 1st        whatever differs is trained
    weekly_check       Monday         what waits is trained, though too few wait
    daily_collection   every night    games that lack something are collected again

A machine that slept makes up the last tick when it wakes (Dagster); a request's key is its calendar
period, so no tick counts twice, whoever makes it up.

Belongs here: when they ask, and until when that stands. Not here: what comes of it
(`domain.learning.retrain`, `discovery`).
"""

from datetime import UTC, datetime

import dagster as dg

from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.record.training_requests import ask_by_calendar, words_of
from uball_assets.automation.jobs import game_job, retrain_job
from uball_assets.domain.learning.due.cron import OFF, next_of
from uball_assets.domain.learning.due.requests import BY_CALENDAR, Kind, period_of
from uball_assets.settings import Settings

_NAMES = {
    Kind.MONTHLY: "monthly_training",
    Kind.WEEKLY: "weekly_check",
    Kind.DAILY: "daily_collection",
}


def build_schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """Those that are not off; running from the start where the sensors are."""
    crons = {
        Kind.MONTHLY: settings.monthly_training_cron,
        Kind.WEEKLY: settings.weekly_check_cron,
        Kind.DAILY: settings.daily_collection_cron,
    }
    return [_schedule(kind, cron, settings) for kind, cron in crons.items() if cron != OFF]


def _schedule(kind: Kind, cron: str, settings: Settings) -> dg.ScheduleDefinition:
    status = dg.DefaultScheduleStatus

    @dg.schedule(
        name=_NAMES[kind],
        job=game_job if kind is Kind.DAILY else retrain_job,
        cron_schedule=cron,
        execution_timezone=settings.time_zone,
        default_status=status.RUNNING if settings.automation_on else status.STOPPED,
        description=f"{BY_CALENDAR[kind].capitalize()}: a request on the record, once for each period; the "
        "sensors see to it.",
    )
    def asks(context: dg.ScheduleEvaluationContext, registry: dg.ResourceParam[Registry]) -> dg.SkipReason:
        at = (context.scheduled_execution_time or datetime.now(UTC)).astimezone(settings.zone)
        until = next_of(cron, datetime.now(settings.zone))
        entry = ask_by_calendar(registry, kind, period_of(kind, at.date()), until)
        return dg.SkipReason(f"on the record: {words_of(entry)}")

    return asks
