"""`uball clip`: one play of one video, cut by hand. Needs no settings and no platform.

Belongs here: words in, the finished file and words out. Not here: cutting (`media.cutting.cut`), or where a
video's bytes come from (`adapters.videos.video_address`).
"""

from __future__ import annotations

import re
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, bytes_text, facts, print_json, printable
from uball_assets.commands.clock import clock_text, name_text, window_in

if TYPE_CHECKING:
    from uball_assets.commands.reading import Reading
    from uball_assets.domain.clipping.clips import Recipe
    from uball_assets.media.bytes.ranges import Ranged
    from uball_assets.media.cutting.plan import CutClip
    from uball_assets.media.videos.video import Video

LARGEST_CLIP_BYTES = 1024**3
"""A clip is made in memory: minutes of any camera, more than a play can need."""
_UNNAMEABLE = re.compile(r"[\x00-\x1f\x7f/\\\ud800-\udfff]")


@click.command()
@click.argument("source")
@click.option("--from", "from_text", required=True, metavar="TIME", help="Where the clip begins.")
@click.option("--to", "to_text", required=True, metavar="TIME", help="The first moment left out.")
@click.option(
    "--mode",
    type=click.Choice(["smart", "edit", "keyframe", "reencode"]),
    help="How frames come to be. smart: copied, and made anew only around both ends. edit: all copied, an "
    "edit list hides the rest. keyframe: all copied, from the keyframe before --from on. reencode: all anew. "
    "Without it: smart, or reencode where an option below asks for other frames.",
)
@click.option("--height", "height_px", type=int, metavar="PIXELS", help="The picture's height.")
@click.option("--frame-rate", type=float, metavar="FPS", help="Frames a second, all equally long.")
@click.option("--slow-motion", type=float, metavar="TIMES", help="So many times slower, without sound.")
@click.option(
    "--codec",
    type=click.Choice(["h264", "h265"]),
    default="h264",
    help="What the clip is coded in; h265 makes every frame anew.",
)
@click.option("--crf", type=int, help="x264's quality of frames made anew: 0 is lossless, 20 the usual.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The clip's file. Without it: the video's name and the times, in the current folder: "
    "game_12m31s-12m44s.mp4.",
)
@click.option("--force", is_flag=True, help="Replace a file of that name.")
@as_json
def clip(
    *,
    source: str,
    from_text: str,
    to_text: str,
    mode: str | None,
    height_px: int | None,
    frame_rate: float | None,
    slow_motion: float | None,
    codec: str,
    crf: int | None,
    output: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Cut one play out of a video: exactly the frames whose time lies in --from up to, without, --to.

    SOURCE is a path, file://, http(s)://, gs://bucket/name or s3://bucket/name; of a video far away only the
    play is read. A TIME is seconds (751.5) or [h:]mm:ss (12:31.5), as a player shows it: 0 is the first
    frame shown, in an MP4 what its own clock calls 0; `uball probe` prints what another file's own clock
    says there. A clip that cannot be exact is refused: one line, exit code 1, no file.
    """
    from uball_assets.adapters.videos.video_address import open_address
    from uball_assets.commands.output_file import refuse_target, write_whole

    window_file_s = window_in(from_text, to_text)
    recipe = _recipe(mode, height_px, frame_rate, slow_motion, codec, crf)
    begun_s = time.monotonic()
    with _tidy_when_ended():
        with open_address(source) as video:
            target = output or Path(_name(video.name, *window_file_s))
            refuse_target(target, video.local_path, force=force)
            made = _made(video, window_file_s, recipe)
        write_whole(target, made.clip.parts, force=force)
    summary = _summary(made, window_file_s, recipe, target, time.monotonic() - begun_s)
    if as_json:
        print_json(summary)
    else:
        click.echo(facts(_lines(summary)))


@dataclass(frozen=True)
class _Made:
    clip: CutClip
    source: str
    source_bytes: int
    read_bytes: int
    notes: tuple[str, ...]


def _recipe(
    mode: str | None,
    height_px: int | None,
    frame_rate: float | None,
    slow_motion: float | None,
    codec: str,
    crf: int | None,
) -> Recipe:
    from uball_assets.domain.clipping.clips import Recipe

    is_changed = not (
        height_px is None and frame_rate is None and slow_motion in (None, 1) and codec == "h264"
    )
    recipe = Recipe(
        mode=mode or ("reencode" if is_changed else "smart"),
        height_px=height_px,
        frame_rate=frame_rate,
        slow_motion=1.0 if slow_motion is None else slow_motion,
        codec=codec,
    )
    return recipe if crf is None else replace(recipe, crf=crf)


def _made(source: Ranged, window_file_s: tuple[float, float], recipe: Recipe) -> _Made:
    from uball_assets.commands.reading import reading
    from uball_assets.domain.errors import Permanent
    from uball_assets.media.cutting.cut import cut_clip
    from uball_assets.media.cutting.plan import Tools, plan_clip
    from uball_assets.media.videos.video import open_video

    with (
        _named(source),
        tempfile.TemporaryDirectory(prefix="uball-") as work,
        reading(source) as read,
        open_video(read, Path(work)) as video,
    ):
        planned = plan_clip(video, *window_file_s, recipe)
        if planned.size_bytes > LARGEST_CLIP_BYTES:
            size, most = bytes_text(planned.size_bytes), bytes_text(LARGEST_CLIP_BYTES)
            raise Permanent(f"the window holds {size}, more than the {most} a clip can have: cut it in parts")
        read.expected_bytes = read.read_bytes + planned.size_bytes
        made = cut_clip(video, *window_file_s, recipe, Tools(Path(work)))
        notes = tuple(_notes(video, made, window_file_s, recipe))
        return _Made(made, source.name, source.size_bytes, _read_bytes(video, read), notes)


@contextmanager
def _named(source: Ranged) -> Iterator[None]:
    """A refusal says which video it is about."""
    from uball_assets.domain.errors import Permanent

    try:
        yield
    except Permanent as error:
        if source.name in str(error):
            raise
        raise Permanent(f"{source.name}: {error}") from error


def _read_bytes(video: Video, read: Reading) -> int:
    """A video without an index is read whole, where it is here by ffmpeg itself."""
    return max(read.read_bytes, read.size_bytes if video.index is None else 0)


def _summary(
    made: _Made, window_file_s: tuple[float, float], recipe: Recipe, target: Path, elapsed_s: float
) -> dict[str, Any]:
    """All that is known of the clip. Times ending in `_file_s` are in the video's clock."""
    clip = made.clip
    return {
        "file": click.format_filename(target),
        "source": printable(made.source),
        "from_file_s": window_file_s[0],
        "to_file_s": window_file_s[1],
        "frame_count": clip.frame_count,
        "copied_count": clip.copied_count,
        "first_frame_file_s": clip.first_s,
        "duration_s": clip.duration_s,
        "mode": clip.mode_used,
        "mode_asked": recipe.mode,
        "reason": clip.reason,
        "slow_motion": recipe.slow_motion,
        "clamped": clip.clamped,
        "notes": list(made.notes),
        "size_bytes": clip.size_bytes,
        "read_bytes": made.read_bytes,
        "source_bytes": made.source_bytes,
        "elapsed_s": round(elapsed_s, 3),
    }


def _notes(video: Video, clip: CutClip, window_file_s: tuple[float, float], recipe: Recipe) -> Iterator[str]:
    from uball_assets.media.videos.span import frames_of

    planned = frames_of(video.shown_s, video.end_s, *window_file_s)
    if clip.clamped and planned.first == 0:
        yield f"the video begins at {clock_text(planned.first_s)}"
    if clip.clamped and planned.end_s < window_file_s[1]:
        yield f"the video ends at {clock_text(planned.end_s)}"
    if early_s := max(0.0, planned.first_s - clip.first_s):
        yield f"the clip begins {early_s:.3f} s early, on a keyframe: other modes begin exactly at --from"
    if recipe.slow_motion != 1:
        yield f"{recipe.slow_motion:g} times slower, without sound"


def _lines(summary: dict[str, Any]) -> list[tuple[str, str]]:
    anew = summary["frame_count"] - summary["copied_count"]
    mode, caught = summary["mode"], summary["mode_asked"]
    return [
        ("clip", f"{summary['file']} ({bytes_text(summary['size_bytes'])})"),
        (
            "frames",
            f"{summary['frame_count']} ({summary['copied_count']} copied bit for bit, {anew} made anew)",
        ),
        ("first frame", f"at {clock_text(summary['first_frame_file_s'])} of the video"),
        ("duration", f"{summary['duration_s']:.3f} s"),
        ("mode", mode if mode == caught else f"{mode} instead of {caught}"),
        *[("because", summary["reason"])] * bool(summary["reason"]),
        *[("note", note) for note in summary["notes"]],
        ("read", f"{bytes_text(summary['read_bytes'])}; the video has {bytes_text(summary['source_bytes'])}"),
        ("time", f"{summary['elapsed_s']:.1f} s"),
    ]


def _name(source: str, start_file_s: float, end_file_s: float) -> str:
    """`game_12m31s-12m44s.mp4`: any file system takes it, no command mistakes it for an option."""
    stem = _UNNAMEABLE.sub("_", Path(source).stem).lstrip("-.") or "clip"
    times = f"{name_text(start_file_s)}-{name_text(end_file_s)}"
    return f"{stem}_{times}.mp4"


@contextmanager
def _tidy_when_ended() -> Iterator[None]:
    """A SIGTERM or a closed terminal ends the command as Ctrl-C does: with its temporary files removed."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    caught = [each for each in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(each) is signal.SIG_DFL]
    for each in caught:
        signal.signal(each, end)
    try:
        yield
    finally:
        for each in caught:
            signal.signal(each, signal.SIG_DFL)
