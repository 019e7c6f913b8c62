"""The tables of a track's samples: how large each is, where it stands, when it decodes and is shown.

Each is held against the file and the others: a count that cannot be raises ValueError, what is right but
cannot be treated exactly Unsupported.

Belongs here: one table at a time, as arrays. Not here: what they come to together (`index_parser`).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from uball_assets.media.mp4.boxes import Boxes, NotAVideo, children
from uball_assets.media.mp4.index import FARTHEST_BYTE, Flags, Ints, Sizes, Unsupported

MOST_SAMPLES = 20_000_000
"""More than 4 days at 59.94 fps: a count beyond it is damage, not a video."""
LONGEST_S = 400 * 24 * 3600
"""Times further from 0:00 are damage."""
PCM_BITS = {"alaw": 8, "ulaw": 8, "in24": 24, "in32": 32, "fl32": 32, "fl64": 64}
"""Codecs of one sample size, whatever else is told of it (QuickTime File Format, sound descriptions)."""
TELL_KEYFRAMES = {"avc1", "avc3", "hvc1", "hev1"}
"""Codecs whose pictures say themselves whether decoding can begin at them."""


def sample_entry(table: Boxes) -> tuple[str, bytes]:
    raw = table.get(b"stsd")
    if raw is None or len(raw) < 8:
        raise NotAVideo("the index (moov) has a track without a codec: the file is damaged")
    entries = list(children(raw[8:]))
    if len(entries) != 1:
        raise Unsupported(f"a track has {len(entries)} sample descriptions")
    kind, entry = entries[0]
    return kind.decode("latin-1"), bytes(entry)


def array_of(table: Boxes, kind: bytes, width: str, columns: int, header_bytes: int = 8) -> Ints:
    """Rows of a table box as `(n, columns)`; its row count stands in the last word of the header."""
    raw = table.get(kind)
    if raw is None:
        return np.empty((0, columns), np.int64)
    count = struct.unpack_from(">I", raw, header_bytes - 4)[0]
    item = np.dtype(width)
    if count * columns * item.itemsize > len(raw) - header_bytes:
        raise ValueError(f"{kind.decode()} claims {count} entries")
    flat = np.frombuffer(raw, item, count * columns, header_bytes)
    return flat.astype(np.int64).reshape(count, columns)


def constant_size(table: Boxes) -> tuple[int, int]:
    """Size of every sample, 0 where they differ, and their count."""
    raw = table.get(b"stsz")
    if raw is None:
        return 0, 0
    size, count = struct.unpack_from(">II", raw, 4)
    return size, count


def sizes_of(table: Boxes, size_bytes: int) -> Sizes:
    size, count = constant_size(table)
    if size and count:
        if count > min(MOST_SAMPLES, size_bytes // size + MOST_SAMPLES // 1000):
            raise ValueError(f"stsz claims {count} samples of {size} bytes in a file of {size_bytes}")
        return np.full(count, size, np.int32)
    if b"stz2" in table:
        raise Unsupported("its sample sizes are packed (stz2)")
    sizes = array_of(table, b"stsz", ">u4", 1, header_bytes=12)[:, 0]
    if len(sizes) and sizes.max() > 2**31 - 1:
        raise ValueError(f"stsz claims a sample of {sizes.max()} bytes")
    return sizes.astype(np.int32)


def decode_times(table: Boxes, count: int) -> tuple[Ints, int]:
    """Each sample's decode time and the end of the last, media clock."""
    runs = array_of(table, b"stts", ">u4", 2)
    timed_count = int(runs[:, 0].sum())
    if timed_count == count - 1 and timed_count:
        # One short, as some recorders write that stop within a frame: it lasts as long as the one before.
        runs[-1, 0] += 1
    elif timed_count != count:
        if timed_count < count or runs[:, 0].max() > MOST_SAMPLES:
            raise ValueError(f"stts times {timed_count} of {count} samples")
        ends = np.minimum(np.cumsum(runs[:, 0]), count)
        runs[:, 0] = np.diff(ends, prepend=0)
    deltas = np.repeat(runs[:, 1], runs[:, 0])
    ends = np.cumsum(deltas)
    return ends - deltas, int(ends[-1]) if count else 0


def check_times(ticks: Ints, timescale: int) -> None:
    if max(int(ticks.max()), -int(ticks.min())) > LONGEST_S * timescale:
        raise ValueError(f"it tells of times from {int(ticks.min())} to {int(ticks.max())}")


def composition_of(table: Boxes, dts: Ints) -> Ints:
    """How much later than it is decoded each sample is shown, media clock."""
    count = len(dts)
    runs = array_of(table, b"ctts", ">i4", 2)
    if not len(runs):
        return np.zeros(count, np.int64)
    ends = np.cumsum(runs[:, 0])
    if runs[:, 0].min() >= 0 and 0 < ends[-1] < count:
        return _completed(np.repeat(runs[:, 1], runs[:, 0]), int(runs[:, 0].max()), dts)
    # Rows behind the one that ends with the last frame are of none.
    enough = np.flatnonzero(ends == count)
    if runs[:, 0].min() < 0 or not len(enough):
        raise ValueError(f"ctts times {runs[:, 0].sum()} of {count} samples")
    runs = runs[: enough[0] + 1]
    return np.repeat(runs[:, 1], runs[:, 0])


