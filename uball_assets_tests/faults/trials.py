"""Many mutated videos on trial, in a process of their own with limits of time and memory for each.

    python -m uball_assets_tests.faults.trials 1234            one video again, by its seed
    python -m uball_assets_tests.faults.trials 1234 --keep .   writes the video there, tries nothing
    python -m uball_assets_tests.faults.trials 0-9999          a long soak

Belongs here: the process, its limits, who died of what. Not here: what must hold (`trial`).
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import resource
import subprocess
import sys
import tempfile
import traceback
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from random import Random

import imageio_ffmpeg  # type: ignore[import-untyped]

from uball_assets_tests.faults.mutations import Mutated, mutate, mutate_raw
from uball_assets_tests.faults.other_videos import OTHER_VIDEOS
from uball_assets_tests.faults.recorder_videos import RECORDER_VIDEOS
from uball_assets_tests.faults.trial import Accepted, Good, Trial, ffmpeg_refuses, read_good
from uball_assets_tests.faults.videos import make_64_bit
from uball_assets_tests.faults.walked_videos import WALKED_VIDEOS
from uball_assets_tests.videos import SyntheticVideo, make_video

LONGEST_CPU_S = 30
"""Pictures of 8192 x 8192, as a flipped bit may claim them, honestly take 9 s on a shared core."""
LONGEST_S = 60
"""Wall clock, for what waits for ever; generous, as machines are shared."""
MOST_MEMORY_BYTES = 900 * 1024 * 1024
"""Address space; 410 MB of it are the interpreter's, numpy's and the codecs' before any video is opened."""
CLIPS_AT_ONCE = 24

GOOD_VIDEOS = {
    "plain": SyntheticVideo(duration_s=5),
    "b-frames": SyntheticVideo(duration_s=5, b_frames=3),
    "index-at-end": SyntheticVideo(duration_s=5, b_frames=2, index_at_end=True),
    "29.97-fps": SyntheticVideo(duration_s=4, frame_rate=Fraction(30000, 1001), gop_frames=30, b_frames=2),
    "variable-rate": SyntheticVideo(duration_s=4, is_variable_rate=True, b_frames=2),
    "open-gop": SyntheticVideo(duration_s=5, open_gop=True, b_frames=3),
    "no-sound": SyntheticVideo(duration_s=5, has_audio=False, b_frames=2),
    "begins-late": SyntheticVideo(duration_s=5, first_frame_s=0.5, b_frames=2),
    "hidden-lead-in": SyntheticVideo(duration_s=5, first_frame_s=-2 / 3, b_frames=2),
    "fragmented": SyntheticVideo(duration_s=4, is_fragmented=True, b_frames=2),
    "hevc": SyntheticVideo(duration_s=4, codec="libx265", b_frames=2),
}
ODD_FROM = 1_000_000
"""Seeds from here on draw from the odd videos. Which one, no other that is added later changes for most."""
ODD_OF_RECORDERS = (
    "proxy-first",
    "switched-off-track-first",
    "chunk-table-begins-again",
    "order-of-a-frame-too-many",
    "order-of-a-frame-too-few",
    "time-of-a-frame-too-few",
    "box-with-a-blank",
    "all-frames-named",
    "no-sync-table",
    "empty-sync-table",
    "every-third-frame-named",
    "no-true-keyframe-for-long",
    "intra-refresh",
    "told-by-the-track-header",
)
ODD_OF_OTHERS = (
    "g711-told-as-16-bit",
    "pcm-stereo-without-layout",
    "pcm-24-of-4-told-as-1",
    "opus",
    "two-pictures-at-one-time",
    "keyframe-at-one-time",
)
ODD_WITHOUT_BOXES = (
    "avi-mjpeg",
    "avi-h264",
    "avi-xvid",
    "mxf-29.97",
    "matroska",
    "flash",
    "windows-media",
    "transport-stream",
    "transport-stream-clock-wraps",
    "transport-streams-joined",
    "transport-streams-joined-on",
    "program-stream",
    "program-stream-h264",
    "program-stream-dvd-pcm",
)
ODD = (*ODD_OF_RECORDERS, *ODD_OF_OTHERS, *ODD_WITHOUT_BOXES, "fragments-a-tick-a-frame")
OTHERS = ("64-bit", "pcm")


@dataclass
class Findings:
    videos: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)


def make_good_videos(folder: Path) -> None:
    """Once, for all processes that put videos on trial."""
    for name, video in GOOD_VIDEOS.items():
        make_video(folder / f"{name}.mp4", video)
    make_64_bit(folder / "64-bit.mp4")
    for name in ODD:
        _make_odd(name, folder / f"{name}.mp4")
    words = ["-v", "error", "-i", str(folder / "plain.mp4"), "-c:v", "copy", "-c:a", "pcm_s16le"]
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run(
        [ffmpeg, *words, "-f", "mov", str(folder / "pcm.mp4")], check=True, stdin=subprocess.DEVNULL
    )


def _make_odd(name: str, path: Path) -> None:
    if name in OTHER_VIDEOS:
        OTHER_VIDEOS[name].make(path)
        return
    with tempfile.TemporaryDirectory() as folder:
        video, _ = (RECORDER_VIDEOS | WALKED_VIDEOS)[name].make(Path(folder))
        path.write_bytes(video.read_bytes())


