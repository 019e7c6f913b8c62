"""Many clips of several videos at once: reading, cutting and handing over overlap, memory stays bounded.

    fetch (8 reads in flight) ─► cut (a thread a core; the codecs release Python's lock) ─► hand over (upload)

Belongs here: order, threads, bytes in flight, progress. Not here: how one clip is cut (`cut`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.domain.errors import Permanent, UballError
from uball_assets.media.bytes.fetched import Fetched, fetch
from uball_assets.media.bytes.memory import give_back_freed_memory, share_freed_memory
from uball_assets.media.cutting.anew import lead_in_s
from uball_assets.media.cutting.cut import cut_planned, joins, unlike_heard
from uball_assets.media.cutting.plan import CutClip, Planned, Tools, plan_clip
from uball_assets.media.cutting.time_limit import GivenUp, within
from uball_assets.media.videos.span import SMALLEST_GAP_BYTES
from uball_assets.media.videos.video import Video

MOST_BYTES = 48 * 1024 * 1024
"""Held at once, read and not yet handed over; one larger clip goes alone."""
MOST_COPIED_BYTES = 80 * 1024 * 1024
"""The same where no codec is at work: reading is all that takes time then, and eight reads of a clip each
keep a line of 1 Gbit/s busy while others are cut and handed over."""
LARGEST_GROUP_BYTES = 24 * 1024 * 1024
HANDERS = 4
"""Threads that hand clips over: an upload waits for the network, not for a core."""


@dataclass(frozen=True)
class Wanted:
    """A clip to make; window in the video's own clock."""

    video: Video
    start_file_s: float
    end_file_s: float
    name: str
    """The caller's, to tell its clips apart."""


@dataclass(frozen=True)
class Progress:
    clips: int
    """Handed over or refused, so far."""
    all_clips: int
    read_bytes: int
    all_bytes: int
    elapsed_s: float

    @property
    def left_s(self) -> float | None:
        """Time left at the rate so far; None before anything is done."""
        return self.elapsed_s * (self.all_clips - self.clips) / self.clips if self.clips else None

    @property
    def text(self) -> str:
        """`37 of 60 clips, 312 of 540 MB read, 84 MB/s, 6 s left`."""
        rate = self.read_bytes / 1e6 / max(self.elapsed_s, 1e-9)
        left = "" if self.left_s is None else f", {self.left_s:.0f} s left"
        read = f"{self.read_bytes / 1e6:.0f} of {self.all_bytes / 1e6:.0f} MB read"
        return f"{self.clips} of {self.all_clips} clips, {read}, {rate:.0f} MB/s{left}"


Done = Callable[[Wanted, CutClip | UballError], None]


@dataclass(frozen=True)
class Proofs:
    """What clips of a video told of it, by the id of the open video: more clips of it need not tell again."""

    joins: dict[int, bool | None] = field(default_factory=dict)
    """Whether its frames follow re-encoded ones, once a clip told."""
    heard: dict[int, bool] = field(default_factory=dict)
    """Whether its sound, made into AAC, was that of the video in a clip."""


def cut_all(
    wanted: Sequence[Wanted],
    recipe: Recipe,
    tools: Tools,
    workers: int,
    done: Done,
    fetches: int = 8,
    progress: Callable[[Progress], None] | None = None,
    *,
    prove_all: bool = False,
    proofs: Proofs | None = None,
) -> None:
    """Cuts every clip and hands each to `done`, or the reason why it cannot be cut; from several threads.

    In `smart` a few frames of a video are tried before any clip counts that copies frames: where they do not
    decode together with re-encoded ones, or cannot tell, the clip is decoded again; with `prove_all`, every
    clip. The reason is Permanent, or GivenUp where the clip took longer than `tools.limit_s` or its ffmpeg
    was killed. Raises what `done` raises, and Transient where the video cannot be read; clips handed over
    until then count.
    """
    share_freed_memory()
    if recipe.mode == "smart":
        give_back_freed_memory()
    groups, refused = _grouped(wanted, recipe)
    all_bytes = sum(group.size_bytes for group in groups)
    run = _Run(recipe, tools, done, progress, prove_all, proofs or Proofs(), len(wanted), all_bytes)
    for one, error in refused:
        run.hand_over(one, error)
    run.work_off(groups, workers, fetches)


