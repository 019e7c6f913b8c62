"""Looking at a video's data through its index: which frames are whole, and whether pictures decode.

A video of up to 256 MB is read whole. Of a larger one, single frames are read at places spread evenly over
its bytes: 64 where bytes must be fetched, 1024 on this machine. A hole (zeroed or overwritten data) larger
than the distance of two places is found for certain: 1.6 % of a fetched video, 0.1 % of a local one. A
smaller one is found with the probability of its share of that distance: 16 MB of 10 GB with 10 %, locally for
certain. What escapes is found by the clip that it lies in, for clips walk every frame that they copy.

Belongs here: what is read, and what it shows. Not here: the verdict (`probe`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TypeAlias

import av
import numpy as np

from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.fetched import Fetched, fetch
from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.cutting.assemble import ClipPictures, assemble
from uball_assets.media.mp4.boxes import NotAVideo
from uball_assets.media.mp4.index import Flags, Index, VideoTrack
from uball_assets.media.mp4.nal import is_idr, is_whole, nal_length_bytes
from uball_assets.media.videos.decode_entry import MOST_FRAMES, MOST_NAMED, true_syncs
from uball_assets.media.videos.samples import picture_of
from uball_assets.media.videos.span import Positions, Times, byte_ranges

READ_WHOLE_BYTES = 256 * 1024 * 1024
"""Read in 2 s at 1 Gbit/s; half an hour of a phone's video."""
PLACES_FETCHED, PLACES_LOCAL = 64, 1024
"""Half a second of small requests at 30 ms with 8 in flight; half a second of small reads on a disk."""
SAMPLED_GOPS = 4
"""Decoded as proof: the first (every player begins there), the last (recordings break at the end), and two
between, for damage that leaves the frames' lengths as they are (a failing disk or card damages widely)."""
MOST_GOP_FRAMES = 120
"""Of one GOP: some videos have but one keyframe."""
LARGEST_FRAME_BYTES = MOST_GOP_BYTES = 64 * 1024 * 1024
"""A frame beyond it is damage in the index: one of 8K without any loss is smaller."""
BLOCK_BYTES = 8 * 1024 * 1024
READERS = 8
Proof: TypeAlias = tuple[Index, Fetched, Positions]
"""An index that tells where decoding begins, and the bytes and the frames from there on."""
NOWHERE_S = (float("inf"), float("-inf"))
FOLLOWERS = 64
"""Frames after a GOP in which those may stand that are shown before it ends: H.264 and HEVC allow 16."""


@dataclass(frozen=True)
class Findings:
    """Times in seconds of the file clock."""

    looked_at: str
    damage: str = ""
    """Which frames are damaged, in words; '' where none was found."""
    damaged_s: tuple[float, float] = NOWHERE_S
    """First and last of them."""
    whole_until_s: float = np.inf
    """Where damage begins that goes on to the end: a file reserved whole, written in part."""
    gop_count: int = 0
    """Groups of pictures that were decoded as proof."""
    undecodable_s: tuple[float, ...] = ()
    """Where those begin that do not give all their frames."""
    open_gop_s: float | None = None
    """A keyframe that is no IDR picture."""
    no_entry_s: float | None = None
    """A frame that the index names as a keyframe though decoding cannot begin there."""


def look(source: Ranged, index: Index) -> Findings:
    """Reads and decodes a sample of the video. Raises what the source raises where it cannot be read."""
    video_track = index.video_track
    is_there = (video_track.offset >= 0) & (video_track.offset + video_track.size <= source.size_bytes)
    is_absurd = is_there & (video_track.size > LARGEST_FRAME_BYTES)
    all_count = int(is_there.sum())
    is_there &= ~is_absurd
    there = np.flatnonzero(is_there)
    if not len(there):
        return Findings(
            "nothing", "no frame is of a size that can be: the index is damaged; transfer it again"
        )
    with ThreadPoolExecutor(READERS) as pool:
        walk = _Walk(source, video_track, there[np.argsort(video_track.offset[there], kind="stable")], pool)
        if int(video_track.size[there].sum(dtype=np.int64)) <= READ_WHOLE_BYTES:
            damaged = np.concatenate([walk.everything(), np.flatnonzero(is_absurd)])
            looked_at, hit = f"all {all_count} frames", f"{len(damaged)} of {all_count} frames"
        else:
            places = walk.places(PLACES_FETCHED if source.local_path is None else PLACES_LOCAL)
            damaged, bad_count = walk.around(places)
            looked_at, hit = f"{len(places)} places", f"{bad_count} of {len(places)} places looked at"
        gops = list(
            pool.map(lambda gop: (gop, _fetched(source, video_track, gop)), _gops(video_track, is_there))
        )
    begun = [(gop, _truly_begun(source, index, gop, fetched)) for gop, fetched in gops]
    failed = [
        gop
        for (gop, fetched), (_, proof) in zip(gops, begun, strict=True)
        if not _is_proved(source, index, gop, fetched, proof)
    ]
    lying = [gop for gop, proof in begun if proof is None or proof[0] is not index]
    true_gops = [
        (gop, fetched)
        for (gop, fetched), (_, proof) in zip(gops, begun, strict=True)
        if proof and proof[0] is index
    ]
    open_gops = [gop for gop, fetched in true_gops if _is_open(video_track, fetched, gop)]
    damaged_s = video_track.pts[damaged] / video_track.timescale
    return Findings(
        looked_at=f"{looked_at}, and {len(gops)} groups of pictures decoded",
        damage=_words(damaged_s, hit),
        damaged_s=(float(damaged_s.min()), float(damaged_s.max())) if len(damaged) else NOWHERE_S,
        whole_until_s=_whole_until_s(video_track, there, damaged),
        gop_count=len(gops),
        undecodable_s=tuple(_time_s(video_track, gop) for gop in failed),
        open_gop_s=_time_s(video_track, open_gops[0]) if open_gops else None,
        no_entry_s=_time_s(video_track, lying[0]) if lying else None,
    )


