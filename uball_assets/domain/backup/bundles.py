"""A bundle: several files as one content, the same bytes for the same files.

    [["games/g1/plays.json", 812, {}], ...]\n      names, sizes in bytes, what their writer kept with them
    (the files' bytes, one after the other)

Belongs here: the form. Not here: which files are bundled (`coverage`), blobs (`services.backup`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from uball_assets.domain.errors import Permanent


@dataclass(frozen=True)
class Member:
    name: str
    size_bytes: int
    metadata: Mapping[str, str] = field(default_factory=dict)


def head(members: Sequence[Member]) -> bytes:
    rows = [[one.name, one.size_bytes, dict(one.metadata)] for one in members]
    return json.dumps(rows, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def unbundled(pieces: Iterable[bytes]) -> Iterator[tuple[Member, Iterator[bytes]]]:
    """Each file with its content, which is to be read before the next is asked for. Raises Permanent for
    what is no whole bundle."""
    reader = _Reader(iter(pieces))
    try:
        members = [Member(*row) for row in json.loads(reader.line())]
    except (ValueError, TypeError) as error:
        raise Permanent("a bundle of the backup does not tell what is in it") from error
    for member in members:
        yield member, reader.take(member.size_bytes)
    if reader.rest():
        raise Permanent("a bundle of the backup holds more than it tells")


class _Reader:
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held = pieces, b""

    def line(self) -> bytes:
        while b"\n" not in self._held:
            self._held += self._next()
        line, _, self._held = self._held.partition(b"\n")
        return line

    def take(self, size_bytes: int) -> Iterator[bytes]:
        while size_bytes:
            piece = self._held or self._next()
            given, self._held = piece[:size_bytes], piece[size_bytes:]
            size_bytes -= len(given)
            yield given

    def rest(self) -> bytes:
        return self._held or next(self._pieces, b"")

    def _next(self) -> bytes:
        piece = next(self._pieces, None)
        if piece is None:
            raise Permanent("a bundle of the backup ends too early")
        return piece