@dataclass(frozen=True)
class _Group:
    """Clips of one video whose bytes lie so close together that they are read at once."""

    clips: tuple[tuple[Wanted, Planned], ...]
    ranges: tuple[tuple[int, int], ...]

    @property
    def size_bytes(self) -> int:
        return sum(length for _, length in self.ranges)


class _Run:
    def __init__(
        self,
        recipe: Recipe,
        tools: Tools,
        done: Done,
        progress: Callable[[Progress], None] | None,
        prove_all: bool,
        proofs: Proofs,
        clip_count: int,
        all_bytes: int,
    ) -> None:
        self._recipe, self._tools, self._done, self._progress = recipe, tools, done, progress
        self._prove_all, self._proofs = prove_all, proofs
        self._clip_count, self._all_bytes = clip_count, all_bytes
        self._clips = self._read_bytes = 0
        self._began_s = time.monotonic()
        self._lock = threading.Lock()
        is_copying = recipe.mode in ("edit", "keyframe")
        self._budget = _Budget(MOST_COPIED_BYTES if is_copying else MOST_BYTES)
        self._failure: BaseException | None = None

    def work_off(self, groups: Sequence[_Group], workers: int, fetches: int) -> None:
        with (
            ThreadPoolExecutor(HANDERS, "hand over") as handers,
            ThreadPoolExecutor(workers, "cut") as cutters,
            ThreadPoolExecutor(fetches, "fetch") as fetchers,
        ):
            queue = iter(groups)
            pulling = threading.Lock()

            def pull() -> _Group | None:
                """In order, as the bytes stand."""
                with pulling:
                    group = next(queue, None) if self._failure is None else None
                    if group is not None:
                        self._budget.take(group.size_bytes)
                    return group

            def fetch_groups() -> None:
                while (group := pull()) is not None:
                    self._guarded(self._fetch, group, cutters, handers)

            readers = [fetchers.submit(fetch_groups) for _ in range(fetches)]
            try:
                for reader in readers:
                    reader.result()
            except BaseException as error:
                self._fail(error)
                raise
        if self._failure is not None:
            raise self._failure

    def hand_over(self, one: Wanted, result: CutClip | UballError) -> None:
        self._done(one, result)
        with self._lock:
            self._clips += 1
            self._tell()

    def _fetch(self, group: _Group, cutters: ThreadPoolExecutor, handers: ThreadPoolExecutor) -> None:
        fetched = fetch(group.clips[0][0].video.source, group.ranges)
        with self._lock:
            self._read_bytes += group.size_bytes
            self._tell()
        open_clips = _Countdown(len(group.clips), lambda: self._budget.give_back(group.size_bytes))
        for one, planned in group.clips:
            cutters.submit(self._guarded, self._cut, one, planned, fetched, handers, open_clips)

    def _cut(
        self, one: Wanted, planned: Planned, fetched: Fetched, handers: ThreadPoolExecutor, left: _Countdown
    ) -> None:
        try:
            limit_s = self._limit_s(planned)
            result: CutClip | UballError = within(limit_s, lambda: self._proved(planned, fetched))
        except (Permanent, GivenUp) as error:
            result = error
        handers.submit(self._guarded, self._finish, one, result, left)

    def _limit_s(self, planned: Planned) -> float:
        """A video that must be here whole is brought before a clip's time begins."""
        if planned.span is not None:
            return self._tools.limit_s
        _, samples = planned.video.walk(self._tools.work_folder)
        return self._tools.limit_s + lead_in_s(planned, samples)

    def _proved(self, planned: Planned, fetched: Fetched) -> CutClip:
        """Raises Permanent with the reason why there is no such clip, GivenUp where ffmpeg hung."""
        clip = self._made(planned, fetched, is_decoded_again=self._prove_all)
        is_copied = self._recipe.mode == "smart" and clip.copied_count > 0
        if is_copied and not self._frames_hold(planned, fetched):
            clip = self._made(planned, fetched, is_decoded_again=True)
        if not self._prove_all and not self._sounds_right(planned):
            why = unlike_heard(planned, clip, self._recipe, self._tools.work_folder)
            self._proofs.heard[id(planned.video)] = why is None
            if why:
                raise Permanent(f"the clip {planned.window} is refused: {why}; transfer the video again")
        return clip

    def _frames_hold(self, planned: Planned, fetched: Fetched) -> bool:
        """Whether the video's frames decode behind re-encoded ones; tried on its clips until one tells."""
        video = id(planned.video)
        if not self._prove_all and self._proofs.joins.get(video) is None:
            self._proofs.joins[video] = joins(planned, fetched, self._recipe, self._tools.work_folder)
        return self._prove_all or self._proofs.joins[video] is True

    def _sounds_right(self, planned: Planned) -> bool:
        """Whether a video's sound came out right in a clip of this run; AAC that is copied needs no proof."""
        index = planned.video.index
        is_copied = index is not None and (index.audio is None or index.audio.codec == "mp4a")
        return is_copied or self._proofs.heard.get(id(planned.video)) is True

    def _finish(self, one: Wanted, result: CutClip | UballError, left: _Countdown) -> None:
        self.hand_over(one, result)
        left.one_less()

    def _made(self, planned: Planned, fetched: Fetched, *, is_decoded_again: bool) -> CutClip:
        return cut_planned(planned, fetched, self._recipe, self._tools, is_decoded_again=is_decoded_again)

    def _guarded(self, work: Callable[..., None], *words: object) -> None:
        """Does the work unless something failed; what it raises ends the run."""
        if self._failure is None:
            try:
                work(*words)
            except BaseException as error:  # noqa: BLE001 (raised again where the run ends)
                self._fail(error)

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            self._failure = self._failure or error
        self._budget.open()

    def _tell(self) -> None:
        if self._progress is not None:
            elapsed_s = time.monotonic() - self._began_s
            self._progress(
                Progress(self._clips, self._clip_count, self._read_bytes, self._all_bytes, elapsed_s)
            )


