"""The daily backup: a job that its schedule or a person starts, and the page of what it did.

Belongs here: when, how long, the run's page. Not here: the backup (`taking`).
"""

import dagster as dg

from uball_assets.assets import ours
from uball_assets.automation.backups.taking import BackedUp, back_up
from uball_assets.automation.executor import DECIDED_ELSEWHERE
from uball_assets.domain.learning.due.cron import OFF
from uball_assets.settings import Settings

_BOUNDED = {"dagster/max_runtime": "14400", **DECIDED_ELSEWHERE}

league_backup = dg.AssetSpec(
    "league_backup",
    group_name="operating",
    kinds={"json"},
    description="The league's state, each night, in another place: the record, plays, models, documents, "
    "tables, runs. Only what changed is written. `uball backup` does it now, `uball verify --backup` proves "
    "it, `uball restore` puts a league together from it.",
)


@dg.op(name="back_up_league")
def take(context: dg.OpExecutionContext, settings: dg.ResourceParam[Settings]) -> None:
    done = back_up(settings)
    context.log_event(dg.AssetObservation(asset_key=ours.key("league_backup"), metadata=_metadata(done)))


@dg.job(
    name="backup_job",
    tags=_BOUNDED,
    description="Backs the league up to UBALL_BACKUP_URL and takes away all but the newest "
    "UBALL_BACKUP_KEEP backups.",
)
def backup_job() -> None:
    take()


def build_backup_schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """None where no place is named, or it is off."""
    if not settings.backup_url or settings.backup_cron == OFF:
        return []
    status = dg.DefaultScheduleStatus
    return [
        dg.ScheduleDefinition(
            name="daily_backup",
            job=backup_job,
            cron_schedule=settings.backup_cron,
            execution_timezone=settings.time_zone,
            default_status=status.RUNNING if settings.automation_on else status.STOPPED,
            description="The backup, each night before the night's work.",
        )
    ]


def _metadata(done: BackedUp) -> dict[str, dg.MetadataValue | int | float | str]:
    return {
        "number": done.manifest.number,
        "items": len(done.manifest.items),
        "unchanged_items": done.kept_items,
        "holds_mb": round(done.manifest.size_bytes / 1e6, 1),
        "written_mb": round(done.written_bytes / 1e6, 1),
        "is_sealed": str(done.is_sealed),
        "remarks": "; ".join(done.manifest.remarks) or "none",
        "taken_away": ", ".join(map(str, done.retained.backups)) or "none",
        "taken_at": dg.MetadataValue.timestamp(done.manifest.taken),
    }
