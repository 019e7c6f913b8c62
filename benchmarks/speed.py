"""The engine beside what people can pick today, on local videos and the same plays.

Belongs here: the methods' table and the gates of CPU, wall and memory. Not here: the network (`remote`).
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import baselines
from benchmarks.baselines import Baseline
from benchmarks.exactness import LOST, Exactness, exactness_of
from benchmarks.inputs import judged
from benchmarks.jobs import Ran, of_video, run_job
from benchmarks.measure import Cost, cost_of, median_cost, median_ratio, paired, run_commands
from benchmarks.plays import Window
from benchmarks.table import Gate, at_least, table

LEAGUE = baselines.LEAGUE.name
SMART, EDIT = "`smart`", "`edit`"
MOST_MEMORY_BYTES = 300 * 10**6
JUDGED = 4
"""Clips of each method that are decoded and compared."""


@dataclass(frozen=True)
class Method:
    """A row of the table; costs are per clip."""

    name: str
    clip_count: int
    cost: Cost
    clips: tuple[Exactness, ...]
    note: str = ""


@dataclass(frozen=True)
class Speed:
    methods: list[Method]
    smart_cpu: float
    """How many times less CPU than the league's command."""
    edit_wall: float
    """How many times faster, whole process."""
    smart_wall: float

    @property
    def league_clip_s(self) -> float:
        return self.methods[0].cost.wall_s

    @property
    def own_clips(self) -> list[Exactness]:
        return [clip for method in self.methods if method.name in (SMART, EDIT) for clip in method.clips]


def measure_speed(ffmpeg: str, video: Path, plays: Sequence[Window], rounds: int, work: Path) -> Speed:
    """The league's command, `smart` and `edit` in turns."""
    ran: dict[str, list[Ran]] = {SMART: [], EDIT: []}
    with tempfile.TemporaryDirectory(dir=work) as name:
        folders = {method: Path(name, str(place)) for place, method in enumerate((LEAGUE, SMART, EDIT))}
        for folder in folders.values():
            folder.mkdir()

        def league() -> Cost:
            return _run(baselines.LEAGUE, ffmpeg, video, plays, folders[LEAGUE])

        def own(method: str) -> Cost:
            ran[method].append(run_job(of_video(video, plays, method.strip("`"), folders[method])))
            return ran[method][-1].whole

        works: dict[str, Callable[[], Cost]] = {
            LEAGUE: league,
            SMART: partial(own, SMART),
            EDIT: partial(own, EDIT),
        }
        costs = paired(works, rounds)
        methods = [_league_row(video, plays, costs[LEAGUE], folders[LEAGUE])]
        for method in (SMART, EDIT):
            clips = judged(video, plays[:JUDGED], ran[method][-1].result, folders[method])
            cost = _per_clip(median_cost([one.work for one in ran[method]]), len(plays))
            methods.append(Method(method, len(plays), cost, tuple(clips)))
    league_costs = costs[LEAGUE]
    return Speed(
        methods,
        smart_cpu=median_ratio([c.cpu_s for c in league_costs], [one.work.cpu_s for one in ran[SMART]]),
        edit_wall=median_ratio([c.wall_s for c in league_costs], [one.whole.wall_s for one in ran[EDIT]]),
        smart_wall=median_ratio([c.wall_s for c in league_costs], [one.whole.wall_s for one in ran[SMART]]),
    )


def measure_baseline(
    baseline: Baseline, ffmpeg: str, video: Path, plays: Sequence[Window], work: Path, note: str = ""
) -> Method:
    """Once."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        cost = _run(baseline, ffmpeg, video, plays, Path(folder))
        clips = _judged_files(baseline, video, plays, Path(folder))
    return Method(baseline.name, len(plays), _per_clip(cost, len(plays)), tuple(clips), note)


def edit_against_raw(video: Path, plays: Sequence[Window], rounds: int, work: Path) -> Gate:
    """Steady state: an open video, the same ranges, as many threads, files written by both."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        result = run_job(of_video(video, plays, "edit", Path(folder), rounds=rounds, with_raw=True)).result
    # The first round warms the page cache for both.
    cut, raw = result.cutting[1:], result.raw[1:]
    wall = median_ratio([cost.wall_s for cost in cut], [cost.wall_s for cost in raw])
    cpu = median_ratio([cost.cpu_s for cost in cut], [cost.cpu_s for cost in raw])
    clip_ms = median_cost(cut).wall_s / len(plays) * 1000
    measured = f"{wall:.2f}x wall ({cpu:.2f}x CPU, {clip_ms:.1f} ms a clip)"
    return Gate("`edit` against a raw read and write of the same bytes", "<= 1.5x", measured, wall <= 1.5)


