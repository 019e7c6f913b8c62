"""A season of six small games on one machine, and on 1, 2 and 3 Ray workers: how fast, and what Ray costs.

    python -m benchmarks.nodes              some ten minutes; needs root and iproute2, as make test-scale

All machines are this one, so that workers share its cores: what grows with them here is what Ray costs, and
where they have cores of their own they are faster by as much as `docs/scale.md` reckons. A lap is a backfill
of the six games' chains, from the request to the end of the last run.

Belongs here: the laps and their table. Not here: how nodes are made (`uball_assets_tests.scale`).
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import machine
from benchmarks.table import table
from uball_assets.resources import build_resources
from uball_assets.settings import Settings
from uball_assets_tests.daemon.platform import Platform
from uball_assets_tests.daemon.season import bring, render_season, season
from uball_assets_tests.daemon.waiting import wait_for
from uball_assets_tests.scale import machines
from uball_assets_tests.scale.postgres_server import PostgresServer
from uball_assets_tests.scale.ray.cluster import Cluster

SETTINGS = {"UBALL_AUTOMATION_ON": ""}
CHAIN = ("raw_videos", "plays", "clips", "training_examples")
WORKERS = (1, 2, 3)
HEAD = (
    "where",
    "games/h",
    "lap",
    "a game's run",
    "from handed over to begun",
    "CPU-s a game",
    "memory of a node",
)
_RUNS = """query { runsOrError { ... on Runs { results { status tags { key value }
    stats { ... on RunStatsSnapshot { launchTime startTime endTime } } } } } }"""
_LIMIT_S = 600.0


@dataclass(frozen=True)
class Lap:
    where: str
    lap_s: float
    games: int
    run_s: float
    """Median of a run, from its first event to its last."""
    begun_s: float
    """Median from a run's launch to its first event."""
    cpu_s: float
    """Of all that the lap started, Postgres and idle nodes too."""
    node_mb: float
    """Resident memory of Ray's processes on a worker, with no run at work; 0 without Ray."""

    @property
    def row(self) -> list[str]:
        return [
            self.where,
            f"{self.games / self.lap_s * 3600:.0f}",
            f"{self.lap_s:.0f} s",
            f"{self.run_s:.1f} s",
            f"{self.begun_s:.1f} s",
            f"{self.cpu_s / self.games:.1f}",
            f"{self.node_mb:.0f} MB" if self.node_mb else "-",
        ]


def main() -> None:
    print(f"{machine()}; every worker on the same {os.cpu_count()} cores\n")  # noqa: T201
    print(table(HEAD, []))  # noqa: T201
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        originals = base / "originals"
        render_season(originals)
        told(alone(base / "alone", originals))
        for workers in WORKERS:
            told(spread(base / f"spread-{workers}", originals, workers))


def told(lap: Lap) -> None:
    print("| " + " | ".join(lap.row) + " |", flush=True)  # noqa: T201 - as soon as it is known


def alone(folder: Path, originals: Path) -> Lap:
    platform = Platform(folder, SETTINGS)
    with counted() as cpu_s:
        try:
            platform.start()
            return lap(platform, originals, "one machine, 2 runs at once, SQLite", cpu_s, 0.0)
        finally:
            platform.stop()


def spread(folder: Path, originals: Path, workers: int) -> Lap:
    words = f"Ray, {workers} worker{'s' if workers > 1 else ''} of one run, Postgres"
    with counted() as cpu_s, cluster(folder, workers) as nodes:
        nodes.start()
        return lap(nodes.platform, originals, words, cpu_s, memory_mb(nodes.workers[0]))


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    with machines.network():
        postgres = PostgresServer(machines.HUB)
        nodes = Cluster.build(folder / "platform", folder / "machines", SETTINGS, postgres, workers)
        try:
            yield nodes
        finally:
            nodes.stop()
            postgres.close()


def lap(platform: Platform, originals: Path, where: str, cpu_s: Callable[[], float], node_mb: float) -> Lap:
    database = build_resources(Settings(checkout=platform.folder)).plays_db
    drawn = season()
    games = [*drawn.sound, drawn.camera_missing, *drawn.later[:2]]
    ui = platform.ui
    for game in games:
        bring(game, originals, platform.home / "videos", database)
        ui.add_partition(game.game_id)
    chain = [path for path in ui.assets() if path[0] in CHAIN]
    began_s, before_s = time.monotonic(), cpu_s()
    backfill = ui.backfill(chain, [game.game_id for game in games])
    wait_for("end of the lap", lambda: ui.backfill_status(backfill) != "REQUESTED", _LIMIT_S, ui.seen)
    lap_s, used_s = time.monotonic() - began_s, cpu_s() - before_s
    runs = ui.ask(_RUNS)["runsOrError"]["results"]
    assert ui.backfill_status(backfill) == "COMPLETED_SUCCESS", ui.seen()
    stats = [run["stats"] for run in runs]
    return Lap(
        where,
        lap_s,
        len(games),
        statistics.median(one["endTime"] - one["startTime"] for one in stats),
        statistics.median(one["startTime"] - one["launchTime"] for one in stats),
        used_s,
        node_mb,
    )


@contextmanager
def counted() -> Iterator[Callable[[], float]]:
    """CPU seconds of what is started within, and of nothing else on this machine: a control group's."""
    root = Path("/sys/fs/cgroup")
    is_new = (root / "cgroup.controllers").exists()
    above = root if is_new else root / "cpuacct"
    group = above / f"uball-lap-{os.getpid()}"
    group.mkdir()
    (group / "cgroup.procs").write_text(str(os.getpid()))
    try:
        yield (lambda: _new_s(group)) if is_new else (lambda: _old_s(group))
    finally:
        (above / "cgroup.procs").write_text(str(os.getpid()))
        group.rmdir()


def _new_s(group: Path) -> float:
    return int((group / "cpu.stat").read_text().split()[1]) / 1e6


def _old_s(group: Path) -> float:
    return int((group / "cpuacct.usage").read_text()) / 1e9


def memory_mb(node: machines.Machine) -> float:
    pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in node.processes()]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
