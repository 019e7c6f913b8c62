"""Cutting a stretch of a film into a clip that shows exactly its frames, and proving it.

The rule: the frames with `start <= time < end`, the first of them at clip time 0, sound in step with it.
Belongs here: the ffmpeg command, running it, and accepting or refusing what it wrote. Not here: which seconds
to cut (`domain.clips`), storing clips.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import ffmpeg as ffmpeg_python  # type: ignore[import-untyped]
import imageio_ffmpeg  # type: ignore[import-untyped]
import numpy as np

from uball_assets.domain.clips import Frames, Recipe
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.media.samples import Times
from uball_assets.media.verify import check_clip

Result = TypeVar("Result")
SEEK_BACK_S = 10.0
"""Longer than a camera's GOP: in a fragmented MP4 a seek can land on the keyframe after the wanted one."""
LONGEST_RUN_S = 600
"""No play needs this long; a run that does hangs on its input."""


@dataclass(frozen=True)
class CutClip:
    """A clip that was decoded again and holds exactly the planned frames."""

    data: bytes
    frame_count: int
    first_s: float
    """File time of the first frame shown; the clip's time 0."""
    duration_s: float

    @property
    def size_bytes(self) -> int:
        return len(self.data)


@dataclass(frozen=True)
class Span:
    """Frames `first..last` of a film (indices into its sorted times) and safe places to cut around them."""

    first: int
    last: int
    seek_s: float
    """Between the frame before and the first, so that no rounding moves either across."""
    stop_s: float
    first_s: float
    end_s: float
    """Where the last frame ends."""

    @property
    def frame_count(self) -> int:
        return self.last - self.first + 1

    @property
    def duration_s(self) -> float:
        return self.end_s - self.first_s


def ffmpeg_binary(path: str | None = None) -> str:
    """The given binary, or the one that comes with imageio-ffmpeg."""
    return path or imageio_ffmpeg.get_ffmpeg_exe()


def span_of(times: Times, start_file_s: float, end_file_s: float) -> Span:
    """The frames with `start <= time < end`. Permanent where there are none, naming where the film runs."""
    if len(times) == 0:
        raise Permanent("the film has no usable frames; probe it for the reason")
    first = int(np.searchsorted(times, start_file_s, "left"))
    last = int(np.searchsorted(times, end_file_s, "left")) - 1
    frame_s = _frame_duration_s(times)
    film_end_s = float(times[-1]) + frame_s
    window = f"{start_file_s:.3f}-{end_file_s:.3f} s"
    runs = f"the film's usable frames run from {times[0]:.3f} s to {film_end_s:.3f} s"
    if first >= len(times) or last < 0:
        raise Permanent(f"the window {window} lies outside the film: {runs}")
    longest_frame_s = float(np.max(np.diff(times), initial=frame_s))
    if end_file_s > float(times[-1]) + 2 * longest_frame_s:
        raise Permanent(f"the window {window} runs past the film's end: {runs}")
    if last < first:
        raise Permanent(f"the window {window} holds no frame: frames are {frame_s:.3f} s apart there")
    before_s = float(times[first - 1]) if first else float(times[0]) - frame_s
    after_s = float(times[last + 1]) if last + 1 < len(times) else film_end_s
    return Span(
        first=first,
        last=last,
        seek_s=max(0.0, (before_s + float(times[first])) / 2),
        stop_s=(float(times[last]) + after_s) / 2,
        first_s=float(times[first]),
        end_s=after_s,
    )


