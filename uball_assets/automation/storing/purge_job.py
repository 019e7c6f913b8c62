"""The daily purge: a job that its schedule or a person starts, and the page of what left and what stayed.

Belongs here: when, its config, the run's page. Not here: the rule (`domain.operating.purging`) or the work
(`purging`).
"""

import dagster as dg

from uball_assets.adapters.record.registry import Registry
from uball_assets.automation.executor import DECIDED_ELSEWHERE
from uball_assets.automation.storing.purging import carry_out, keep_of, plan_purge
from uball_assets.settings import Settings

_BOUNDED = {"dagster/max_runtime": "7200", **DECIDED_ELSEWHERE}


class PurgeConfig(dg.Config):
    is_dry_run: bool = False


@dg.op(name="let_old_runs_go", out=dg.Out(dg.Nothing))
def let_old_runs_go(
    context: dg.OpExecutionContext,
    config: PurgeConfig,
    registry: dg.ResourceParam[Registry],
    settings: dg.ResourceParam[Settings],
) -> None:
    found = plan_purge(context.instance, registry, keep_of(settings))
    if not config.is_dry_run:
        carry_out(context.instance, found, context.log.info)
    context.add_output_metadata(
        {
            "runs": len(found.runs),
            "backfills": len(found.backfills),
            "ticks": len(found.ticks),
            "files_mb": round(found.files_bytes / 1e6, 1),
            "old_runs_that_stay": found.kept,
            "is_done": not config.is_dry_run,
        }
    )


@dg.job(
    name="purge_job",
    tags=_BOUNDED,
    description="Lets old runs, backfills and ticks leave Dagster (UBALL_KEEP_RUNS_DAYS, UBALL_KEEP_RUNS, "
    "UBALL_KEEP_TICKS_DAYS), but none that something needs. `uball instance purge --dry-run` tells which.",
)
def purge_job() -> None:
    let_old_runs_go()


def build_purge_schedule(automation_on: bool) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name="daily_purge",
        job=purge_job,
        cron_schedule="45 5 * * *",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING
        if automation_on
        else dg.DefaultScheduleStatus.STOPPED,
        description="Old runs, backfills and ticks leave Dagster, at a quarter to six (UTC).",
    )
