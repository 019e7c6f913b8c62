"""A job's run within this process that the UI lists under its job.

Belongs here: what `JobDefinition.execute_in_process` leaves out, the run's origin. The UI files a run under
its job by the code location in that origin; without one its overview says 'No runs'. Not here: which job, or
when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run
from dagster._core.execution.execute_in_process import merge_run_tags
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from uball_assets.assets import ours

_DEFINITIONS = LoadableTargetOrigin(module_name="uball_assets.definitions")


def run_in_process(
    job: dg.JobDefinition,
    game_id: str | None,
    instance: dg.DagsterInstance,
    tags: Mapping[str, str],
    run_config: Mapping[str, Any],
    league: str,
    assets: Sequence[str] = (),
) -> bool:
    """One run of the game's partition, or of the range that `tags` name; whether it succeeded. Raises nothing
    that the run raised.

    `assets`: those of the job's that are wanted; all without it. `league`: what the UI calls this home's code
    location (`Settings.league`); under another name the run's links lead to a job that the UI does not have.
    """
    if assets:
        job = job.get_subset(asset_selection=set(map(ours.key, assets)))
    location = ManagedGrpcPythonEnvCodeLocationOrigin(_DEFINITIONS, location_name=league)
    run = instance.create_run_for_job(
        job_def=job,
        run_config=run_config,
        tags=merge_run_tags(job, game_id, tags, None, instance, run_config),
        remote_job_origin=RemoteJobOrigin(RemoteRepositoryOrigin(location, "__repository__"), job.name),
    )
    return execute_run(InMemoryJob(job), run, instance).success
