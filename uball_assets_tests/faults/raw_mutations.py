"""Changes of a video's bytes that no index places: streams and containers without boxes.

Belongs here: what lines, disks and recorders do to any file. Not here: MP4s, whose boxes are known
(`mutations`).
"""

from __future__ import annotations

from random import Random

from uball_assets_tests.faults.index_mutations import Mutation, block

PACKET_BYTES = 188
HEAD_BYTES = 2048
"""Left as it is: what a container says of itself."""


def _flipped_bits(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 3, 20))):
        changed[random.randrange(HEAD_BYTES, len(data))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _zeroed_block(random: Random, data: bytes) -> bytes:
    place = block(random, HEAD_BYTES, len(data))
    return data[: place.start] + bytes(place.stop - place.start) + data[place.stop :]


def _noise_block(random: Random, data: bytes) -> bytes:
    place = block(random, HEAD_BYTES, len(data))
    return data[: place.start] + random.randbytes(place.stop - place.start) + data[place.stop :]


def _packets_lost(random: Random, data: bytes) -> bytes:
    """As a transport stream loses them: any bytes of other containers."""
    begin = random.randrange(HEAD_BYTES // PACKET_BYTES, len(data) // PACKET_BYTES) * PACKET_BYTES
    return data[:begin] + data[begin + random.choice((1, 1, 3, 30)) * PACKET_BYTES :]


def _cut_short(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(HEAD_BYTES, len(data))]


def _begun_late(random: Random, data: bytes) -> bytes:
    return data[random.randrange(len(data) // 2) // PACKET_BYTES * PACKET_BYTES :]


def _padded(random: Random, data: bytes) -> bytes:
    return data + random.choice((bytes(1), bytes(5000), random.randbytes(300)))


RAW: dict[str, Mutation] = {
    "raw-flipped-bits": _flipped_bits,
    "raw-zeroed-block": _zeroed_block,
    "raw-noise-block": _noise_block,
    "raw-packets-lost": _packets_lost,
    "raw-cut-short": _cut_short,
    "raw-begun-late": _begun_late,
    "raw-padded": _padded,
}
