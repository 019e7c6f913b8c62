"""A video opened for cutting: its bytes, its index, and the times of its frames, read once.

Belongs here: opening, by index or, where that cannot be treated exactly, by walking the packets. Not here:
judging a video (`probe`), cutting (`cut`).
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import av

from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.ranges import Ranged
from uball_assets.media.mp4.boxes import Moov, NotAVideo, NotMp4, read_moov
from uball_assets.media.mp4.index import Index, Unsupported
from uball_assets.media.mp4.index_parser import parse_index
from uball_assets.media.videos.joint import Joint, joint_of
from uball_assets.media.videos.lost_packets import settled
from uball_assets.media.videos.samples import Samples, Times, Unplayable, read_samples, refuse_pictures

BLOCK_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class Piece:
    """One of the files that a video stands in."""

    source: Ranged
    shift_s: float
    """The video's time minus this file's own."""


class Brought:
    """A video with an index that a clip needs walked all the same: on this machine, its frames read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: tuple[Path, Samples] | None = None
        self._copy: Path | None = None

    def here(self, source: Ranged, work_folder: Path) -> tuple[Path, Samples]:
        """The video as a file and its samples; read at the first call, from afar copied."""
        with self._lock:
            if self._found is None:
                if source.local_path is None:
                    self._copy = _copied(source, work_folder)
                path = source.local_path or self._copy
                assert path is not None
                self._found = (path, read_samples(path))
            return self._found

    def close(self) -> None:
        if self._copy is not None:
            self._copy.unlink(missing_ok=True)


@dataclass(frozen=True)
class Video:
    """Close it, or use it in a `with`, to remove what had to be copied."""

    source: Ranged
    index: Index | None
    joint: Joint | str
    """How re-encoded frames join the video's own, or why they cannot."""
    shown_s: Times
    """Times of the frames that a player shows and whose data is there; video clock, sorted."""
    end_s: float
    """Where the last frame ends by the index."""
    copy: Path | None = None
    """Made here because no index could be used and the video is not on this machine."""
    walked: Samples | None = None
    """Its coded frames, where it has no index that can be used."""
    brought: Brought = field(default_factory=Brought, compare=False)
    pieces: tuple[Piece, ...] = ()
    """The files, in order, where a camera split its recording; else none."""

    @property
    def name(self) -> str:
        return self.source.name

    def whole(self) -> Path | None:
        """The video as a file, where it is one."""
        return self.source.local_path or self.copy

    def walk(self, work_folder: Path) -> tuple[Path, Samples]:
        """The video as a file on this machine and its samples, for a clip that cannot be cut by an index."""
        path = self.whole()
        if path is not None and self.walked is not None:
            return path, self.walked
        return self.brought.here(self.source, work_folder)

    def close(self) -> None:
        self.brought.close()
        if self.copy is not None:
            self.copy.unlink(missing_ok=True)

    def __enter__(self) -> Video:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_video(source: Ranged, work_folder: Path, find_moov: Callable[[Ranged], Moov] = read_moov) -> Video:
    """Opens a video by its index, which `find_moov` reads or knows.

    Raises Permanent (NotAVideo) with the reason where the file is no video.
    """
    try:
        index = parse_index(find_moov(source), source.size_bytes)
    except Unsupported as unsupported:
        return _walked(source, str(unsupported), work_folder)
    except NotMp4 as error:
        try:
            return _walked(source, "it is not an MP4", work_folder)
        except Unplayable:
            raise
        except Permanent:
            raise error from None
    return Video(
        source, index, joint_of(index.video_track), index.video_track.shown_s, index.video_track.end_s
    )


def _walked(source: Ranged, reason: str, work_folder: Path) -> Video:
    """A video that only ffmpeg can read, as a file on this machine."""
    try:
        refuse_pictures(source)
        samples = settled(source, read_samples(source))
    except (OSError, av.error.FFmpegError, IndexError) as error:
        raise NotAVideo(f"no video can be read from it ({error}); transfer it again") from error
    shown_s = samples.shown_s
    if not len(shown_s):
        raise NotAVideo("no picture can be read from it; transfer it again")
    end_s = float(shown_s[-1] + (shown_s[-1] - shown_s[0]) / max(1, len(shown_s) - 1))
    copy = None if source.local_path else _copied(source, work_folder)
    return Video(source, None, reason, shown_s, end_s, copy, samples)


def _copied(source: Ranged, work_folder: Path) -> Path:
    work_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=work_folder, suffix=Path(source.name).suffix, delete=False) as file:
        try:
            for offset in range(0, source.size_bytes, BLOCK_BYTES):
                file.write(source.read_range(offset, BLOCK_BYTES))
        except BaseException:
            with suppress(OSError):
                Path(file.name).unlink()
            raise
    return Path(file.name)
