"""Cutting one clip: in the mode that its recipe asks for, or re-encoded where that is not exact; proved.

The rule: a clip shows the frames with `START <= time < END` of the file's own clock, the first of them at
clip time 0, with the sound of these very moments.
Belongs here: choosing and proving. Not here: a mode itself (`smart`, `edit`, `reencode`), many clips at once
(`batch`), which seconds to cut (`domain.clipping.clips`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import av
import numpy as np

from uball_assets.domain.clipping.clips import Frames as Expected
from uball_assets.domain.clipping.clips import Recipe
from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.fetched import Fetched, Ranges, fetch
from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.cutting.assemble import Buffer
from uball_assets.media.cutting.edit import copy_span, keyframe_span, needs_idr
from uball_assets.media.cutting.integrity import damage
from uball_assets.media.cutting.reencode import CLOCK_STEP_S, reencode
from uball_assets.media.cutting.smart import border_of, cut_smart
from uball_assets.media.cutting.verify import check_clip
from uball_assets.media.films.decode_entry import true_syncs
from uball_assets.media.films.film import Film
from uball_assets.media.films.likeness import ends_of
from uball_assets.media.films.piece import piece_of
from uball_assets.media.films.samples import Samples, read_samples
from uball_assets.media.films.sequence import size_change, unlike_film
from uball_assets.media.films.shown import Shown
from uball_assets.media.films.span import Frames, Span, Times, frames_of, part_of, ranges_of, span_of
from uball_assets.media.mp4.boxes import Moov, children
from uball_assets.media.mp4.index import Index, Unsupported, VideoTrack, parse_index
from uball_assets.media.sound.correlation import unlike_sound

TRIAL_FRAMES = 8
"""Copied and decoded as proof that a film's frames follow re-encoded ones; more than any codec reorders."""


LARGEST_LEAD_IN_BYTES = 128 * 1024 * 1024
"""Between a keyframe and START: minutes of any camera. A film with but one keyframe is decoded as it is read,
not held in memory."""


@dataclass(frozen=True)
class Tools:
    work_folder: Path
    """For files that live as long as one cut."""
    ffmpeg: str = ""
    """An ffmpeg by path; '' for the one that is installed with the package."""


@dataclass(frozen=True)
class Planned:
    """A clip before a byte of it is read."""

    film: Film
    start_file_s: float
    end_file_s: float
    frames: Frames
    span: Span | None
    """None where the film has no index that can be used, or too much stands between keyframe and START."""
    ranges: Ranges
    """Offset and length of each read."""

    @property
    def size_bytes(self) -> int:
        return sum(length for _, length in self.ranges)

    @property
    def window(self) -> str:
        return f"{self.start_file_s:.3f}-{self.end_file_s:.3f} s of {Path(self.film.name).name}"


@dataclass(frozen=True)
class CutClip:
    """A proved clip."""

    parts: Sequence[Buffer]
    """The MP4, in order."""
    frame_count: int
    first_s: float
    """File time of the first frame shown: the clip's time 0."""
    duration_s: float
    """Clip clock; in slow motion longer than the film's seconds."""
    mode_used: str
    reason: str
    """Why another mode than the recipe's was used, or frames were not copied; '' where all went as asked."""
    copied_count: int
    """Frames that are the film's own, bit for bit."""
    clamped: bool
    """The film holds only a part of the window."""

    @property
    def data(self) -> bytes:
        return b"".join(self.parts)

    @cached_property
    def size_bytes(self) -> int:
        return sum(map(len, self.parts))

    @property
    def is_joined(self) -> bool:
        """Some of its frames are copied, some made anew."""
        return 0 < self.copied_count < self.frame_count


def cut_clip(film: Film, start_file_s: float, end_file_s: float, recipe: Recipe, tools: Tools) -> CutClip:
    """One clip, read, cut and decoded again. Raises Permanent with the reason; leaves no file behind."""
    planned = plan_clip(film, start_file_s, end_file_s, recipe)
    return cut_planned(planned, fetch(film.source, planned.ranges), recipe, tools, is_decoded_again=True)


def plan_clip(film: Film, start_file_s: float, end_file_s: float, recipe: Recipe) -> Planned:
    """Which frames and bytes a clip needs. Raises Permanent where the window holds no frame."""
    frames = frames_of(film.shown_s, film.end_s, start_file_s, end_file_s)
    if film.index is None:
        return Planned(film, start_file_s, end_file_s, frames, None, ())
    span = span_of(film.index, frames)
    lead_in = np.arange(span.sync, int(span.shown.min()))
    lead_in_bytes = int(film.index.video.size[lead_in].sum(dtype=np.int64))
    if lead_in_bytes > LARGEST_LEAD_IN_BYTES and not film.pieces:
        return Planned(film, start_file_s, end_file_s, frames, None, ())
    return Planned(film, start_file_s, end_file_s, frames, span, _ranges(film.index, span, recipe))


