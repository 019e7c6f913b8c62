"""Whoever starts a run, the queue that leagues share knows whose it is, and its limits count it."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import yaml
from dagster._core.remote_origin import (
    GrpcServerCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.run_coordinator import SubmitRunContext

from uball_assets.assets.run_words import LEAGUE_TAG
from uball_assets.automation.runs.league_queue import LeagueQueue

PROFILE = Path(__file__).parents[3] / "deploy" / "one-machine" / "dagster.yaml"


@dg.job
def by_hand() -> None: ...


def test_a_run_materialised_by_hand_is_queued_as_its_league_s() -> None:
    told = yaml.safe_load(PROFILE.read_text())
    shared = {name: told[name] for name in ("run_coordinator", "concurrency")}
    server = GrpcServerCodeLocationOrigin("localhost", socket="/nowhere", location_name="north")
    origin = RemoteJobOrigin(RemoteRepositoryOrigin(server, "__repository__"), "by_hand")
    with dg.instance_for_test(overrides=shared) as instance:
        run = instance.create_run_for_job(
            by_hand, status=dg.DagsterRunStatus.NOT_STARTED, remote_job_origin=origin
        )
        assert isinstance(instance.run_coordinator, LeagueQueue)
        instance.run_coordinator.submit_run(SubmitRunContext(run, workspace=None))  # type: ignore[arg-type]
        queued = instance.get_run_by_id(run.run_id)
        assert queued
        assert (queued.status, queued.tags[LEAGUE_TAG]) == (dg.DagsterRunStatus.QUEUED, "north")
        limits = instance.get_concurrency_config().run_queue_config
        assert limits
        assert [each["key"] for each in limits.tag_concurrency_limits] == [LEAGUE_TAG]
        assert limits.max_user_code_failure_retries > 0
