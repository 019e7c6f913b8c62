"""Opening a recording that its camera split into several files.

Belongs here: from files to one `Video`. Not here: the joining itself (`mp4.join`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.mp4.boxes import Moov, NotAVideo
from uball_assets.media.mp4.index import Unsupported
from uball_assets.media.mp4.index_parser import parse_index
from uball_assets.media.mp4.join import JoinedRanges, join_indexes
from uball_assets.media.videos.joint import joint_of
from uball_assets.media.videos.video import Piece, Video


def open_joined(parts: Sequence[Ranged], find_moov: Callable[[Ranged], Moov]) -> Video:
    """The parts, in order, as one video. Raises Permanent (NotAVideo) naming a part that is none, or why they
    cannot be joined."""
    indexes = []
    for part in parts:
        try:
            indexes.append(parse_index(find_moov(part), part.size_bytes))
        except NotAVideo as error:
            raise NotAVideo(f"{part.name}: {error}") from error
        except Unsupported as unsupported:
            raise NotAVideo(f"{part.name} cannot be joined with its sisters: {unsupported}") from unsupported
    try:
        index, shifts_s = join_indexes(indexes, [part.size_bytes for part in parts])
    except Unsupported as unsupported:
        raise NotAVideo(
            f"{parts[0].name} and {len(parts) - 1} more cannot be joined: {unsupported}"
        ) from unsupported
    pieces = tuple(Piece(part, shift_s) for part, shift_s in zip(parts, shifts_s, strict=True))
    video_track = index.video_track
    return Video(
        JoinedRanges(parts),
        index,
        joint_of(video_track),
        video_track.shown_s,
        video_track.end_s,
        pieces=pieces,
    )