def joins(planned: Planned, fetched: Fetched, recipe: Recipe, work_folder: Path) -> bool | None:
    """Whether re-encoded frames and the film's own decode together, tried on a few frames of a `smart` clip.

    The trial has one re-encoded frame, some copied ones and a re-encoded end, as the clip has: what holds for
    one keyframe of a film holds for all. None where these few frames join nothing.
    """
    index, span, joint = planned.film.index, planned.span, planned.film.joint
    if index is None or span is None or isinstance(joint, str):
        return None
    with suppress(Permanent, Unsupported):
        if (border := border_of(index.video, span, fetched, joint)) is None:
            return None
        trial = span_of(index, part_of(planned.film.shown_s, planned.frames, border, TRIAL_FRAMES))
        clip, shown = _copied(replace(planned, span=trial), index, trial, fetched, recipe)
        if not clip.is_joined:
            return None
        if check_clip(clip.data, *_expected(clip, index.video, shown)):
            return False
        return _unlike_span(clip, index, shown, fetched, work_folder) is None
    return False


def cut_planned(
    planned: Planned, fetched: Fetched, recipe: Recipe, tools: Tools, *, is_decoded_again: bool
) -> CutClip:
    """The clip from the bytes of its plan, proved; `is_decoded_again` decodes every frame of it as proof.

    Without, the proof is that copied samples are whole, that seams decode, and that the clip's own index
    shows exactly the frames planned. Raises Permanent with the reason.
    """
    clip = _cut(planned, fetched, recipe, tools, is_decoded_again=is_decoded_again)
    if is_decoded_again and (why := unlike_heard(planned, clip, recipe, tools.work_folder)):
        raise Permanent(f"the clip {planned.window} is refused: {why}; transfer the film again")
    return clip


def unlike_heard(planned: Planned, clip: CutClip, recipe: Recipe, work_folder: Path) -> str | None:
    """Why a clip's sound is not the film's; None where it is, or where nothing can tell.

    AAC is what every film has and was proved with: of a film far away it is not read again.
    """
    film = planned.film
    if film.pieces or recipe.slow_motion != 1:
        return None
    audio = None if film.index is None else film.index.audio
    is_walked = film.walked is not None
    if (audio is None and not is_walked) or (film.walked is not None and film.walked.restarts):
        return None
    if audio is not None and audio.codec == "mp4a" and film.source.local_path is None:
        return None
    with tempfile.TemporaryDirectory(dir=work_folder) as folder:
        path = Path(folder) / "clip.mp4"
        with path.open("wb") as file:
            file.writelines(clip.parts)
        return unlike_sound(path, film.source, clip.first_s, clip.duration_s, is_walked=is_walked)


def _cut(
    planned: Planned, fetched: Fetched, recipe: Recipe, tools: Tools, *, is_decoded_again: bool
) -> CutClip:
    planned, fetched = _truly_begun(planned, fetched, recipe)
    index, span = planned.film.index, planned.span
    if index is None or span is None:
        return _of_whole_film(planned, recipe, tools)
    if bad := damage(index.video, span.video, fetched):
        raise Permanent(f"the film cannot be cut at {planned.window}: {bad}")
    if recipe.mode == "reencode":
        return _of_mini_film(planned, index, span, fetched, recipe, tools, "")
    try:
        clip, shown = _copied(planned, index, span, fetched, recipe)
        prove_index(clip, index.video, shown)
        if is_decoded_again and (reason := check_clip(clip.data, *_expected(clip, index.video, shown))):
            raise _refusal(planned, index, span, fetched, reason)
        if is_decoded_again and (reason := _unlike_span(clip, index, shown, fetched, tools.work_folder)):
            raise Unsupported(reason)
    except Unsupported as unsupported:
        return _of_mini_film(planned, index, span, fetched, recipe, tools, str(unsupported))
    return clip


def _truly_begun(planned: Planned, fetched: Fetched, recipe: Recipe) -> tuple[Planned, Fetched]:
    """The same clip from where decoding can begin, where the index names keyframes that are none."""
    film, index, span = planned.film, planned.film.index, planned.span
    if index is None or span is None:
        return planned, fetched
    first = int(span.shown.min())
    flags = true_syncs(film.source, index.video, span.sync, first, span.last, fetched)
    if flags is None:
        return planned, fetched
    index = replace(index, video=replace(index.video, is_sync=flags))
    span = span_of(index, planned.frames)
    ranges = _ranges(index, span, recipe)
    true = replace(planned, film=replace(film, index=index), span=span, ranges=ranges)
    return true, fetch(film.source, ranges)