def command(
    source: Path, span: Span, destination: Path, recipe: Recipe, ffmpeg: str, seek_back_s: float = 0.0
) -> list[str]:
    """The ffmpeg call that cuts one span; the same arguments give the same bytes.

    `seek_back_s` begins decoding that much earlier, for containers whose seek lands late.
    """
    if recipe.mode != "reencode":
        raise Permanent(f"clips cannot be cut in mode {recipe.mode!r}: use 'reencode'")
    seek_s = max(0.0, span.seek_s - seek_back_s)
    film = ffmpeg_python.input(
        str(source), ss=f"{seek_s:.6f}", seek_timestamp=1, threads=1, fflags="+discardcorrupt"
    )
    pictures = f"trim=start={span.seek_s - seek_s:.6f}:end={span.stop_s - seek_s:.6f},setpts=PTS-STARTPTS"
    height = f"-2:{recipe.height_px}" if recipe.height_px else "trunc(iw/2)*2:trunc(ih/2)*2"
    lead_s = span.first_s - seek_s
    sound = f"atrim=start={lead_s:.6f}:end={lead_s + span.duration_s:.6f},asetpts=PTS-{lead_s:.6f}/TB"
    silence = f"aresample=async=1:first_pts=0,apad=whole_dur={span.duration_s:.6f}"
    settings = {
        "vf": f"{pictures},scale={height}:flags=bicubic,format=yuv420p",
        "af": f"{sound},{silence}",
        "fps_mode": "passthrough",
        "enc_time_base:v": "demux",
        "c:v": "libx264",
        "preset": recipe.preset,
        "crf": recipe.crf,
        # Without B-frames no edit list is needed: readers that ignore those see the right first frame too.
        "bf": 0,
        "c:a": "aac",
        "aac_coder": "fast",
        "b:a": "96k",
        "threads": 1,
        "map_metadata": -1,
        "map_chapters": -1,
        "movflags": "+faststart",
        "fflags": "+bitexact",
        "flags": "+bitexact",
        "f": "mp4",
    }
    clip = ffmpeg_python.output(film["v:0"], film["a:0?"], str(destination), **settings)
    quiet = clip.global_args(
        "-nostdin", "-hide_banner", "-loglevel", "error", "-xerror", "-filter_threads", "1"
    )
    return [str(word) for word in ffmpeg_python.compile(quiet, cmd=ffmpeg, overwrite_output=True)]


def cut_and_prove(
    source: Path,
    times: Times,
    start_file_s: float,
    end_file_s: float,
    recipe: Recipe,
    ffmpeg: str,
    work_dir: Path,
) -> CutClip:
    """Cut, decode every frame of the clip again, and hand it over only if it is what was planned.

    `times` are the source's `frame_times`. Leaves no file behind. Raises Permanent with the reason (no such
    frames, damaged source, refused clip), Transient where ffmpeg itself could not run to its end.
    """
    span = span_of(times, start_file_s, end_file_s)
    window = f"{start_file_s:.3f}-{end_file_s:.3f} s of {source.name}"
    shown_s = times[span.first : span.last + 1] - span.first_s
    expected = Frames(span.frame_count, float(shown_s[0]), float(shown_s[-1]))
    frame_duration_s = _frame_duration_s(shown_s, span.duration_s)
    reason: str | None = None
    for seek_back_s in (0.0, SEEK_BACK_S):
        try:
            data = _cut_bytes(source, span, recipe, ffmpeg, work_dir, seek_back_s)
        except Permanent as error:
            raise Permanent(f"the film cannot be cut at {window}: {error}") from error
        reason = check_clip(data, expected, frame_duration_s)
        if reason is None:
            return CutClip(data, span.frame_count, span.first_s, span.duration_s)
    raise Permanent(f"the clip {window} is refused: {reason}; probe the film for damage")


def _cut_bytes(
    source: Path, span: Span, recipe: Recipe, ffmpeg: str, work_dir: Path, seek_back_s: float
) -> bytes:
    with TemporaryDirectory(dir=work_dir) as folder:
        clip = Path(folder) / "clip.mp4"
        _run(command(source, span, clip, recipe, ffmpeg, seek_back_s))
        return clip.read_bytes() if clip.is_file() else b""


def _frame_duration_s(times: Times, otherwise_s: float = 0.04) -> float:
    return float(np.median(np.diff(times))) if len(times) > 1 else otherwise_s


def _run(words: list[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 (a list of words, no shell)
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST_RUN_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Transient(f"ffmpeg did not finish within {LONGEST_RUN_S} s") from error
    except OSError as error:
        raise Permanent(f"ffmpeg cannot be started as {words[0]}: {error.strerror}") from error
    if done.returncode < 0:
        raise Transient(f"ffmpeg was ended by signal {-done.returncode}")
    if done.returncode:
        said = re.sub(r"\[[^\]]* @ 0x[0-9a-f]+\] ", "", done.stderr.decode(errors="replace")).strip()
        first_lines = "; ".join(dict.fromkeys(said.splitlines()[:3])) or "no message"
        kind = Transient if "No space left" in said else Permanent
        raise kind(f"ffmpeg gave up (exit {done.returncode}): {first_lines}; probe the film for damage")