def mutated_video(seed: int, good_videos: Path) -> Mutated:
    """What a seed makes of its good video."""
    name = _good_name(seed)
    change = mutate_raw if name in ODD_WITHOUT_BOXES else mutate
    return change(Random(seed), (good_videos / f"{name}.mp4").read_bytes())


def try_videos(seeds: Sequence[int], good_videos: Path) -> Findings:
    """Puts each seed's video on trial. A process that dies is its video's complaint, and the rest go on."""
    findings, left = Findings(), list(seeds)
    while left:
        words = [sys.executable, "-m", __spec__.name, *map(str, left), "--inside", str(good_videos)]
        environment = os.environ | {"MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1"}
        done = subprocess.run(
            words, capture_output=True, text=True, errors="replace", env=environment, check=False
        )
        seed = None
        for line in done.stdout.splitlines():
            told = json.loads(line)
            if "begins" in told:
                seed = told["begins"]
                left.remove(seed)
                continue
            if "seed" in told:
                seed = None
                findings.videos += 1
                findings.outcomes.update(told["outcomes"])
                findings.changes.update(told["changes"])
            findings.complaints += told["complaints"]
        if done.returncode and seed is None:
            raise RuntimeError(f"the trials cannot run: {done.stderr[-2000:]}")
        if seed is not None:
            findings.complaints.append(
                f"seed {seed}: the process died ({done.returncode}): {done.stderr[-2500:]}"
            )
    return findings


def _try_inside(seeds: Iterable[int], good_videos: Path) -> None:
    """In the process with the limits: a line of JSON before each video and one after it."""
    goods: dict[str, Good] = {}
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    accepted: list[tuple[int, Accepted]] = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            name = _good_name(seed)
            goods.setdefault(name, read_good(good_videos / f"{name}.mp4", is_odd=name in ODD))
            _tell(begins=seed)
            _limit_time()
            trial, complaints = _tried(seed, goods[name], Path(folder))
            accepted += [(seed, clip) for clip in trial.accepted]
            _tell(
                seed=seed,
                outcomes=trial.outcomes or ["none"],
                changes=trial.mutated.changes,
                complaints=[
                    f"seed {seed} ({name}: {', '.join(trial.mutated.changes)}): {complaint}"
                    for complaint in complaints
                ],
            )
            if len(accepted) >= CLIPS_AT_ONCE:
                _tell(complaints=_judged_by_ffmpeg(accepted, Path(folder)))
                accepted = []
        _limit_time()
        _tell(complaints=_judged_by_ffmpeg(accepted, Path(folder)))


def _tried(seed: int, good: Good, folder: Path) -> tuple[Trial, list[str]]:
    with tempfile.TemporaryDirectory(dir=folder) as own:
        trial = Trial(seed, good, Path(own))
        try:
            trial.run()
        except AssertionError as complaint:
            return trial, [str(complaint) or traceback.format_exc()]
        except Exception:  # noqa: BLE001 (that nothing escapes is what is tested)
            return trial, [traceback.format_exc()]
    return trial, []


def _judged_by_ffmpeg(accepted: list[tuple[int, Accepted]], folder: Path) -> list[str]:
    """All clips in one run; one by one where it is not content, to tell whose it is."""
    if not accepted or not ffmpeg_refuses([clip for _, clip in accepted], folder):
        return []
    said = [(seed, ffmpeg_refuses([clip], folder)) for seed, clip in accepted]
    return [f"seed {seed}: ffmpeg refuses a clip: {words}" for seed, words in said if words]


def _limit_time() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + LONGEST_CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
    faulthandler.dump_traceback_later(LONGEST_S, exit=True)


def _good_name(seed: int) -> str:
    if seed >= ODD_FROM:
        return max(ODD, key=lambda name: zlib.crc32(f"{seed} {name}".encode()))
    names = [*GOOD_VIDEOS, *OTHERS]
    return names[seed % len(names)]


def _tell(**words: object) -> None:
    print(json.dumps(words), flush=True)  # noqa: T201 (to the process that started this one)


def _seeds(words: Iterable[str]) -> list[int]:
    ranges = [word.split("-") for word in words]
    return [seed for ends in ranges for seed in range(int(ends[0]), int(ends[-1]) + 1)]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("seeds", nargs="+")
    arguments.add_argument("--keep", type=Path, help="write the mutated videos into this folder")
    arguments.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    words = arguments.parse_args()
    seeds = _seeds(words.seeds)
    if words.inside:
        faulthandler.enable()
        _try_inside(seeds, words.inside)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        good_videos = Path(folder)
        make_good_videos(good_videos)
        if words.keep:
            for seed in seeds:
                (words.keep / f"{seed}.mp4").write_bytes(mutated_video(seed, good_videos).data)
            return 0
        findings = try_videos(seeds, good_videos)
    print(f"{findings.videos} videos: {dict(findings.outcomes)}\n{dict(findings.changes)}")  # noqa: T201
    print(*findings.complaints, f"{len(findings.complaints)} complaints", sep="\n")  # noqa: T201
    return len(findings.complaints) > 0


if __name__ == "__main__":
    sys.exit(main())
