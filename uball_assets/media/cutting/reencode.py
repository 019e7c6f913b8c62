"""Making every frame of a clip anew, by ffmpeg: what no copy can do, and videos that cannot be copied from.

Sizes, frame rates, slow motion, HEVC, 10 bits, interlaced or turned pictures, any container ffmpeg reads.
Belongs here: the command, running it, and accepting or refusing what it wrote. Not here: choosing a mode or
finding a video's frames (`cut`, `video`).
"""

from __future__ import annotations

import math
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import ffmpeg as ffmpeg_python  # type: ignore[import-untyped]
import imageio_ffmpeg  # type: ignore[import-untyped]
import numpy as np

from uball_assets.domain.clipping.clips import Codec, Frames, Recipe
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.media.cutting.time_limit import GivenUp
from uball_assets.media.cutting.verify import decoded
from uball_assets.media.videos import span
from uball_assets.media.videos.likeness import Small, ends_of
from uball_assets.media.videos.shown import Shown, seconds_of
from uball_assets.media.videos.span import Times

SEEK_BACK_S = 10.0
"""Longer than a camera's GOP: in a fragmented MP4 or a transport stream a seek can land after the wanted
keyframe."""
LONE_FRAME_S = 1.0
"""The longest that a video's only frame may last: its times cannot tell."""
CLOCK_STEP_S = 0.001
"""The coarsest clock of a video container: its times are rounded by up to half of it."""
PARTS_OF_A_TICK = 100
"""Where a video shows two pictures at one time, a clip shows the second one such a part later: ffmpeg
writes no two at one time."""
FINEST_FRACTION = 1001
"""Frame rates and slow motions are fractions of at most this denominator, that of 30000/1001."""


@dataclass(frozen=True)
class Reencoded:
    """A clip that was decoded again and holds exactly the planned frames."""

    data: bytes
    expected: Frames
    """What was planned and found; clip clock."""
    first_s: float
    """File time of the first frame shown; the clip's time 0."""
    duration_s: float
    """Clip clock: in slow motion longer than the video's own seconds."""
    pictures: Mapping[int, Small] = field(compare=False, repr=False)
    """Of its ends and its middle, by place."""


@dataclass(frozen=True)
class _Plan:
    """What one clip must hold, and where its frames are by the file's own clock."""

    frames: span.Frames
    first_tick: int
    last_tick: int
    """Of the first and the last frame."""
    seek_s: float
    """Just before the first frame: a keyframe there or earlier is where decoding begins."""
    begins_own_s: float
    """The video's first frame: nothing is sought before it, for some containers lose the way there."""
    first_own_s: float
    times_clip_s: Times
    """Of the clip's frames."""
    duration_s: float
    """Clip clock."""
    frame_s: float
    """Typical distance of the clip's frames."""

    @property
    def expected(self) -> Frames:
        return Frames(len(self.times_clip_s), 0.0, float(self.times_clip_s[-1]))


def ffmpeg_binary(path: str = "") -> str:
    """The given binary, or the one that comes with imageio-ffmpeg."""
    return path or imageio_ffmpeg.get_ffmpeg_exe()


def reencode(
    video: Path,
    shown: Shown,
    start_file_s: float,
    end_file_s: float,
    recipe: Recipe,
    ffmpeg: str,
    work_folder: Path,
    limit_s: float,
    picture: str = "v:0",
) -> Reencoded:
    """The frames with `start <= time < end` as a clip of its own, handed over only if it proves itself.

    `shown` are the video's frames; which of them are the window's is decided by whole ticks. A frame rate
    shows, at each of its moments, the frame that the video shows then. Interlaced pictures become whole,
    turned ones upright. `picture` names the stream, as ffmpeg does. Sound comes along to the same instant,
    but not in slow motion: stretched, it costs a model tokens by the second and tells it nothing more, and no
    stretching keeps it to the millisecond.

    Leaves no file behind. Raises Permanent with the reason (no such frames, damaged video, refused clip),
    GivenUp where ffmpeg did not end within `limit_s` or was killed, Transient where there is no space left.
    """
    plan = _planned(shown, start_file_s, end_file_s, recipe)
    window = f"{start_file_s:.3f}-{end_file_s:.3f} s of {video.name}"
    failures = []
    for seek_back_s in (0.0, SEEK_BACK_S):
        try:
            data = _encoded(
                video, plan, recipe, ffmpeg_binary(ffmpeg), work_folder, limit_s, seek_back_s, picture
            )
        except Permanent as error:
            failures.append(f"the video cannot be cut at {window}: {error}")
            continue
        found = decoded(data, ends_of(plan.expected.count))
        reason = found.refusal(plan.expected, plan.frame_s)
        if reason is None:
            return Reencoded(data, plan.expected, plan.frames.first_s, plan.duration_s, found.pictures)
        failures.append(f"the clip {window} is refused: {reason}; probe the video for damage")
    raise Permanent(failures[0])


