"""Two leagues share one PostgreSQL: each lets its own runs, backfills and ticks go, by its own settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from uball_assets.automation.instance import open_instance
from uball_assets.settings import Settings
from uball_assets_tests.automation.leagues.rows_of import add_ended_backfill, add_run, add_tick, sensor_of

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

pytestmark = pytest.mark.scale
LEAGUES = ("north", "south")
DAY_S = 86_400.0
RUNS, TICKS = 6, 20
Kept = dict[str, dict[str, int]]


@pytest.fixture
def shared(postgres: PostgresServer, tmp_path: Path) -> Settings:
    """Of each league: runs that ended, an old backfill, and old ticks of its sensor, taking turns."""
    settings = Settings(home=tmp_path / "both", instance_url=SecretStr(postgres.create("two_purges")))
    with open_instance(settings) as instance:
        for _ in range(RUNS):
            for league in LEAGUES:
                instance.report_run_failed(add_run(instance, league, {"of": league}), "killed")
        for league in LEAGUES:
            old_s = time.time() - 3_000 * DAY_S
            add_ended_backfill(instance, league, f"backfill of {league}", old_s, {})
            instance.add_instigator_state(sensor_of(league))
        for number in range(TICKS):
            for league in LEAGUES:
                add_tick(instance, league, time.time() - (TICKS - number) * DAY_S, "nothing is due")
    return settings


def kept(settings: Settings) -> Kept:
    with open_instance(settings) as instance:
        storage = instance.schedule_storage
        assert storage
        ticks = {
            league: len(storage.get_ticks(sensor.instigator_origin_id, sensor.selector_id))
            for league in LEAGUES
            for sensor in [sensor_of(league)]
        }
        return {
            "runs": dict(Counter(run.tags["of"] for run in instance.get_runs())),
            "ticks": ticks,
            "backfills": dict(Counter(one.backfill_id.split()[-1] for one in instance.get_backfills())),
        }


def purge(settings: Settings, league: str, *words: str, **keep: str) -> Any:
    """By a process of the league, as its schedule would."""
    assert settings.instance_url
    environment = {
        **os.environ,
        **{name.upper(): value for name, value in keep.items()},
        "UBALL_LEAGUE": league,
        "UBALL_HOME": str(settings.home.with_name(league)),
        "UBALL_INSTANCE_URL": settings.instance_url.get_secret_value(),
    }
    command = [str(Path(sys.executable).with_name("uball")), "instance", "purge", "--json", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_each_lets_its_own_go_by_its_own_settings_and_nothing_of_the_others(shared: Settings) -> None:
    north = purge(shared, "north", "--keep", "2", uball_keep_ticks_days="1", uball_keep_ticks="5")
    assert (len(north["runs"]), len(north["ticks"])) == (RUNS - 2, TICKS - 5)
    assert kept(shared) == {
        "runs": {"north": 2, "south": RUNS},
        "ticks": {"north": 5, "south": TICKS},
        "backfills": {"south": 1},
    }
    south = purge(shared, "south", "--keep", "3", uball_keep_ticks_days="10", uball_keep_ticks="1")
    assert len(south["runs"]) == RUNS - 3
    assert kept(shared) == {
        "runs": {"north": 2, "south": 3},
        "ticks": {"north": 5, "south": TICKS - len(south["ticks"])},
        "backfills": {},
    }
    assert TICKS - 11 <= len(south["ticks"]) <= TICKS - 9
    assert (
        purge(shared, "north", "--keep", "2", uball_keep_ticks_days="1", uball_keep_ticks="5")["runs"] == []
    )