class _Countdown:
    def __init__(self, count: int, at_zero: Callable[[], None]) -> None:
        self._count, self._at_zero, self._lock = count, at_zero, threading.Lock()

    def one_less(self) -> None:
        with self._lock:
            self._count -= 1
            is_zero = self._count == 0
        if is_zero:
            self._at_zero()


class _Budget:
    """Bytes that may be held at once."""

    def __init__(self, most: int) -> None:
        self._most, self._held, self._changed = most, 0, threading.Condition()
        self._is_open = False

    def take(self, size_bytes: int) -> None:
        """Waits until there is room; more than all there is waits until nothing else is held."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._is_open or not self._held or self._held + size_bytes <= self._most
            )
            self._held += size_bytes

    def give_back(self, size_bytes: int) -> None:
        with self._changed:
            self._held -= size_bytes
            self._changed.notify_all()

    def open(self) -> None:
        """Nobody waits any more."""
        with self._changed:
            self._is_open = True
            self._changed.notify_all()


def _grouped(wanted: Sequence[Wanted], recipe: Recipe) -> tuple[list[_Group], list[tuple[Wanted, Permanent]]]:
    """The clips in the order of their bytes, and those that no video shows."""
    by_video: dict[int, list[tuple[Wanted, Planned]]] = {}
    refused = []
    for one in wanted:
        try:
            planned = plan_clip(one.video, one.start_file_s, one.end_file_s, recipe)
        except Permanent as error:
            refused.append((one, error))
        else:
            by_video.setdefault(id(one.video), []).append((one, planned))
    groups = [group for clips in by_video.values() for group in _neighbours(clips)]
    return groups, refused


def _neighbours(clips: list[tuple[Wanted, Planned]]) -> Iterator[_Group]:
    """Clips whose ranges overlap or nearly touch share one read, up to a size."""
    held: list[tuple[Wanted, Planned]] = []
    ranges: tuple[tuple[int, int], ...] = ()
    for one, planned in sorted(clips, key=lambda clip: (min(clip[1].ranges, default=(0, 0)), clip[0].name)):
        joined = _joined([*ranges, *planned.ranges])
        is_near = len(joined) < len(ranges) + len(planned.ranges)
        if held and not (is_near and sum(length for _, length in joined) <= LARGEST_GROUP_BYTES):
            yield _Group(tuple(held), ranges)
            held, joined = [], _joined(planned.ranges)
        held.append((one, planned))
        ranges = joined
    if held:
        yield _Group(tuple(held), ranges)


def _joined(ranges: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The same bytes in the fewest reads."""
    joined: list[tuple[int, int]] = []
    for offset, length in sorted(ranges):
        if joined and offset <= joined[-1][0] + joined[-1][1] + SMALLEST_GAP_BYTES:
            begin, before = joined[-1]
            joined[-1] = (begin, max(before, offset + length - begin))
        else:
            joined.append((offset, length))
    return tuple(joined)
