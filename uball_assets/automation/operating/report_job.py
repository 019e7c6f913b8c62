"""The daily and the weekly report: a job for each that a schedule or a person starts.

Belongs here: when, and the run's page. Not here: what is told (`reporting`).
"""

from datetime import UTC, datetime

import dagster as dg

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets import ours
from uball_assets.automation.executor import DECIDED_ELSEWHERE
from uball_assets.automation.operating.reporting import read_period, send_report
from uball_assets.domain.errors import Transient
from uball_assets.domain.operating.period_report import Period
from uball_assets.domain.operating.report_page import as_html, as_text
from uball_assets.resources import outbox
from uball_assets.settings import Settings

_BOUNDED = {"dagster/max_runtime": "900", **DECIDED_ELSEWHERE}
"""Five minutes of reading at most, and a channel's time-outs; the next day's report comes anyway."""
_DELIVER_S = 60.0


def _job(period: Period) -> dg.JobDefinition:
    @dg.op(name=f"send_{period}_report")
    def send(
        context: dg.OpExecutionContext,
        plays_db: dg.ResourceParam[PlaysDb],
        registry: dg.ResourceParam[Registry],
        training: dg.ResourceParam[ObjectStore],
        settings: dg.ResourceParam[Settings],
    ) -> None:
        report = read_period(settings, registry, plays_db.games(), period, datetime.now(UTC))
        page = f"reports/{report.id}.html"
        training.write(page, as_html(report).encode())
        messages = outbox(settings)
        send_report(messages, report, _DELIVER_S)
        context.log.info("%s", as_text(report))
        context.log_event(
            dg.AssetObservation(
                asset_key=ours.key("reports"),
                metadata={
                    "period": str(period),
                    "page": dg.MetadataValue.path(training.uri(page)),
                    **{section.title: section.says for section in report.sections},
                },
            )
        )
        if not settings.home_is_shared and (down := messages.down()):  # what waits in this home goes with it
            told = "; ".join(f"{name}: {state.why}" for name, state in down.items())
            raise Transient(f"not everybody has the report ({told}): run this again once they take messages")

    @dg.job(
        name=f"{period}_report_job",
        tags=_BOUNDED,
        description=f"The {period} report to every channel that is set up, once for each period; the same as "
        f"`uball report --{period} --send`.",
    )
    def report_job() -> None:
        send()

    made: dg.JobDefinition = report_job
    return made


reports = dg.AssetSpec(
    "reports",
    group_name="operating",
    kinds={"view"},
    description="The daily and the weekly report as they were sent: what came in, trainings, money, runs and "
    "goals, what to look at. `uball report --daily` makes one of the last 24 hours now.",
)
report_jobs = {period: _job(period) for period in Period}


def build_report_schedules(automation_on: bool, hour: int) -> list[dg.ScheduleDefinition]:
    status = dg.DefaultScheduleStatus.RUNNING if automation_on else dg.DefaultScheduleStatus.STOPPED
    crons = {Period.DAILY: f"5 {hour} * * *", Period.WEEKLY: f"10 {hour} * * 1"}
    return [
        dg.ScheduleDefinition(
            name=f"{period}_report",
            job=report_jobs[period],
            cron_schedule=cron,
            execution_timezone="UTC",
            default_status=status,
            description=f"The {period} report, at UBALL_REPORT_HOUR (UTC).",
        )
        for period, cron in crons.items()
    ]
