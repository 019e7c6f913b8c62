"""The only place where everything meets: assets, checks, automation and resources.

`build_defs(settings, overrides)` gives fresh definitions (tests and the command line use it); `defs` is what
Dagster loads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dagster as dg

from uball_assets.adapters.stores.remembering_store import RememberingStore, is_store
from uball_assets.assets import ours
from uball_assets.assets.annotations import annotations as game_annotations
from uball_assets.assets.clips import CLIPS
from uball_assets.assets.endpoint import endpoint, routes
from uball_assets.assets.evaluation import evaluation
from uball_assets.assets.examples import training_examples
from uball_assets.assets.forecasting.forecast_endpoint import forecast_endpoint, forecast_routes
from uball_assets.assets.forecasting.forecasts import forecasts
from uball_assets.assets.forecasting.models import outcome_model, player_model
from uball_assets.assets.games import plays, raw_videos
from uball_assets.assets.league.box_score import box_score
from uball_assets.assets.league.form_features import form_features
from uball_assets.assets.league.results import results
from uball_assets.assets.model import tuned_model
from uball_assets.assets.training_set import training_set
from uball_assets.automation.backups.backup_job import backup_job, build_backup_schedules, league_backup
from uball_assets.automation.executor import build_executor
from uball_assets.automation.forecasting.jobs import league_jobs
from uball_assets.automation.forecasting.sensors import build_league_sensors
from uball_assets.automation.freshness import with_deadline
from uball_assets.automation.jobs import jobs
from uball_assets.automation.nodes.cutting import places_of
from uball_assets.automation.operating.janitor_job import build_janitor_schedule, janitor, janitor_job
from uball_assets.automation.operating.proof_job import (
    build_proof_schedule,
    store_proof,
    store_proof_job,
)
from uball_assets.automation.operating.report_job import build_report_schedules, report_jobs, reports
from uball_assets.automation.operating.routes import route_jobs
from uball_assets.automation.operating.watch import broken_now, build_alerts_sensor
from uball_assets.automation.retraining.schedules import build_schedules
from uball_assets.automation.run_records import RunRecords
from uball_assets.automation.sensors import build_sensors
from uball_assets.automation.situation import policy
from uball_assets.automation.storing.purge_job import build_purge_schedule, purge_job
from uball_assets.checks import all_checks
from uball_assets.resources import WHAT_THEY_ARE, build_resources
from uball_assets.services.clip_library import ClipCutter
from uball_assets.settings import Settings, load_settings

all_assets = [
    raw_videos,
    plays,
    *CLIPS.values(),
    training_examples,
    training_set,
    tuned_model,
    evaluation,
    endpoint,
    routes,
    game_annotations,
    results,
    box_score,
    form_features,
    outcome_model,
    player_model,
    forecast_endpoint,
    forecast_routes,
    forecasts,
    broken_now,
    reports,
    store_proof,
    janitor,
]
"""In the order the data flows."""


def build_defs(settings: Settings | None = None, **overrides: Any) -> dg.Definitions:
    """`overrides` replace resources by name, e.g. `videos=FolderStore(...)`. Raises Permanent for settings of
    another league than this process is of."""
    chosen = settings or load_settings()
    ours.refuse_other_league(chosen)
    assets = [*all_assets, league_backup] if chosen.backup_url else all_assets
    built = build_resources(chosen).by_name()
    given = {**built, **overrides}
    records = RunRecords(given["registry"], given["plays_db"])
    return dg.Definitions(
        assets=ours.under_own_keys(assets, assets),
        asset_checks=ours.under_own_keys(all_checks, assets),
        jobs=[
            *(*jobs, *league_jobs, *route_jobs, *report_jobs.values()),
            *(store_proof_job, janitor_job, purge_job),
            *([backup_job] if chosen.backup_url else []),
        ],
        schedules=[
            *build_schedules(chosen),
            *build_report_schedules(chosen.automation_on, chosen.report_hour),
            build_proof_schedule(chosen.automation_on),
            build_janitor_schedule(chosen.automation_on),
            build_purge_schedule(chosen.automation_on),
            *build_backup_schedules(chosen),
        ],
        sensors=[
            *build_sensors(chosen.automation_on, chosen.sensor_interval_s),
            *build_league_sensors(chosen.automation_on, chosen.sensor_interval_s),
            build_alerts_sensor(chosen.automation_on),
        ],
        resources={**_described(built), **overrides},
        executor=build_executor(
            policy(chosen), records, chosen.cache / "work" if chosen.league_slug else None
        ),
    ).map_asset_specs(func=lambda spec: _with_trainer(with_deadline(spec), chosen))


def _described(resources: Mapping[str, object]) -> dict[str, dg.ResourceDefinition]:
    """For Dagster's page of resources: what each is, and who does it now."""
    return {name: _as_resource(value, WHAT_THEY_ARE[name]) for name, value in resources.items()}


def _as_resource(value: object, what: str) -> dg.ResourceDefinition:
    def made(context: dg.InitResourceContext) -> object:
        return _of_a_run(value, context)

    made.__name__ = type(value).__name__
    needed = {"video_store", "settings"} if isinstance(value, ClipCutter) else set()
    return dg.ResourceDefinition(made, description=what, required_resource_keys=needed)


def _of_a_run(value: object, context: dg.InitResourceContext) -> object:
    """Stores remember what a run's steps have read; the cutter looks into the same, and knows other nodes."""
    if isinstance(value, ClipCutter):
        places = places_of(context.run, context.resources.settings.clip_nodes)
        return replace(value, video_store=context.resources.video_store, places=places)
    return RememberingStore(value) if is_store(value) else value


def _with_trainer(spec: dg.AssetSpec, settings: Settings) -> dg.AssetSpec:
    """The icon of who tunes."""
    is_tuned_by_google = ours.name_of(spec.key) == "tuned_model" and settings.trainer == "vertex"
    return spec.replace_attributes(kinds={"gemini"}) if is_tuned_by_google else spec


defs = build_defs()