def _planned(shown: Shown, start_file_s: float, end_file_s: float, recipe: Recipe) -> _Plan:
    shown_s = shown.times_s
    frame_s = float(np.median(np.diff(shown_s))) if len(shown) > 1 else LONE_FRAME_S
    # Past the last frame only the window tells where a video of just these frames ends.
    video_end_s = min(end_file_s, float(shown_s[-1]) + LONE_FRAME_S) if len(shown) else 0.0
    frames = span.frames_of(shown_s, video_end_s, start_file_s, end_file_s)
    before_s = float(shown_s[frames.first - 1]) if frames.first else frames.first_s - frame_s
    own_ticks = shown.ticks[frames.first : frames.last + 1] + shown.own_zero_tick
    times_clip_s = seconds_of(own_ticks - own_ticks[0], shown.tick_s) * recipe.slow_motion
    duration_s = frames.duration_s * recipe.slow_motion
    if recipe.frame_rate:
        # A moment that rounded times could put on either side of the end is past it.
        moments = (frames.duration_s - CLOCK_STEP_S) * recipe.slow_motion * recipe.frame_rate
        times_clip_s = np.arange(max(1, math.ceil(moments))) / recipe.frame_rate
        duration_s = len(times_clip_s) / recipe.frame_rate
    return _Plan(
        frames=frames,
        first_tick=int(own_ticks[0]),
        last_tick=int(own_ticks[-1]),
        seek_s=(before_s + frames.first_s) / 2 + shown.own_zero_s,
        begins_own_s=float(shown_s[0]) + shown.own_zero_s,
        first_own_s=float(own_ticks[0] * shown.tick_s),
        times_clip_s=times_clip_s,
        duration_s=duration_s,
        frame_s=float(np.median(np.diff(times_clip_s))) if len(times_clip_s) > 1 else duration_s,
    )


def _encoded(
    video: Path,
    plan: _Plan,
    recipe: Recipe,
    ffmpeg: str,
    work_folder: Path,
    limit_s: float,
    seek_back_s: float,
    picture: str,
) -> bytes:
    """One run. `seek_back_s` begins decoding that much earlier, for containers whose seek lands late."""
    with TemporaryDirectory(dir=work_folder) as folder:
        clip, seen, link = Path(folder) / "clip.mp4", Path(folder) / "seen.txt", Path(folder) / "video"
        # Any name is a name to the file system; ffmpeg reads options, protocols and patterns into some.
        link.symlink_to(video.absolute())
        words = _command(link, picture, plan, recipe, ffmpeg, seek_back_s, clip, seen)
        _run(words, limit_s, Path(folder) / "said.txt")
        if recipe.frame_rate and (found := _lines_in(seen)) != plan.frames.count:
            raise Permanent(f"{found} of its frames decode, {plan.frames.count} expected")
        return clip.read_bytes() if clip.is_file() else b""


def _command(
    video: Path,
    picture: str,
    plan: _Plan,
    recipe: Recipe,
    ffmpeg: str,
    seek_back_s: float,
    clip: Path,
    seen: Path,
) -> list[str]:
    """The ffmpeg call that makes a clip; the same arguments give the same bytes.

    With a frame rate it also lists in `seen` the video's frames that it decoded: the clip's own count would
    hide a missing one.
    """
    seek_s = plan.seek_s - seek_back_s
    source = ffmpeg_python.input(
        str(video),
        **({"ss": f"{seek_s:.6f}", "seek_timestamp": 1} if seek_s > plan.begins_own_s else {}),
        # Where a seek lands is never what decides: frames are taken by the ticks that stand in the file.
        noaccurate_seek=None,
        threads=1,
        fflags="+discardcorrupt",
    )
    trim = f"trim=start_pts={plan.first_tick}:end_pts={plan.last_tick + 1}"
    streams, settings = [source[picture]], _picture_settings(recipe)
    if recipe.slow_motion == 1:
        streams.append(source["a:0?"])
        settings |= _sound_settings(plan)
    made = ffmpeg_python.output(*streams, str(clip), vf=f"{trim},{_pictures(plan, recipe)}", **settings)
    outputs = [made]
    if recipe.frame_rate:
        listed = {"vf": trim, "fps_mode": "passthrough", "c:v": "wrapped_avframe", "f": "framecrc"}
        outputs.append(ffmpeg_python.output(source[picture], str(seen), **listed))
    quiet = ffmpeg_python.merge_outputs(*outputs).global_args(
        "-nostdin", "-hide_banner", "-loglevel", "error", "-xerror", "-copyts", "-filter_threads", "1"
    )
    return [str(word) for word in ffmpeg_python.compile(quiet, cmd=ffmpeg, overwrite_output=True)]