def scaling(video: Path, plays: Sequence[Window], work: Path, rounds: int) -> Gate:
    """`smart` with one thread and with two."""

    def cut(workers: int) -> Cost:
        with tempfile.TemporaryDirectory(dir=work) as folder:
            return run_job(of_video(video, plays, "smart", Path(folder), workers=workers)).result.cutting[0]

    costs = paired({"1": partial(cut, 1), "2": partial(cut, 2)}, rounds)
    faster = median_ratio([cost.wall_s for cost in costs["1"]], [cost.wall_s for cost in costs["2"]])
    return Gate("`smart` scales with the cores: 1 to 2 threads", ">= 1.7x", f"{faster:.2f}x", faster >= 1.7)


def memory(video: Path, plays: Sequence[Window], work: Path) -> Gate:
    """The largest resident memory of a process that cuts many clips of one video."""
    peaks = {}
    for mode in ("smart", "edit"):
        with tempfile.TemporaryDirectory(dir=work) as folder:
            peaks[mode] = run_job(of_video(video, plays, mode, Path(folder))).result.peak_bytes
    text = ", ".join(f"{peak / 1e6:.0f} MB `{mode}`" for mode, peak in peaks.items())
    what = f"memory, {len(plays)} clips of a video of {video.stat().st_size / 1e9:.1f} GB"
    return Gate(what, "<= 300 MB", text, max(peaks.values()) <= MOST_MEMORY_BYTES)


def speed_gates(speed: Speed, fast: Speed, short_gop: Speed) -> list[Gate]:
    against = "`smart` against the league's command, CPU"
    return [
        at_least(f"{against}, GOP 2 s", 6, speed.smart_cpu),
        at_least(f"{against}, 59.94 fps, GOP 1 s", 12, fast.smart_cpu),
        at_least(f"{against}, GOP 0.5 s", 20, short_gop.smart_cpu),
        at_least("`edit` against the league's command, whole process", 45, speed.edit_wall),
    ]


def methods_table(methods: Sequence[Method]) -> str:
    league = methods[0].cost
    head = ["method", "wall s a clip", "CPU s a clip", "x faster", "x less CPU", "first frame", "last frame"]
    head += ["clips with holes or doubles", "sound off, ms", "note"]
    return table(head, [_row(method, league) for method in methods])


def _row(method: Method, league: Cost) -> list[str]:
    cost, clips = method.cost, method.clips
    sound = [abs(clip.sound_ms) for clip in clips if clip.sound_ms is not None]
    broken = sum(bool(clip.holes or clip.doubles) for clip in clips)
    return [
        method.name,
        f"{cost.wall_s:.3f}",
        f"{cost.cpu_s:.3f}",
        f"{league.wall_s / cost.wall_s:.2f}",
        f"{league.cpu_s / cost.cpu_s:.2f}",
        _between([clip.first_frames for clip in clips]),
        _between([clip.last_frames for clip in clips]),
        f"{broken} of {len(clips)}",
        f"{statistics.median(sound):.1f}, at most {max(sound):.1f}" if sound else "-",
        method.note,
    ]


def _between(numbers: Sequence[int]) -> str:
    known = [number for number in numbers if number != LOST.first_frames]
    if not known:
        return "lost"
    low, high = min(known), max(known)
    return f"{low:+d}" if low == high != 0 else "0" if low == high else f"{low:+d}…{high:+d}"


def _league_row(video: Path, plays: Sequence[Window], costs: Sequence[Cost], folder: Path) -> Method:
    clips = _judged_files(baselines.LEAGUE, video, plays, folder)
    return Method(LEAGUE, len(plays), _per_clip(median_cost(costs), len(plays)), tuple(clips))


def _judged_files(baseline: Baseline, video: Path, plays: Sequence[Window], folder: Path) -> list[Exactness]:
    found = []
    for place, play in list(enumerate(plays))[:JUDGED]:
        clip = baseline.clip(folder, place)
        found.append(
            exactness_of(clip.read_bytes(), video, play.start_s, play.end_s) if clip.exists() else LOST
        )
    return found


def _run(baseline: Baseline, ffmpeg: str, video: Path, plays: Sequence[Window], folder: Path) -> Cost:
    commands = baseline.commands(ffmpeg, video, plays, folder)
    return cost_of(lambda: run_commands(commands, baseline.at_once))


def _per_clip(cost: Cost, count: int) -> Cost:
    return Cost(cost.wall_s / count, cost.cpu_s / count)
