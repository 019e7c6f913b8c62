"""A season of small games on three Ray nodes that fail one after another ends as on one machine.

Both are played in the same place, one after the other, because clips are named by their address.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from uball_assets.resources import Resources, build_resources
from uball_assets.settings import Settings
from uball_assets_tests.daemon.platform import Platform
from uball_assets_tests.daemon.season import bring, render_season, season
from uball_assets_tests.daemon.ui import Run
from uball_assets_tests.daemon.waiting import wait_for
from uball_assets_tests.scale import machines
from uball_assets_tests.scale.ray.season_end import End, end_of

pytestmark = pytest.mark.scale

SETTINGS = {
    "UBALL_AUTOMATION_ON": "1",
    "UBALL_SENSOR_INTERVAL_S": "3",
    "UBALL_RETRAIN_FIRST_THRESHOLDS": "4,2,9",
    "UBALL_ATTEMPT_BACKOFF_S": "1",
    "UBALL_MAX_ATTEMPTS": "8",
    "UBALL_EPOCHS": "6",
}
SENSORS = ("games_sensor", "retrain_sensor")
QUIET_TICKS = 3
PART_S = 300.0
"""For each half of the season, on an idle machine."""


@pytest.mark.skipif(not machines.may_be_made(), reason="needs root and iproute2: networks are made")
def test_nodes_head_database_and_network_fail_and_nothing_is_lost_or_done_twice(tmp_path: Path) -> None:
    from uball_assets_tests.scale.postgres_server import PostgresServer
    from uball_assets_tests.scale.ray.cluster import PORTS, Cluster
    from uball_assets_tests.scale.ray.faults import Faults

    originals, place = tmp_path / "originals", tmp_path / "platform"
    render_season(originals)
    alone = on_one_machine(place, originals)
    place.rename(tmp_path / "on-one-machine")

    with machines.network():
        postgres = PostgresServer(machines.HUB)
        cluster = Cluster.build(place, tmp_path / "machines", SETTINGS, postgres, workers=3)
        faults = Faults(cluster)

        def first_half() -> None:
            faults.node_killed("game_job")
            faults.node_frozen("game_job")
            faults.head_killed("game_job", 30.0)
            faults.node_cut_off("retrain_job", 60.0)

        def second_half() -> None:
            faults.postgres_restarted("game_job", 3.0)
            faults.node_killed("retrain_job")

        try:
            cluster.start()
            assert cluster.status_without_token("/api/jobs/") == 401
            assert cluster.open_ports() <= PORTS
            spread = play(cluster.platform, originals, (first_half, second_half), cluster.keep_up)
        finally:
            cluster.stop()
            postgres.close()

    print(*faults.told, sep="\n")  # noqa: T201 - the measured times
    assert spread == alone
    assert set(spread.trained.values()) == {1}
    assert set(spread.games.values()) == {1}


def on_one_machine(place: Path, originals: Path) -> End:
    platform = Platform(place, SETTINGS)
    try:
        platform.start()
        return play(platform, originals, (lambda: None, lambda: None), lambda: None)
    finally:
        platform.stop()


def play(
    platform: Platform,
    originals: Path,
    meanwhile: tuple[Callable[[], None], Callable[[], None]],
    keep_up: Callable[[], None],
) -> End:
    """Four games, a model of them, then two games more and a second model."""
    outside = build_resources(Settings(checkout=platform.folder))
    games = season()
    first = [*games.sound, games.camera_missing]
    for number, (part, happening) in enumerate(
        zip((first, games.later[:2]), meanwhile, strict=True), start=1
    ):
        for game in part:
            bring(game, originals, platform.home / "videos", outside.plays_db)
        happening()
        wait_for(
            f"end of part {number}",
            partial(rests, platform, outside, number, keep_up),
            PART_S,
            platform.ui.seen,
            poll_s=2.0,
        )
    successes = Counter(run.tags["dagster/run_key"].rpartition(":")[0] for run in ended(platform, "SUCCESS"))
    assert set(successes.values()) == {1}, successes
    return end_of(platform.home / "training", outside)


def ended(platform: Platform, status: str) -> list[Run]:
    runs = platform.ui.runs()
    return [run for run in runs if run.status == status and run.job_name in ("game_job", "retrain_job")]


def rests(platform: Platform, outside: Resources, models: int, keep_up: Callable[[], None]) -> bool:
    """So many models are there, nothing runs, and neither sensor has found anything to do for a while."""
    keep_up()
    if len(outside.registry.entries("models")) < models:
        return False
    try:
        ticks = [tick for sensor in SENSORS for tick in platform.ui.ticks(sensor)[:QUIET_TICKS]]
        return all(run.is_over for run in platform.ui.runs()) and all(
            tick.status == "SKIPPED" and "waiting: a" not in tick.skip_reason for tick in ticks
        )
    except (OSError, AssertionError, KeyError):  # it is being started again
        return False