def _pictures(plan: _Plan, recipe: Recipe) -> str:
    """From the video's frames to the clip's: whole pictures, their times, their size."""
    height = f"-2:{recipe.height_px}" if recipe.height_px else "trunc(iw/2)*2:trunc(ih/2)*2"
    slow = _fraction(recipe.slow_motion)
    if recipe.frame_rate:
        rate, early_ticks = _fraction(recipe.frame_rate), round(CLOCK_STEP_S / 2 * 1_000_000)
        times = [
            # Microseconds, and half a step of a coarse clock early: a frame belongs to the moment it meant.
            "settb=AVTB",
            f"setpts=(PTS-STARTPTS-{early_ticks})*{slow.numerator}/{slow.denominator}",
            f"fps={rate}:start_time=0:round=up",
            "tpad=stop_mode=clone:stop=-1",
            f"trim=end_frame={len(plan.times_clip_s)}",
        ]
    else:
        # A tick split into the fraction's parts keeps every time exact.
        parts, time = slow.denominator, f"(PTS-STARTPTS)*{slow}"
        if (np.diff(plan.times_clip_s) == 0).any():
            # NAN before the first picture, and no number is less than that.
            parts, time = parts * PARTS_OF_A_TICK, f"max(PREV_OUTPTS+1\\,{time})"
        times = [f"settb=intb/{parts}", f"setpts={time}"]
    return ",".join(["yadif=deint=interlaced", *times, f"scale={height}:flags=bicubic", "format=yuv420p"])


# Without B-frames no edit list is needed: readers that ignore those see the right first frame too.
_ENCODERS: dict[Codec, dict[str, str | int]] = {
    Codec.H264: {"c:v": "libx264", "bf": 0},
    Codec.H265: {
        "c:v": "libx265",
        # The name that QuickTime and browsers know it by.
        "tag:v": "hvc1",
        # One thread, and nothing of the machine in the stream: the same frames give the same bytes.
        "x265-params": "bframes=0:pools=none:frame-threads=1:info=0:log-level=error",
    },
}


def _picture_settings(recipe: Recipe) -> dict[str, str | int | None]:
    return {
        "fps_mode": "passthrough",
        # Else a video whose pictures grew before START is scaled to what they were where decoding began.
        "noautoscale": None,
        "enc_time_base:v": "filter",
        **_ENCODERS[Codec(recipe.codec)],
        "preset": recipe.preset,
        "crf": recipe.crf,
        "threads": 1,
        "map_metadata": -1,
        "map_chapters": -1,
        "movflags": "+faststart",
        "fflags": "+bitexact",
        "flags": "+bitexact",
        "f": "mp4",
    }


def _sound_settings(plan: _Plan) -> dict[str, str]:
    """The video's sound from the first picture on; silent where the video is, to the clip's end."""
    begin_s, end_s = plan.first_own_s, plan.first_own_s + plan.frames.duration_s
    sound = f"atrim=start={begin_s:.6f}:end={end_s:.6f},asetpts=PTS-{begin_s:.6f}/TB"
    # By default gaps of under 0.1 s are closed, and what follows is early by as much.
    gaps = "aresample=async=1:min_comp=0.0005:min_hard_comp=0.0005:first_pts=0"
    return {
        "af": f"{sound},{gaps},apad=whole_dur={plan.duration_s:.6f}",
        "c:a": "aac",
        "aac_coder": "fast",
        "b:a": "96k",
    }


def _fraction(number: float) -> Fraction:
    return Fraction(number).limit_denominator(FINEST_FRACTION)


def _lines_in(listing: Path) -> int:
    """Frames in a framecrc listing; lines that begin with # tell of the streams."""
    lines = listing.read_text().splitlines() if listing.is_file() else []
    return sum(not line.startswith("#") for line in lines)


def _run(words: list[str], limit_s: float, log_file: Path) -> None:
    """`said` takes its messages: a pipe would be held open by what a wrapper of ffmpeg leaves behind."""
    try:
        with log_file.open("wb") as messages:
            done = subprocess.run(  # noqa: S603 (a list of words, no shell)
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=messages,
                timeout=limit_s,
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise GivenUp(f"ffmpeg did not finish within {limit_s:.0f} s, and was ended") from error
    except OSError as error:
        raise Permanent(f"ffmpeg cannot be started as {words[0]}: {error.strerror}") from error
    if done.returncode < 0:
        raise GivenUp(f"ffmpeg was killed by signal {-done.returncode}")
    if done.returncode:
        _refuse(done.returncode, log_file.read_text(errors="replace"))


def _refuse(exit_code: int, messages: str) -> NoReturn:
    """Raises Permanent in ffmpeg's words, Transient where what it wrote to is full."""
    text = re.sub(r"\[[^\]]* @ 0x[0-9a-f]+\] ", "", messages).strip()
    first_lines = "; ".join(dict.fromkeys(text.splitlines()[:3])) or "no message"
    kind = Transient if "No space left" in text else Permanent
    raise kind(f"ffmpeg gave up (exit {exit_code}): {first_lines}; probe the video for damage")