def prove_index(clip: CutClip, film: VideoTrack, span: Span) -> None:
    """Reads the clip's own index and compares it, tick for tick. Raises Permanent where it differs."""
    boxes = dict(children(memoryview(clip.parts[0])))
    own = parse_index(Moov(bytes(boxes[b"moov"]), 0, 0, is_at_end=False), clip.size_bytes).video
    planned = film.pts[span.shown] - span.start_tick
    if own.missing_count or not np.array_equal(own.pts[own.shown], planned):
        raise Permanent(
            f"the clip's index shows {len(own.shown)} frames otherwise than the {len(planned)} planned"
        )


def _ranges(index: Index, span: Span, recipe: Recipe) -> Ranges:
    ranges = ranges_of(index, span)
    if recipe.mode == "keyframe":
        with suppress(Unsupported):
            return ranges_of(index, keyframe_span(index, span))
    return ranges


def _copied(
    planned: Planned, index: Index, span: Span, fetched: Fetched, recipe: Recipe
) -> tuple[CutClip, Span]:
    """A clip in a mode that copies, and what it shows. Raises Unsupported where it would not be exact."""
    joint = planned.film.joint
    if recipe.mode == "smart":
        if isinstance(joint, str):
            raise Unsupported(joint)
        parts, copied_count = cut_smart(index, span, fetched, joint, recipe)
        reason = "" if copied_count else "no IDR picture stands in the window to copy from"
        return _clip(planned, index, span, parts, copied_count, "smart", reason), span
    if reason := needs_idr(index.video, span, fetched):
        raise Unsupported(reason)
    if recipe.mode == "keyframe":
        span = keyframe_span(index, span)
    return _clip(
        planned, index, span, copy_span(index, span, fetched), len(span.shown), recipe.mode, ""
    ), span


def _clip(
    planned: Planned,
    index: Index,
    span: Span,
    parts: Sequence[Buffer],
    copied_count: int,
    mode: str,
    reason: str,
) -> CutClip:
    timescale = index.video.timescale
    return CutClip(
        parts=parts,
        frame_count=len(span.shown),
        first_s=span.start_tick / timescale,
        duration_s=(span.end_tick - span.start_tick) / timescale,
        mode_used=mode,
        reason=reason,
        copied_count=copied_count,
        clamped=planned.frames.is_clamped,
    )


def _expected(clip: CutClip, film: VideoTrack, span: Span) -> tuple[Expected, float]:
    """What decoding must find in a clip that copies frames, and how long a frame lasts."""
    last_s = (int(film.pts[span.shown[-1]]) - span.start_tick) / film.timescale
    return Expected(clip.frame_count, 0.0, last_s), clip.duration_s / clip.frame_count


def _refusal(planned: Planned, index: Index, span: Span, fetched: Fetched, reason: str) -> Exception:
    """The film's own frames do not decode: nothing can be cut there. They do: the seams are to blame."""
    own = Expected(
        len(span.shown), 0.0, (int(index.video.pts[span.shown[-1]]) - span.start_tick) / index.video.timescale
    )
    if check_clip(b"".join(copy_span(index, span, fetched)), own, own.last_s / own.count):
        return Permanent(f"the clip {planned.window} is refused: {reason}; probe the film for damage")
    return Unsupported(f"its frames do not join re-encoded ones ({reason})")


def _of_mini_film(
    planned: Planned, index: Index, span: Span, fetched: Fetched, recipe: Recipe, tools: Tools, reason: str
) -> CutClip:
    """Re-encoded from a film of just this span: the whole one need not be on this machine."""
    timescale = index.video.timescale
    shown = Shown(index.video.pts[span.shown] - span.start_tick, Fraction(1, timescale))
    duration_s = (span.end_tick - span.start_tick) / timescale
    tools.work_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=tools.work_folder) as folder:
        mini = Path(folder) / Path(planned.film.name).with_suffix(".mp4").name
        with mini.open("wb") as file:
            file.writelines(copy_span(index, span, fetched))
        with _size_changes_told(planned, mini):
            clip = _reencoded(planned, mini, shown, (0.0, duration_s), recipe, tools, reason)
        if why := _unlike_mini(clip, mini, len(shown), _places_of(clip, shown.times_s, recipe)):
            raise Permanent(f"the clip {planned.window} is refused: {why}; probe the film for damage")
    return replace(clip, first_s=span.start_tick / timescale)


