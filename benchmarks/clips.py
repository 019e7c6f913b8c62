"""`make bench-clips`: the clip engine beside what people can pick today, in one run, with every gate.

Belongs here: which videos and plays, the order, the report. Not here: any measuring. Writes `clips.md` and
`clips.json` into the work folder. The first run also makes the videos.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from benchmarks import baselines
from benchmarks.baselines import Baseline
from benchmarks.inputs import exactness_gates, inputs_table, measure_inputs
from benchmarks.measure import machine
from benchmarks.plays import Window, windows
from benchmarks.remote import game_gates, game_of, game_table, measure_game
from benchmarks.speed import (
    Method,
    Speed,
    edit_against_raw,
    measure_baseline,
    measure_speed,
    memory,
    methods_table,
    scaling,
    speed_gates,
)
from benchmarks.table import Gate, gates_table
from benchmarks.videos import Videos, VideoSpec, full_hd


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    piece_s: float = 72.0
    """Filmed really, longer than a clip and what is around it; longer videos are this one again and again."""
    repeats: int = 10
    long_repeats: int = 50
    game_repeats: int = 10
    other_piece_s: float = 28.8
    """Of the videos at 59.94 fps and GOP 0.5 s."""
    other_repeats: int = 9
    """With room for plays of up to 17 s, whose number shares the proof of a video's joins: in too short a
    video plays are short."""
    variant_s: float = 19.2
    variant_clips: int = 3
    plays: int = 12
    game_plays: int = 60
    rounds: int = 3
    other_rounds: int = 2
    is_whole_game: bool = False


SIZES = {
    "tiny": Size(
        piece_s=28.8,
        repeats=2,
        long_repeats=2,
        game_repeats=2,
        other_repeats=1,
        variant_s=9.6,
        variant_clips=1,
        plays=2,
        game_plays=4,
        rounds=1,
        other_rounds=1,
    ),
    "default": Size(),
    "full": Size(long_repeats=200, game_repeats=200, plays=12, game_plays=120, is_whole_game=True),
}


@click.command()
@click.option(
    "--size", type=click.Choice(list(SIZES)), default="default", help="tiny: does it run; full: 4 x 10 GB"
)
@click.option("--work", type=click.Path(path_type=Path), default=Path(".uball/bench"), help="videos, reports")
def main(size: str, work: Path) -> None:
    """Measure the clip engine against its gates."""
    bench = Bench(SIZES[size], work.resolve())
    report, numbers = bench.measured()
    (work / "clips.md").write_text(report + "\n")
    (work / "clips.json").write_text(json.dumps(numbers, default=_plain, indent=1) + "\n")
    click.echo(report)


class Bench:
    def __init__(self, size: Size, work: Path) -> None:
        self._size, self._work = size, work
        self._videos = Videos(work / "videos", _say)
        self._plays = windows(size.piece_s * size.repeats, size.plays)

    def measured(self) -> tuple[str, dict[str, object]]:
        """The report as markdown, and all numbers behind it."""
        size = self._size
        _say("inputs: every kind of video in every mode")
        cells = measure_inputs(self._videos, size.variant_s, size.variant_clips)
        speed, fast, short_gop = self._speeds()
        others = self._others()
        gates = exactness_gates(cells, [clip for one in (speed, fast, short_gop) for clip in one.own_clips])
        gates += speed_gates(speed, fast, short_gop) + self._engine_alone()
        _say("a game over a line of 1 Gbit/s")
        game_s = size.piece_s * size.game_repeats
        costs = measure_game(game_of(self._video(size.game_repeats), game_s, size.game_plays), self._work)
        gates += game_gates(costs, speed.league_clip_s, is_whole_game=size.is_whole_game)

        methods = speed.methods + others
        numbers: dict[str, object] = {"machine": machine(), "gates": gates, "methods": methods}
        numbers |= {"59.94 fps": fast, "GOP 0.5 s": short_gop, "inputs": cells, "game": costs}
        parts = [
            f"Measured on {machine()}.",
            gates_table(gates),
            f"1080p30, 5.4 Mbit/s, GOP 2 s, B-frames; {size.plays} plays of 5 to 20 s of one video:",
            methods_table(methods),
            game_table(costs, speed.league_clip_s),
            inputs_table(cells),
        ]
        return "\n\n".join(parts), numbers

    @cached_property
    def _piece(self) -> Path:
        return self._videos.made(full_hd("1080p, GOP 2 s", self._size.piece_s))

    @cached_property
    def _short_gop(self) -> VideoSpec:
        coding = "-preset veryfast -refs 1 -bf 0 -g 15 -keyint_min 15 -sc_threshold 0"
        return full_hd("1080p, GOP 0.5 s", self._size.other_piece_s, coding=coding)

    @cached_property
    def _fast(self) -> VideoSpec:
        return full_hd("1080p, 59.94 fps, GOP 1 s", self._size.other_piece_s, frame_rate="60000/1001")

    def _video(self, repeats: int) -> Path:
        return self._videos.repeated(self._piece, repeats)

    def _speeds(self) -> tuple[Speed, Speed, Speed]:
        """At GOP 2 s, 59.94 fps and GOP 0.5 s."""
        size = self._size
        _say("speed: GOP 2 s")
        ffmpeg = self._videos.ffmpeg
        speed = measure_speed(ffmpeg, self._video(size.repeats), self._plays, size.rounds, self._work)
        others = []
        plays = windows(size.other_piece_s * size.other_repeats, size.plays)
        for spec in (self._fast, self._short_gop):
            _say(f"speed: {spec.name}")
            video = self._videos.repeated(self._videos.made(spec), size.other_repeats)
            others.append(measure_speed(ffmpeg, video, plays, size.other_rounds, self._work))
        return speed, others[0], others[1]

    def _others(self) -> list[Method]:
        """Once each, the slow ones on fewer plays."""
        _say("speed: published commands")
        video, plays = self._video(self._size.repeats), self._plays
        middle = plays[len(plays) // 2 :][:1]
        short_video, short_plays = self._videos.made(self._short_gop), windows(self._size.other_piece_s, 2)
        runs: list[tuple[Baseline, Path, list[Window], str]] = [
            (baselines.LEAGUE_BEST, video, plays, ""),
            *((copy, video, plays, "") for copy in baselines.COPIES),
            (baselines.VIDEO2DATASET, video, plays, "snaps to the keyframes after"),
            (baselines.NEMO_CURATOR, video, plays[:2], "2 plays"),
            (baselines.LEAGUE_OLDER, video, middle, "a play in mid-video: decodes all before it"),
            (
                baselines.VIDEO2DATASET_EXACT,
                short_video,
                short_plays,
                "encodes the whole video, here half a minute",
            ),
        ]
        ffmpeg = self._videos.ffmpeg
        return [measure_baseline(one, ffmpeg, video, cut, self._work, note) for one, video, cut, note in runs]

    def _engine_alone(self) -> list[Gate]:
        size = self._size
        _say("speed: raw copy, threads, memory")
        video, video_s = self._video(size.repeats), size.piece_s * size.repeats
        return [
            edit_against_raw(video, windows(video_s, 3 * size.plays), 2 * size.rounds + 1, self._work),
            scaling(video, windows(video_s, 2 * size.plays), self._work, size.rounds),
            memory(
                self._video(size.long_repeats),
                windows(size.piece_s * size.long_repeats, 5 * size.plays),
                self._work,
            ),
        ]


def _plain(value: Any) -> object:
    return value.name if isinstance(value, Path) else asdict(value)


def _say(text: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')} {text}", err=True)


if __name__ == "__main__":
    main()
