"""One game's clips cut on 1, 2 and 3 Ray nodes: how long its run takes, and what that costs.

    python -m benchmarks.one_game [MODE]    some ten minutes; needs root and iproute2, as make test-scale

A node is half a core of this machine, by its control group, so that three of them, and what is beside them,
find room on two cores: a node that is added brings as much as the first. Every lap cuts the same game anew.

Belongs here: the laps and their table. Not here: how nodes are made (`uball_assets_tests.scale`), which
throughput many games have (`nodes`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import machine
from benchmarks.plays import windows
from benchmarks.table import table
from benchmarks.videos import Videos, full_hd
from uball_assets.adapters.record.registry import Entry
from uball_assets.domain.footage.angles import Angle
from uball_assets.resources import Resources, build_resources
from uball_assets.settings import Settings
from uball_assets_tests.daemon.waiting import wait_for
from uball_assets_tests.scale import machines
from uball_assets_tests.scale.machines import Machine
from uball_assets_tests.scale.postgres_server import PostgresServer
from uball_assets_tests.scale.ray.cluster import Cluster

NODES = (1, 2, 3)
CLIPS = tuple(f"clips/{angle}" for angle in Angle)
LAPS = {"smart": CLIPS, "reencode": CLIPS[:1]}
"""What is cut anew: of a whole game, and, where every frame is made anew, of one camera."""
SETTINGS = {"UBALL_AUTOMATION_ON": "", "UBALL_WORKERS": "1", "UBALL_EMPTY_EXAMPLES_SHARE": "0"}
PIECE_S, REPEATS, PLAYS = 72.0, 10, 36
"""Of the film, 12 minutes long, half of whose plays are on either side: 18 clips a camera."""
CORES_A_NODE = 0.5
GAME = "one-long-game"
HEAD = (
    "mode",
    "clips",
    "nodes",
    "the run",
    "clip steps",
    "of one node's",
    "CPU-s of the clip steps",
    "cut on other nodes",
)
_LIMIT_S = 900.0
_GROUPS = Path("/sys/fs/cgroup/cpu")


class HalfACore(Machine):
    """A machine whose processes have so much of a core together (cgroup v1)."""

    def start(self, words: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        group = _GROUPS / f"uball-{os.getpid()}-node{self.number}"
        group.mkdir(exist_ok=True)
        period_us = int((group / "cpu.cfs_period_us").read_text())
        (group / "cpu.cfs_quota_us").write_text(str(int(CORES_A_NODE * period_us)))
        join = 'echo 0 > "$0/cgroup.procs"; exec "$@"'
        return super().start(["sh", "-c", join, str(group), *words], environment)


@dataclass(frozen=True)
class Lap:
    mode: str
    nodes: int
    entry: Entry
    """The run's, on the record."""
    clips: int
    elsewhere: int

    @property
    def clips_s(self) -> float:
        return self._of_clips(self.entry["steps_s"])

    def row(self, alone: Lap) -> list[str]:
        run_s = self.entry["ended_at_s"] - self.entry["started_at_s"]
        return [
            self.mode,
            str(self.clips),
            str(self.nodes),
            f"{run_s:.0f} s",
            f"{self.clips_s:.0f} s",
            f"{self.clips_s / alone.clips_s:.2f}",
            f"{self._of_clips(self.entry['steps_cpu_s']):.0f}",
            f"{self.elsewhere}",
        ]

    @staticmethod
    def _of_clips(steps: Mapping[str, float]) -> float:
        return sum(seconds for step, seconds in steps.items() if step.startswith("clips"))


def main() -> None:
    print(f"{machine()}; a node is {CORES_A_NODE:g} of a core\n")  # noqa: T201
    print(table(HEAD, []))  # noqa: T201
    film = filmed(Path(".uball/bench/videos").resolve())
    with tempfile.TemporaryDirectory(dir=film.parent) as folder, cluster(Path(folder)) as nodes:
        settings = Settings(checkout=nodes.platform.folder)
        outside = build_resources(settings)
        bring_game(outside, settings, film)
        nodes.start()
        nodes.platform.ui.add_partition(GAME)
        run(nodes, outside, "raw_videos", "plays")
        for mode, assets in {mode: LAPS[mode] for mode in sys.argv[1:] or LAPS}.items():
            laps: list[Lap] = []
            for count in NODES:
                laps.append(lap(nodes, outside, mode, count, assets))
                print("| " + " | ".join(laps[-1].row(laps[0])) + " |", flush=True)  # noqa: T201


def filmed(folder: Path) -> Path:
    videos = Videos(folder, lambda text: print(text, flush=True))  # noqa: T201
    return videos.repeated(videos.made(full_hd("1080p, GOP 2 s", PIECE_S)), REPEATS)


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    with machines.network():
        postgres = PostgresServer(machines.HUB)
        nodes = Cluster.build(folder / "platform", folder / "machines", SETTINGS, postgres, max(NODES))
        nodes.workers = [HalfACore(node.number, node.folder) for node in nodes.workers]
        try:
            yield nodes
        finally:
            nodes.stop()
            postgres.close()
            for group in _GROUPS.glob(f"uball-{os.getpid()}-node*"):
                group.rmdir()


def bring_game(outside: Resources, settings: Settings, film: Path) -> None:
    """Four cameras that are one file under four names."""
    rows = [
        {
            "id": f"{GAME}-{number:03d}",
            "game_id": GAME,
            "angle": ("LEFT", "RIGHT")[number % 2],
            "start_timestamp": play.start_s,
            "end_timestamp": play.end_s,
            "timestamp_seconds": (play.start_s + play.end_s) / 2,
            "classification": "TOV",
        }
        for number, play in enumerate(windows(PIECE_S * REPEATS, PLAYS))
    ]
    folder = settings.home / "videos" / "Games" / GAME
    folder.mkdir(parents=True)
    videos = [
        {"game_id": GAME, "angle": str(angle), "filename": f"{angle}.mp4", "sync_offset_seconds": 0.0}
        for angle in Angle
    ]
    for angle in Angle:
        os.link(film, folder / f"{angle}.mp4")
    outside.plays_db.add_game({"id": GAME, "date": "2026-03-07"}, rows, videos)


def lap(nodes: Cluster, outside: Resources, mode: str, count: int, assets: Sequence[str]) -> Lap:
    for info in outside.training.list(f"games/{GAME}/clips/"):
        outside.training.delete(info.name)
    (nodes.platform.folder / ".env").write_text(f"UBALL_CLIP_NODES={count}\nUBALL_CLIP_MODE={mode}\n")
    run_id = run(nodes, outside, *assets)
    counts = nodes.platform.ui.counts(run_id)
    entry = outside.registry.find("runs", run_id)
    assert entry is not None
    return Lap(
        mode,
        count,
        entry,
        sum(one["cut_now"] for one in counts),
        sum(one.get("cut_on_other_nodes", 0) for one in counts),
    )


def run(nodes: Cluster, outside: Resources, *assets: str) -> str:
    """Its id, once its figures are on the record."""
    run_id = nodes.platform.ui.materialize(GAME, *assets)

    def ended() -> bool:
        assert nodes.platform.ui.run(run_id).status != "FAILURE", nodes.platform.ui.seen()
        return outside.registry.find("runs", run_id) is not None

    wait_for("end of the run", ended, _LIMIT_S, nodes.platform.ui.seen)
    return run_id


if __name__ == "__main__":
    main()
