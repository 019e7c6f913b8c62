"""Every kind of video in every mode: is the clip exact, and which mode made it?

Belongs here: the inputs' table and the gates of exactness. Not here: speed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.exactness import LOST, Exactness, exactness_of
from benchmarks.jobs import JobResult, of_video, run_job
from benchmarks.plays import Window, windows
from benchmarks.table import Gate, table
from benchmarks.videos import Videos, variants

MODES = ("smart", "edit", "keyframe", "reencode")
NEARLY_S = 1e-4
"""A start that is reported is rounded."""


@dataclass(frozen=True)
class Cell:
    """One video in one mode."""

    video: str
    mode: str
    modes_used: tuple[str, ...]
    reason: str
    clips: tuple[Exactness, ...]


def measure_inputs(videos: Videos, video_s: float, clip_count: int) -> list[Cell]:
    cells = []
    for spec in variants(video_s):
        video = videos.made(spec)
        plays = windows(video_s, clip_count)
        for mode in MODES:
            with tempfile.TemporaryDirectory(dir=videos.folder) as folder:
                result = run_job(of_video(video, plays, mode, Path(folder))).result
                clips = judged(video, plays, result, Path(folder), is_from_keyframe=mode == "keyframe")
            used = sorted({str(clip.get("mode_used", "none")) for clip in result.clips.values()})
            reasons = [str(clip.get("reason") or clip.get("error") or "") for clip in result.clips.values()]
            cells.append(Cell(spec.name, mode, tuple(used), next(filter(None, reasons), ""), tuple(clips)))
    return cells


def judged(
    video: Path, plays: Sequence[Window], result: JobResult, folder: Path, *, is_from_keyframe: bool = False
) -> list[Exactness]:
    """Each clip against its window, or in `keyframe` against the seconds that the clip says it shows."""
    found = []
    for number, play in enumerate(plays):
        clip = result.clips[str(number)]
        if "error" in clip:
            found.append(LOST)
            continue
        start_s, end_s = play.start_s, play.end_s
        if is_from_keyframe and clip["mode_used"] == "keyframe":
            start_s = clip["first_s"] - NEARLY_S
            end_s = clip["first_s"] + clip["duration_s"] - NEARLY_S
        data = (folder / f"clip_{number}.mp4").read_bytes()
        found.append(exactness_of(data, video, start_s, end_s, clip["copied_count"]))
    return found


def inputs_table(cells: Iterable[Cell]) -> str:
    """A row a video; in each mode the worst error, and the mode that was used where it is another one."""
    rows: dict[str, list[str]] = {}
    for cell in cells:
        rows.setdefault(cell.video, [cell.video]).append(_cell(cell))
    return table(["input", *MODES], list(rows.values()))


def exactness_gates(cells: Sequence[Cell], more: Sequence[Exactness]) -> list[Gate]:
    """`more` are clips of other videos that the engine cut."""
    clips = [clip for cell in cells for clip in cell.clips] + list(more)
    first, last = (max(abs(getattr(clip, f"{end}_frames")) for clip in clips) for end in ("first", "last"))
    holes = sum(clip.holes + clip.doubles for clip in clips)
    late_ms = max(max(abs(clip.sound_ms or 0.0), clip.time_ms) for clip in clips)
    copied = sum(clip.copied_count for clip in clips)
    identical = sum(min(clip.identical_count, clip.copied_count) for clip in clips)
    share = identical / copied if copied else 0.0
    return [
        Gate(
            f"frame error first / last / holes, {len(clips)} clips, all inputs and modes",
            "0 / 0 / 0",
            f"{first} / {last} / {holes}",
            first == last == holes == 0,
        ),
        Gate("largest offset of sound or frame times", "<= 1 ms", f"{late_ms:.4f} ms", late_ms <= 1),
        Gate("copied frames identical to the source", "100 %", f"{share:.2%} of {copied}", share == 1),
    ]


def _cell(cell: Cell) -> str:
    worst = max(
        abs(clip.first_frames) + abs(clip.last_frames) + clip.holes + clip.doubles for clip in cell.clips
    )
    text = "exact" if not worst else f"off by {worst}"
    copied = sum(clip.copied_count for clip in cell.clips) / max(
        1, sum(clip.frame_count for clip in cell.clips)
    )
    if cell.mode == "smart" and cell.modes_used == ("smart",):
        text += f", {copied:.0%} copied"
    return text if cell.modes_used == (cell.mode,) else f"{text}, by {' and '.join(cell.modes_used)}"