def _of_whole_film(planned: Planned, recipe: Recipe, tools: Tools) -> CutClip:
    film, reason = planned.film, str(planned.film.joint)
    tools.work_folder.mkdir(parents=True, exist_ok=True)
    path, samples = film.walk(tools.work_folder)
    if film.index is not None:
        reason = f"over {LARGEST_LEAD_IN_BYTES // 2**20} MB stand between its keyframe and START"
        if len(samples.shown) != len(film.shown_s):
            raise Permanent(
                f"the film cannot be cut at {planned.window}: {reason}, and its packets tell of "
                f"{len(samples.shown)} frames, its index of {len(film.shown_s)}"
            )
    with tempfile.TemporaryDirectory(dir=tools.work_folder) as folder, FileRanges(path) as source:
        if samples.is_ordered and samples.is_entered_whole and not samples.restarts:
            window = (planned.start_file_s, planned.end_file_s)
            picture = str(samples.stream)
            with _size_changes_told(planned, path, samples):
                clip = _reencoded(planned, path, samples.shown, window, recipe, tools, reason, picture)
        else:
            piece = Path(folder) / Path(film.name).name
            shown = piece_of(source, samples, planned.frames, piece)
            clip = _reencoded(planned, piece, shown, (0.0, planned.frames.duration_s), recipe, tools, reason)
            clip = replace(clip, first_s=planned.frames.first_s)
        frames = planned.frames
        places = _places_of(clip, film.shown_s[frames.first : frames.last + 1], recipe)
        shown_at = {place: frames.first + shown for place, shown in places.items()}
        if why := unlike_film(clip.data, source, samples, shown_at):
            raise Permanent(f"the clip {planned.window} is refused: {why}; probe the film for damage")
    return clip


@contextmanager
def _size_changes_told(planned: Planned, path: Path, samples: Samples | None = None) -> Iterator[None]:
    """A clip made anew has pictures of one size: where the film's are not, this is why it is refused.

    `path` holds just the window's frames where no `samples` are given.
    """
    try:
        yield
    except Permanent:
        change = _size_change(planned, path, samples)
        if change is None:
            raise
        raise Permanent(
            f"the film cannot be cut at {planned.window}: its pictures change their size {change}, and made "
            "anew they have one size; cut up to there and from there on"
        ) from None


def _size_change(planned: Planned, path: Path, samples: Samples | None) -> str | None:
    """Where and how; None where the size stays, or the film cannot be read: then another reason stands."""
    first = planned.frames.first if samples else 0
    last = first + planned.frames.count - 1
    try:
        samples = samples or read_samples(path)
        with FileRanges(path) as source:
            return size_change(source, samples, first, last) if last < len(samples.shown) else None
    except (Permanent, av.error.FFmpegError):
        return None


def _places_of(clip: CutClip, shown_s: Times, recipe: Recipe) -> dict[int, int]:
    """The places of a clip made anew that are looked at, and which of `shown_s`, the window's frames, belong
    there."""
    places = ends_of(clip.frame_count)
    if not recipe.frame_rate:
        return {place: place for place in places}
    times_clip_s = (shown_s - shown_s[0]) * recipe.slow_motion
    due_clip_s = np.array(places) / recipe.frame_rate + CLOCK_STEP_S / 2 * recipe.slow_motion
    return dict(zip(places, (np.searchsorted(times_clip_s, due_clip_s, "right") - 1).tolist(), strict=True))


def _unlike_span(clip: CutClip, index: Index, span: Span, fetched: Fetched, work_folder: Path) -> str | None:
    """Why a clip of copied frames does not show a span's, decoded from their keyframe; None if it does."""
    work_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work_folder) as folder:
        own = Path(folder) / "own.mp4"
        with own.open("wb") as file:
            file.writelines(copy_span(index, span, fetched))
        return _unlike_mini(clip, own, len(span.shown), {place: place for place in ends_of(clip.frame_count)})


def _unlike_mini(clip: CutClip, mini: Path, frame_count: int, places: Mapping[int, int]) -> str | None:
    samples = read_samples(mini)
    if len(samples.shown) != frame_count:
        return f"of its {frame_count} frames {len(samples.shown)} stand in the film"
    with FileRanges(mini) as source:
        return unlike_film(clip.data, source, samples, places)


def _reencoded(
    planned: Planned,
    film: Path,
    shown: Shown,
    window: tuple[float, float],
    recipe: Recipe,
    tools: Tools,
    reason: str,
    picture: str = "v:0",
) -> CutClip:
    anew = replace(recipe, mode="reencode")
    made = reencode(film, shown, *window, anew, tools.ffmpeg, tools.work_folder, picture)
    return CutClip(
        parts=(made.data,),
        frame_count=made.expected.count,
        first_s=made.first_s,
        duration_s=made.duration_s,
        mode_used="reencode",
        reason="" if recipe.mode == "reencode" else reason,
        copied_count=0,
        clamped=planned.frames.is_clamped,
    )