class _Walk:
    """Finds damaged frames; `order` are those that are in the file, as they stand there."""

    def __init__(
        self, source: Ranged, video_track: VideoTrack, order: Positions, pool: ThreadPoolExecutor
    ) -> None:
        self._source, self._video, self._order, self._pool = source, video_track, order, pool

    def everything(self) -> Positions:
        """Decode positions of all damaged frames; memory stays bounded."""
        ends = np.cumsum(self._video.size[self._order], dtype=np.int64)
        blocks = np.split(self._order, np.flatnonzero(np.diff(ends // BLOCK_BYTES)) + 1)
        return np.concatenate(list(self._pool.map(self._damaged, blocks)))

    def places(self, count: int) -> Positions:
        """Places in `order`, evenly spread over the bytes, the first and the last among them."""
        offsets = self._video.offset[self._order]
        return np.unique(np.searchsorted(offsets, np.linspace(offsets[0], offsets[-1], count), "right") - 1)

    def around(self, places: Positions) -> tuple[Positions, int]:
        """Decode positions of the stretches that damaged places lie in, and how many places are damaged.

        Where damage begins and ends is found by halving, as if it were one stretch: that of its first and
        last place.
        """
        is_bad = np.array(list(self._pool.map(self._is_bad, places.tolist())))
        bad = np.flatnonzero(is_bad)
        if not len(bad):
            return np.empty(0, np.int64), 0
        runs = np.split(bad, np.flatnonzero(np.diff(bad) > 1) + 1)
        stretches = [[int(places[run[0]]), int(places[run[-1]]) + 1] for run in runs]
        for place in {0, len(runs) - 1}:
            if runs[place][0] > 0:
                stretches[place][0] = self._border(int(places[runs[place][0] - 1]), stretches[place][0])
        if runs[-1][-1] + 1 < len(places):
            stretches[-1][1] = self._border(stretches[-1][1] - 1, int(places[runs[-1][-1] + 1]))
        return np.concatenate([self._order[begin:end] for begin, end in stretches]), len(bad)

    def _border(self, before: int, after: int) -> int:
        """The first place between two of different state that is as the later one."""
        state = self._is_bad(after)
        while after - before > 1:
            middle = (before + after) // 2
            before, after = (before, middle) if self._is_bad(middle) is state else (middle, after)
        return after

    def _is_bad(self, place: int) -> bool:
        return len(self._damaged(self._order[place : place + 1])) > 0

    def _damaged(self, positions: Positions) -> Positions:
        video_track = self._video
        fetched = _fetched(self._source, video_track, positions)
        length_bytes = nal_length_bytes(video_track.codec, video_track.entry)
        bad = [
            at for at in positions.tolist() if not _is_whole(_sample(video_track, fetched, at), length_bytes)
        ]
        return np.array(bad, np.int64)


def _is_whole(sample: memoryview, length_bytes: int) -> bool:
    """Frames of codecs without NAL units can only be told from zeros."""
    return is_whole(sample, length_bytes) if length_bytes else any(sample)


def _words(damaged_s: Times, hit: str) -> str:
    if not len(damaged_s):
        return ""
    return (
        f"{hit} are damaged, between {damaged_s.min():.1f} s and {damaged_s.max():.1f} s: "
        "zeroed or overwritten data; transfer it again"
    )


def _whole_until_s(video_track: VideoTrack, there: Positions, damaged: Positions) -> float:
    whole = np.setdiff1d(there, damaged)
    tail = there[there > whole[-1]] if len(whole) else there
    return float(video_track.pts[tail].min()) / video_track.timescale if len(tail) else np.inf


def _gops(video_track: VideoTrack, is_there: Flags) -> list[Positions]:
    """Decode positions of the groups that are decoded as proof, each up to MOST_GOP_FRAMES."""
    keyframes = np.flatnonzero(video_track.is_sync)
    usable = np.flatnonzero(is_there[keyframes])
    ends = np.append(keyframes[1:], len(video_track.pts))
    chosen = (
        usable[np.unique(np.linspace(0, len(usable) - 1, SAMPLED_GOPS).round().astype(int))]
        if len(usable)
        else []
    )
    gops = []
    for begin, end in zip(keyframes[chosen].tolist(), ends[chosen].tolist(), strict=True):
        run = np.arange(begin, min(end, begin + MOST_GOP_FRAMES))
        run = run[np.logical_and.accumulate(is_there[run])]
        run = run[np.cumsum(video_track.size[run], dtype=np.int64) <= MOST_GOP_BYTES]
        # Shown before the keyframe, such frames lean on what stands in front of it.
        gops.append(run[video_track.pts[run] >= video_track.pts[begin]])
    return gops


def _is_proved(source: Ranged, index: Index, gop: Positions, fetched: Fetched, proof: Proof | None) -> bool:
    """Whether a group decodes, from the nearest place that may do for it or from a farther one that must."""
    if proof is not None and _decodes(*proof, int(gop[0])):
        return True
    if proof is not None and proof[0] is index:
        return False
    farther = _truly_begun(source, index, gop, fetched, MOST_FRAMES)
    return farther is not None and _decodes(*farther, int(gop[0]))


def _truly_begun(
    source: Ranged, index: Index, gop: Positions, fetched: Fetched, most_named: int = MOST_NAMED
) -> Proof | None:
    """The group with what stands before it from where decoding can begin, and an index that says so; as it is
    where that is its keyframe, None where nothing in front of it can be begun at."""
    video_track, begin = index.video_track, int(gop[0])
    try:
        flags = true_syncs(source, video_track, begin, begin, begin, fetched, most_named)
        if flags is None:
            return index, fetched, gop
        entry = int(np.flatnonzero(flags[: begin + 1])[-1])
        run = np.arange(entry, int(gop[-1]) + 1)
        run = run[video_track.pts[run] >= video_track.pts[entry]]
        held = _fetched(source, video_track, run)
        held.view(int(video_track.offset[entry]), int(video_track.size[entry]))
        is_there = (video_track.offset[run] >= 0) & (
            video_track.offset[run] + video_track.size[run] <= source.size_bytes
        )
        return (
            (replace(index, video_track=replace(video_track, is_sync=flags)), held, run)
            if is_there.all()
            else None
        )
    except Permanent:
        return None


def _decodes(index: Index, fetched: Fetched, gop: Positions, begin: int) -> bool:
    """True where the group gives every frame whole that it shows from its frame `begin` on."""
    video_track = index.video_track
    following = video_track.pts[gop[-1] + 1 : gop[-1] + 1 + FOLLOWERS]
    start_tick, last_tick = int(video_track.pts[gop[0]]), int(video_track.pts[gop].max())
    end_tick = min(last_tick + 1, int(following.min())) if len(following) else last_tick + 1
    pictures = ClipPictures(
        head=(),
        copied=gop,
        tail=(),
        pts=video_track.pts[gop] - start_tick,
        is_sync=video_track.is_sync[gop],
        entry=video_track.entry,
        end_tick=max(1, end_tick - start_tick),
    )
    mini_video = b"".join(assemble(index, fetched, pictures, None))
    from_tick = int(video_track.pts[begin]) - start_tick
    wanted = int(((pictures.pts >= from_tick) & (pictures.pts < pictures.end_tick)).sum())
    from_s = (from_tick - 0.5) / video_track.timescale
    try:
        with av.open(BytesIO(mini_video), "r") as container:
            stream = picture_of(container)
            stream.thread_type = "AUTO"
            stream.codec_context.options = {"err_detect": "explode"}
            times_s = (frame.time for frame in container.decode(stream) if not frame.is_corrupt)
            return sum(time_s is not None and time_s >= from_s for time_s in times_s) == wanted
    except (av.error.FFmpegError, NotAVideo):
        return False


def _is_open(video_track: VideoTrack, fetched: Fetched, gop: Positions) -> bool:
    length_bytes = nal_length_bytes(video_track.codec, video_track.entry)
    if not length_bytes:
        return False
    sample = _sample(video_track, fetched, int(gop[0]))
    with suppress(ValueError):
        return not is_idr(sample, length_bytes, is_hevc=video_track.codec in ("hvc1", "hev1"))
    return False


def _fetched(source: Ranged, video_track: VideoTrack, positions: Positions) -> Fetched:
    return fetch(source, byte_ranges(video_track.offset[positions], video_track.size[positions]))


def _sample(video_track: VideoTrack, fetched: Fetched, position: int) -> memoryview:
    return fetched.view(int(video_track.offset[position]), int(video_track.size[position]))


def _time_s(video_track: VideoTrack, gop: Positions) -> float:
    return float(video_track.pts[gop[0]]) / video_track.timescale