def _completed(composition: Ints, longest_row: int, dts: Ints) -> Ints:
    """With the row that the table lacks at its end, where the other frames leave but one that fits.

    Frames are shown as they are decoded, in another order and later by a constant: the last at the times that
    are left. Players take 0 for the row, and show the frames late in the same order.
    """
    known, lacking = len(composition), len(dts) - len(composition)
    shown = dts[:known] + composition
    left = np.setdiff1d(dts - dts[0] + shown.min(), shown)
    if lacking == len(left) <= longest_row and len(offsets := np.unique(left - dts[known:])) == 1:
        return np.append(composition, np.full(lacking, offsets[0]))
    raise NotAVideo(
        f"its index (moov) orders {known} of {len(dts)} frames (ctts), and does not tell when the others are "
        "shown; transfer it again, or save it anew by the program that wrote it"
    )


def chunk_runs(table: Boxes) -> Ints:
    """Rows of first chunk, samples a chunk, description; without rows at the end that go back to chunk 1."""
    runs = array_of(table, b"stsc", ">u4", 3)
    again = np.flatnonzero(runs[1:, 0] <= 1) + 1
    if len(again) and (runs[again[0] :, 0] <= 1).all():
        return runs[: again[0]]
    return runs


def _chunks(table: Boxes, sample_count: int) -> tuple[Ints, Ints]:
    """Each chunk's offset and its number of samples."""
    offsets = array_of(table, b"co64", ">u8", 1)[:, 0]
    if not len(offsets):
        offsets = array_of(table, b"stco", ">u4", 1)[:, 0]
    runs = chunk_runs(table)
    if not len(runs) or not len(offsets):
        raise ValueError(f"{len(offsets)} chunks hold {sample_count} samples")
    if not 0 <= offsets.min() <= offsets.max() <= FARTHEST_BYTE:
        raise ValueError("chunks stand at impossible places")
    if (runs[:, 2] != 1).any():
        raise Unsupported("its samples have several descriptions")
    first = runs[:, 0] - 1
    if first[0] != 0 or (np.diff(first) <= 0).any() or runs[:, 1].max() > MOST_SAMPLES * 100:
        raise ValueError("stsc is out of order")
    first = first[first < len(offsets)]
    counts = np.repeat(runs[: len(first), 1], np.diff(first, append=len(offsets)))
    ends = np.cumsum(counts)
    if ends[-1] < sample_count:
        raise ValueError(f"chunks hold {ends[-1]} of {sample_count} samples")
    if ends[-1] > sample_count:
        counts = np.diff(np.minimum(ends, sample_count), prepend=0)
    return offsets, counts


def offsets_of(table: Boxes, size: Sizes) -> Ints:
    if not len(size):
        return np.empty(0, np.int64)
    offsets, counts = _chunks(table, len(size))
    chunk_starts = np.cumsum(counts) - counts
    ends = np.cumsum(size, dtype=np.int64)
    before = ends - size
    used = counts > 0
    shift: Ints = np.repeat(offsets[used] - before[chunk_starts[used]], counts[used])
    return shift + before


def sync_of(table: Boxes, count: int, codec: str) -> Flags:
    """Without the box, every sample is one. So may be any of an empty one, where the pictures can tell; of
    other codecs only the first."""
    if b"stss" not in table:
        return np.ones(count, np.bool_)
    numbers = array_of(table, b"stss", ">u4", 1)[:, 0] - 1
    if not len(numbers):
        return np.arange(count) < (count if codec in TELL_KEYFRAMES else 1)
    flags = np.zeros(count, np.bool_)
    flags[numbers[(numbers >= 0) & (numbers < count)]] = True
    return flags


def pcm_chunks(table: Boxes, entry: bytes) -> tuple[Ints, Sizes, Ints, int, int] | None:
    """Chunks of uncompressed sound: offset, size, start, end of all, bytes a sample; None for other sound.

    Such a track has a sample for every tick, half a billion in a game: its chunks stand for them.
    """
    size, count = constant_size(table)
    runs: Sequence[Sequence[int]] = array_of(table, b"stts", ">u4", 2).tolist()
    if not size or not count or [run[1] for run in runs] != [1]:
        return None
    size = _pcm_bytes(sample_entry(table)[0], entry, size)
    offsets, counts = _chunks(table, count)
    if counts.max() * size > 2**31 - 1:
        raise Unsupported("its sound stands in chunks of over 2 GB")
    return offsets, (counts * size).astype(np.int32), np.cumsum(counts) - counts, count, size


def _pcm_bytes(codec: str, entry: bytes, stated_bytes: int) -> int:
    """Bytes of one PCM sample of all channels; `told` by the sample table, which is often wrong.

    What a codec's name says holds, as in every player: cameras write 1 or one channel's bytes in the table,
    and QuickTime's first descriptions say 16 bits of G.711, which has 8.
    """
    version = struct.unpack_from(">H", entry, 8)[0]
    channels, bits = struct.unpack_from(">HH", entry, 16)
    if version == 2:
        channels = struct.unpack_from(">I", entry, 40)[0]
        packet_bytes, packet_samples = struct.unpack_from(">II", entry, 56)
        if codec == "lpcm" and packet_bytes and packet_samples == 1:
            return int(packet_bytes)
    if codec in PCM_BITS and channels:
        return int(channels * PCM_BITS[codec] // 8)
    if stated_bytes != 1:
        return stated_bytes
    return int(struct.unpack_from(">I", entry, 36)[0]) if version == 1 else int(channels * bits // 8)
