"""The bytes of a few ranges of a video, held in memory while a clip is made of them.

Belongs here: finding a sample in what was read. Not here: reading (`batch`), or what a sample is (`mp4`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.ranges import Ranged

Ranges = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Fetched:
    """Blocks of a video by where they begin."""

    starts: tuple[int, ...]
    blocks: tuple[bytes, ...]

    def view(self, offset: int, length: int) -> memoryview:
        """The bytes of one sample or run of samples, not copied. They must have been fetched."""
        block, begin = self.find(offset, length)
        return memoryview(block)[begin : begin + length]

    def find(self, offset: int, length: int) -> tuple[bytes, int]:
        """The block that holds the bytes, and where they begin in it."""
        place = bisect_right(self.starts, offset) - 1
        begin = offset - self.starts[place]
        if place < 0 or begin + length > len(self.blocks[place]):
            raise Permanent(
                f"the video ends before byte {offset + length}: it is cut short; transfer it again"
            )
        return self.blocks[place], begin


def fetch(source: Ranged, ranges: Ranges) -> Fetched:
    """Reads each `(offset, length)`, in order of offset."""
    ordered = sorted(ranges)
    blocks = [source.read_range(offset, length) for offset, length in ordered]
    return Fetched(tuple(offset for offset, _ in ordered), tuple(blocks))
