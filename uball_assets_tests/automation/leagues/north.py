"""A process of the league `north`, in a Dagster that `south` shares: it prints what it sees, as JSON.

Belongs here: making what both have, and asking as north. Not here: any verdict (`test_several_leagues`).
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from uball_assets.app.pages.dagster_links import of_asset
from uball_assets.assets import ours
from uball_assets.assets.run_words import FIXTURES, PARTITIONS, RUN_KEY_TAG
from uball_assets.automation.api_jobs.reading import Reader
from uball_assets.automation.instance import open_instance, runs_of_others
from uball_assets.automation.operating.live_tables import is_automated, newest_ticks, open_runs
from uball_assets.automation.run_records import RunRecords
from uball_assets.automation.runs.ended import ended_runs
from uball_assets.automation.runs.of_instance import InstanceNotes
from uball_assets.automation.runs.tables import TableNotes
from uball_assets.automation.storing.needed import ended_runs as old_runs
from uball_assets.definitions import defs
from uball_assets.domain.errors import Permanent
from uball_assets.domain.run_figures import RUNS
from uball_assets.resources import build_resources
from uball_assets.settings import Settings, load_settings
from uball_assets_tests.automation.leagues.rows_of import add_ended_backfill, add_run, add_tick, sensor_of


def run_of(instance: dg.DagsterInstance, league: str, game_id: str) -> dg.DagsterRun:
    return add_run(instance, league, {"dagster/partition": game_id, RUN_KEY_TAG: "game:1"})


def backfill_of(instance: dg.DagsterInstance, league: str, number: int) -> None:
    tags = {"uball/request": f"request-{number}"}
    add_ended_backfill(instance, league, f"{league}-{number}", time.time() + number, tags)


def switch_on(instance: dg.DagsterInstance, league: str, said: str) -> None:
    instance.add_instigator_state(sensor_of(league))
    add_tick(instance, league, time.time(), said)


def seen(settings: Settings, instance: dg.DagsterInstance) -> dict[str, Any]:
    long_ago = datetime.now(UTC) - timedelta(days=1)
    live = {league: run_of(instance, league, f"{league}-goes") for league in ("north", "south")}
    for league in ("north", "south"):
        instance.report_run_failed(run_of(instance, league, f"{league}-failed"), "killed")
        for number in range(3):
            backfill_of(instance, league, number)
    switch_on(instance, "south", "12 games of the south")
    automated_by_south = is_automated(settings)
    switch_on(instance, "north", "3 games of the north")
    instance.add_dynamic_partitions(PARTITIONS, ["g1"])
    instance.add_dynamic_partitions("south.games", ["g2"])
    resources = build_resources(settings)
    RunRecords(resources.registry, resources.plays_db).enter_killed(instance, long_ago)
    reader = Reader(instance)
    tables, asked = TableNotes(settings), InstanceNotes(instance)
    return {
        "partitions": [sorted(tables.partitions()), sorted(asked.partitions())],
        "live": [[run.game_id for run in notes.live_runs()] for notes in (tables, asked)],
        "keyed": [[run.status for run in notes.keyed(["game:1"])] for notes in (tables, asked)],
        "in the way": [run.tags["dagster/partition"] for run in runs_of_others(instance)],
        "open": [run.game_id for run in open_runs(settings)],
        "ended": [run.game_id for run in ended_runs(settings, long_ago)],
        "on the record": [run["game_id"] for run in resources.registry.entries(RUNS)],
        "ticks": [tick.said for tick in newest_ticks(settings)],
        "automated by south": automated_by_south,
        "jobs": [job.game_ids or job.job_id for job in reader.jobs([one for _, one in reader.history(6)])],
        "newest jobs": [job.job_id for job in reader.jobs([one for _, one in reader.history(2)])],
        "of the request": reader.of_request("request-1"),
        "may leave": [
            instance.get_run_by_id(run.run_id).tags["dagster/partition"]  # type: ignore[union-attr]
            for run in old_runs(instance)
        ],
        "refused": refusal(live["south"]) or refusal(live["north"]),
        "found": [
            reader.find(live["north"].run_id) is not None,
            reader.find(live["south"].run_id) is not None,
            reader.find("north-1") is not None,
            reader.find("south-1") is not None,
        ],
    }


def refusal(run: dg.DagsterRun) -> str:
    """Of a run in this code, whose location the workspace calls otherwise."""
    try:
        ours.refuse_other_location(run)
    except Permanent as error:
        return str(error)
    return ""


def declared() -> dict[str, Any]:
    checks = [
        check.asset_key.to_user_string()
        for made in (*(defs.asset_checks or ()), *(defs.assets or ()))
        if isinstance(made, dg.AssetsDefinition)
        for check in made.check_specs
    ]
    executed = {
        job.name: sorted(key.to_user_string() for key in job.asset_layer.executable_asset_keys)
        for job in defs.resolve_all_job_defs()
    }
    executables = [
        made for made in defs.assets or () if isinstance(made, dg.AssetsDefinition) and made.is_executable
    ]
    return {
        "lineage": {
            spec.key.to_user_string(): sorted(dep.asset_key.to_user_string() for dep in spec.deps)
            for spec in defs.resolve_all_asset_specs()
        },
        "with a deadline": sorted(
            spec.key.to_user_string() for spec in defs.resolve_all_asset_specs() if spec.freshness_policy
        ),
        "checks": sorted(checks),
        "jobs": executed,
        "tags": dict(defs.resolve_job_def("game_job").tags),
        "partition sets": sorted({str(made.partitions_def.name) for made in executables}),  # type: ignore[union-attr]
        "pools": sorted({made.op.pool for made in executables if made.op.pool}),
        "steps": sorted(made.op.name for made in executables),
    }


def main() -> None:
    settings = load_settings()
    dg.Definitions.validate_loadable(defs)
    with open_instance(settings) as instance:
        told = seen(settings, instance)
    link = of_asset(settings, "clips/FAR_LEFT").partition("/assets/")[2]
    names = {"sets": [PARTITIONS, FIXTURES], "link": link, "location": settings.league}
    json.dump({**declared(), **names, "seen": told}, sys.stdout)


if __name__ == "__main__":
    main()
