"""A whole game in a bucket behind a shaped line: four videos, two clips a play, nothing downloaded whole.

Belongs here: bytes, requests and time over the line, and what the league's way would take. Not here: the line
itself (`server`).
"""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.jobs import Job, Ran, run_job
from benchmarks.plays import Window, windows
from benchmarks.server import Counts, Line, Remote, serving
from benchmarks.table import Gate, at_least, table
from benchmarks.truth import clip_bytes, index_bytes
from uball_assets.adapters.videos.http_ranges import HttpRanges

CAMERAS = ("FAR_LEFT.mp4", "NEAR_RIGHT.mp4", "FAR_RIGHT.mp4", "NEAR_LEFT.mp4")
"""A play on the left is cut from the first two, one on the right from the others."""
LINE = Line(latency_s=0.030, bytes_per_s=125e6)
PLAIN_READ_BYTES = 8_000_000


@dataclass(frozen=True)
class Game:
    """Four cameras that are one file under four names: the server's page cache stands for the bucket."""

    video: Path
    sides: tuple[list[Window], list[Window]]
    """Plays on the left and on the right."""

    @property
    def clips(self) -> list[tuple[int, float, float]]:
        """Camera, from and to, as a game goes: the sides take turns."""
        return [
            (2 * side + camera, play.start_s, play.end_s)
            for both in zip(*self.sides, strict=True)
            for side, play in enumerate(both)
            for camera in (0, 1)
        ]

    @property
    def needed_bytes(self) -> int:
        """Of all clips, each from its keyframe on, and of the four indexes."""
        return 2 * sum(clip_bytes(self.video, plays) for plays in self.sides) + len(CAMERAS) * index_bytes(
            self.video
        )

    @property
    def whole_bytes(self) -> int:
        return len(CAMERAS) * self.video.stat().st_size


@dataclass(frozen=True)
class Cut:
    mode: str
    ran: Ran
    counts: Counts

    @property
    def wall_s(self) -> float:
        return self.ran.work.wall_s

    @property
    def of_line(self) -> float:
        """The part of the time in which the line could not have carried more."""
        return self.counts.body_bytes / LINE.bytes_per_s / self.wall_s


@dataclass(frozen=True)
class GameCosts:
    game: Game
    plain: float
    """What part of the line a plain download by 8 threads gets."""
    cuts: dict[str, Cut]


def game_of(video: Path, video_s: float, play_count: int) -> Game:
    left, right = (windows(video_s, play_count // 2, seed) for seed in (2, 3))
    return Game(video, (left, right))


def measure_game(game: Game, work: Path) -> GameCosts:
    with serving(dict.fromkeys(CAMERAS, game.video), LINE) as remote:
        plain = _plain_download(remote)
        cuts = {mode: _cut(remote, game, mode, work) for mode in ("edit", "smart")}
    return GameCosts(game, plain, cuts)


def game_table(costs: GameCosts, league_clip_s: float) -> str:
    game, clip_count = costs.game, len(costs.game.clips)
    league_s = _league_s(game, league_clip_s)
    rows = [
        [
            "download once, then the league's command (computed from measured parts)",
            f"{league_s:.0f}",
            f"{game.whole_bytes / 1e9:.2f}",
            "4",
            "-",
            "1.0",
        ]
    ]
    for cut in costs.cuts.values():
        rows.append(
            [
                f"`{cut.mode}`, 2 threads",
                f"{cut.wall_s:.1f}",
                f"{cut.counts.body_bytes / 1e9:.2f}",
                f"{cut.counts.requests}",
                f"{cut.of_line:.1%}",
                f"{league_s / cut.wall_s:.1f}",
            ]
        )
    rows.append(["a plain download, 8 threads", "", "", "", f"{costs.plain:.1%}", ""])
    head = [
        f"a game: {clip_count} clips, 4 videos of {game.video.stat().st_size / 1e9:.1f} GB",
        "wall s",
        "GB moved",
    ]
    return table([*head, "requests", "of the line", "x faster"], rows)


def game_gates(costs: GameCosts, league_clip_s: float, *, is_whole_game: bool) -> list[Gate]:
    edit, smart = costs.cuts["edit"], costs.cuts["smart"]
    errors = [error for cut in costs.cuts.values() for error in cut.ran.result.errors]
    needed = costs.game.needed_bytes
    ratios = {mode: cut.counts.body_bytes / needed for mode, cut in costs.cuts.items()}
    league_s = _league_s(costs.game, league_clip_s)
    than = "against download once + the league's command"
    return [
        Gate("clips of the remote game that were cut", "all", f"{len(errors)} refused", not errors),
        Gate(
            "remote bytes against clip spans + index",
            "<= 1.02",
            ", ".join(f"{ratio:.4f} `{mode}`" for mode, ratio in ratios.items()),
            max(ratios.values()) <= 1.02,
        ),
        Gate(
            "remote wall, 1 Gbit/s and 30 ms, `edit`",
            ">= 95 % of the line",
            f"{edit.of_line:.1%}",
            edit.of_line >= 0.95,
        ),
        at_least(f"whole game {than}, `edit`", 40, league_s / edit.wall_s, is_judged=is_whole_game),
        at_least(f"whole game {than}, `smart`", 10, league_s / smart.wall_s, is_judged=is_whole_game),
    ]


def _league_s(game: Game, league_clip_s: float) -> float:
    return game.whole_bytes / LINE.bytes_per_s + len(game.clips) * league_clip_s


def _cut(remote: Remote, game: Game, mode: str, work: Path) -> Cut:
    with tempfile.TemporaryDirectory(dir=work) as folder:
        remote.counts()
        ran = run_job(Job([remote.url(name) for name in CAMERAS], game.clips, mode, folder))
        return Cut(mode, ran, remote.counts())


def _plain_download(remote: Remote) -> float:
    with HttpRanges(remote.url(CAMERAS[0])) as video:
        offsets = range(PLAIN_READ_BYTES, min(video.size_bytes, 50 * PLAIN_READ_BYTES), PLAIN_READ_BYTES)
        begun_s = time.monotonic()
        with ThreadPoolExecutor(8) as threads:
            parts = threads.map(lambda offset: len(video.read_range(offset, PLAIN_READ_BYTES)), offsets)
            read = sum(parts)
        return read / LINE.bytes_per_s / (time.monotonic() - begun_s)
