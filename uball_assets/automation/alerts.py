"""What a person should look at now, and the charges of the last days: read when asked, off record and runs.

No sensor asks for it, and it does without Dagster. It costs one look at each of three kinds of the record,
and the runs of as many days as are asked for.

Belongs here: gathering. Not here: thresholds and words (`domain.spending.alerts`), prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from uball_assets.adapters.record.bills import COSTS
from uball_assets.adapters.record.registry import Registry
from uball_assets.automation.runs.ended import ended_runs
from uball_assets.domain.spending.alerts import failure_alert, spending_alert
from uball_assets.domain.spending.spending import month_of
from uball_assets.domain.spending.usage import (
    STORAGE,
    USAGE,
    Charge,
    RunTime,
    compute_charges,
    egress_charges,
    job_charges,
    storage_charges,
)
from uball_assets.settings import Settings

_MOST_FAILED = 100
"""Counted; more are as bad."""


def charges(settings: Settings, registry: Registry, days: int, now: datetime) -> list[Charge]:
    """Of today (UTC) and the days before it. Raises Permanent for a damaged entry."""
    last = now.astimezone(UTC).date()
    dates = [last - timedelta(days=back) for back in reversed(range(days))]
    prices = settings.service_price_table
    runs = _runs(settings, dates[0].isoformat())
    costs = [
        entry
        for month in dict.fromkeys(month_of(day) for day in dates)
        for entry in registry.about(COSTS, month)
    ]
    usage = (entry for day in dates for entry in registry.about(USAGE, str(day)))
    kept = registry.entries(STORAGE) if days > 1 else registry.newest_by_subject(STORAGE).values()
    found = [
        *job_charges(costs, runs),
        *egress_charges(usage, prices),
        *storage_charges(kept, prices, dates[0], last),
        *compute_charges(runs, prices),
    ]
    return [charge for charge in found if charge.day >= str(dates[0])]


@dataclass(frozen=True)
class Standing:
    """What is over a threshold now, a sentence each; None for what is not."""

    day: str | None = None
    """A day's spending."""
    failures: str | None = None
    """Runs that fail."""

    @property
    def sentences(self) -> list[str]:
        return [alert for alert in (self.day, self.failures) if alert]


def standing(settings: Settings, registry: Registry, now: datetime) -> Standing:
    """Raises Permanent for a damaged entry."""
    today = charges(settings, registry, 1, now)
    spent = spending_alert(today, f"{now.astimezone(UTC):%Y-%m-%d}", settings.alert_day_usd)
    failed = failure_alert(_failed(settings, now), settings.alert_errors_per_hour)
    return Standing(spent, failed)


def standing_alerts(settings: Settings, registry: Registry, now: datetime) -> list[str]:
    return standing(settings, registry, now).sentences


def _runs(settings: Settings, first_day: str) -> list[RunTime]:
    since = datetime.fromisoformat(f"{first_day}T00:00:00+00:00")
    return [
        RunTime(run.game_id, run.backfill, run.started_at_s, run.ended_at_s)
        for run in ended_runs(settings, since)
        if run.started_at_s and run.is_end_told
    ]


def _failed(settings: Settings, now: datetime) -> int:
    """Runs that failed within the last hour, whoever started them."""
    failed = [run for run in ended_runs(settings, now - timedelta(hours=1)) if run.is_failed]
    return min(len(failed), _MOST_FAILED)
