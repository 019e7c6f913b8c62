"""The janitor: a daily job that frees what old versions hold, and the page of what it kept and why.

Belongs here: when, its config, the run's page. Not here: the rule (`domain.serving.retirement`) or the work
(`assets.versions.retiring`).
"""

import dagster as dg

from uball_assets.adapters.models.endpoint import Endpoint
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets import ours
from uball_assets.assets.common import described
from uball_assets.assets.versions.retiring import Plan, carry_out, plan
from uball_assets.automation.executor import DECIDED_ELSEWHERE
from uball_assets.domain.record import Family
from uball_assets.services.forecasting.operating.answering import serving_of
from uball_assets.settings import Settings

_BOUNDED = {"dagster/max_runtime": "3600", **DECIDED_ELSEWHERE}
SCHEMA = described(
    {
        "model": ("string", "its name"),
        "is": ("string", "kept, retired, or would be retired"),
        "because": ("string", "the reason"),
        "mb": ("float", "what it frees, as far as the service tells"),
    }
)

janitor = dg.AssetSpec(
    "janitor",
    group_name="operating",
    kinds={"json"},
    description="Which versions' weights and endpoints are kept, and why; the others are retired. "
    "A retired version keeps its card and scores, and no route leads to it. Start janitor_job with "
    "is_dry_run to see what it would do, or ask `uball janitor`.",
)


class JanitorConfig(dg.Config):
    is_dry_run: bool = False


@dg.op(name="retire_versions")
def retire_versions(
    context: dg.OpExecutionContext,
    config: JanitorConfig,
    registry: dg.ResourceParam[Registry],
    training: dg.ResourceParam[ObjectStore],
    model_endpoint: dg.ResourceParam[Endpoint],
    settings: dg.ResourceParam[Settings],
) -> None:
    whole, retired = Plan((), ()), set()
    for family in Family:
        serving = serving_of(family, registry, training, model_endpoint)
        own, answering = serving.registry, serving.endpoint
        found = plan(own, answering, context.instance, context.run_id, settings.keep_versions)
        if not config.is_dry_run:
            retired |= set(carry_out(own, answering, found, context.log.info))
        context.log.info("%s models: %s", family, found.sentence)
        whole = Plan((*whole.kept, *found.kept), (*whole.leaving, *found.leaving))
    context.log_event(dg.AssetObservation(asset_key=ours.key("janitor"), metadata=_metadata(whole, retired)))


@dg.job(
    name="janitor_job",
    tags=_BOUNDED,
    description="Frees the weights and endpoints of versions that nothing needs (UBALL_KEEP_VERSIONS).",
)
def janitor_job() -> None:
    retire_versions()


def build_janitor_schedule(automation_on: bool) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name="daily_janitor",
        job=janitor_job,
        cron_schedule="30 5 * * *",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING
        if automation_on
        else dg.DefaultScheduleStatus.STOPPED,
        description="Old versions' weights and endpoints, at half past five (UTC).",
    )


def _metadata(found: Plan, retired: set[str]) -> dict[str, dg.MetadataValue | int | float | str]:
    rows = [
        dg.TableRecord({"model": fate.model, "is": "kept", "because": fate.why, "mb": 0.0})
        for fate in found.kept
    ]
    rows += [
        dg.TableRecord(
            {
                "model": each.fate.model,
                "is": "retired" if each.fate.model in retired else "would be retired",
                "because": each.fate.why,
                "mb": round(each.size_bytes / 1e6, 3),
            }
        )
        for each in found.leaving
    ]
    return {
        "kept": len(found.kept),
        "retired": len(retired),
        "freed_mb": round(sum(e.size_bytes for e in found.leaving if e.fate.model in retired) / 1e6, 3),
        "versions": dg.MetadataValue.table(rows, schema=SCHEMA),
    }
