"""The plays in Supabase, as rows in a backup, and back.

Belongs here: a table as lines of JSON. Not here: pages and keys (`adapters.plays.supabase_whole`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from uball_assets.adapters.plays.supabase_whole import REFERRING_FIRST, SupabaseWhole
from uball_assets.domain.backup.manifest import PLAYS, ROWS
from uball_assets.services.backup.sources import Source

_PREFIX, _SUFFIX = "supabase/", ".jsonl"
_LINES_AT_ONCE = 2_000


@dataclass(frozen=True)
class SupabaseRows:
    """`restoring.Tables`. Raises as `PlaysDb`."""

    whole: SupabaseWhole

    def sources(self) -> Iterator[Source]:
        for table in REFERRING_FIRST:
            yield self._source(table)

    def in_the_way(self) -> str:
        found = next((table for table in reversed(REFERRING_FIRST) if self.whole.count(table)), "")
        return f"table {found} of the Supabase project" if found else ""

    def put(self, tables: Iterable[tuple[str, Iterator[bytes]]]) -> None:
        """A table after the other, those that others refer to first; again after a kill, to the same end."""
        given = {name.removeprefix(_PREFIX).removesuffix(_SUFFIX): pieces for name, pieces in tables}
        for table in reversed(REFERRING_FIRST):
            rows = []
            for line in _lines(given.pop(table, iter(()))):
                rows.append(json.loads(line))
                if len(rows) == _LINES_AT_ONCE:
                    self.whole.put(table, rows)
                    rows = []
            self.whole.put(table, rows)

    def _source(self, table: str) -> Source:
        def pieces() -> Iterator[bytes]:
            for page in self.whole.rows(table):
                yield b"".join(_line(row) for row in page)

        source = Source(PLAYS, f"{_PREFIX}{table}{_SUFFIX}", ROWS, "", pieces, lambda: source)
        return source


def _line(row: dict[str, object]) -> bytes:
    return json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    held = b""
    for piece in pieces:
        *whole, held = (held + piece).split(b"\n")
        yield from whole
