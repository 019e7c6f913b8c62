"""Taking a backup: every source to blobs, what is new to the place, and the manifest last.

What is as it was in the last backup is not read again; what is there already is not written again. A source
that is replaced while it is read is read once more; one that never stands still is taken as it was last, and
the manifest says so.

Belongs here: the way from a source to its item. Not here: which sources there are (`sources`), what may go
(`retaining`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from uball_assets.domain.backup.manifest import Item, Manifest
from uball_assets.domain.errors import UballError
from uball_assets.services.backup.sources import PIECE_BYTES, Source
from uball_assets.services.backup.target import Target

_READS = 4
Tell = Callable[[int], None]


@dataclass
class Taken:
    """What one backup did."""

    items: list[Item] = field(default_factory=list)
    kept_items: int = 0
    """As they were in the last backup."""
    read_bytes: int = 0
    written_bytes: int = 0
    remarks: list[str] = field(default_factory=list)


class Taking:
    """`last`: what the newest backup consists of, where this machine knows it; `anew`: nothing that is there
    is relied on, all is written."""

    def __init__(self, target: Target, last: Manifest | None, *, anew: bool = False) -> None:
        self._target = target
        self._there = {} if anew else target.own_blobs()
        self._last = _reusable(last, self._there) if last and not anew else {}
        self._stored: dict[str, int] = dict(last.stored_bytes) if last and not anew else {}
        self.done = Taken()

    def take(self, sources: Iterable[Source], watch: Tell = lambda _: None) -> None:
        """Raises as the stores do, where the place is full or does not answer: what was written stays."""
        for source in sources:
            item = self._last.get((source.part, source.name))
            if item and source.version and item.version == source.version and item.form == source.form:
                self.done.kept_items += 1
            else:
                item = self._steadily(source)
            if item:
                self.done.items.append(item)
            watch(len(self.done.items))

    def stored_bytes(self) -> dict[str, int]:
        """Of every blob that the items need."""
        needed = {blob for item in self.done.items for blob in item.blobs}
        return {blob: self._stored[blob] for blob in needed}

    def missing(self) -> list[str]:
        """Blobs that stood there at the beginning or were written, and do not now."""
        there = self._target.blobs()
        return sorted(blob for blob, size in self.stored_bytes().items() if there.get(blob) != size)

    def _steadily(self, source: Source) -> Item | None:
        """None for what went meanwhile."""
        for _ in range(_READS):
            try:
                item: Item | None = self._read(source)
            except UballError:
                if (now := source.again()) is None:
                    return None
                if now.version == source.version:
                    raise
                item = None
            else:
                now = source.again()
                if item and (now is None or now.version == source.version):
                    return item
            source = now or source
        self.done.remarks.append(f"{source.part} {source.name} was being written all the time")
        return self._read(source)

    def _read(self, source: Source) -> Item:
        whole, blobs, size_bytes = hashlib.sha256(), [], 0
        for piece in _even(source.pieces()):
            whole.update(piece)
            size_bytes += len(piece)
            blobs.append(self._put(piece))
        self.done.read_bytes += size_bytes
        return Item(
            source.part, source.name, source.form, source.version, size_bytes, whole.hexdigest(), tuple(blobs)
        )

    def _put(self, piece: bytes) -> str:
        blob = self._target.blob_of(hashlib.sha256(piece).hexdigest())
        if blob in self._stored and self._there.get(blob) == self._stored[blob]:
            return blob
        packed = self._target.sealer.packed(piece)
        there = self._there.get(blob)
        if there is None or not self._target.sealer.could_be(packed, there):
            sealed = self._target.sealer.seal(packed)
            self._target.put(blob, sealed)
            self.done.written_bytes += len(sealed)
            there = len(sealed)
        self._there[blob] = self._stored[blob] = there
        return blob


def _reusable(last: Manifest, there: Mapping[str, int]) -> dict[tuple[str, str], Item]:
    """Items of which every blob stands in the place, as long as it was written."""
    sound = {blob for blob, size in last.stored_bytes.items() if there.get(blob) == size}
    return {(item.part, item.name): item for item in last.items if sound.issuperset(item.blobs)}


def _even(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same content in blobs' sizes, wherever its pieces end."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= PIECE_BYTES:
            yield bytes(held[:PIECE_BYTES])
            del held[:PIECE_BYTES]
    if held:
        yield bytes(held)
