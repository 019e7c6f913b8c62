"""Which header means which column: records of cells, or objects, as rows under our names.

Titles above the header, a header that comes again, columns nobody needs: passed over, and said. Not here: how
a file becomes records (`cells`, `objects`, `importing.spreadsheet`), or what a value says
(`importing.tables`, `league.intake.reading`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from uball_assets.domain.tabular.cells import Record


@dataclass
class Written:
    """What a file says: rows by column, what could not be read, and what a person should know."""

    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    """Line in the file (from 1), of a JSON list the row, and values by column."""
    faults: list[tuple[int | None, str]] = field(default_factory=list)
    """Line, or None for the whole file, and why it gives no row."""
    notices: list[str] = field(default_factory=list)
    unused: dict[object, None] = field(default_factory=dict)
    """Headers that say nothing to us, in order."""
    beside: list[dict[object, Any]] = field(default_factory=list)
    """Of each row, its values under these."""

    def ignored(self) -> list[str]:
        """What was passed over, in words."""
        named = ", ".join(map(str, self.unused))
        return [*self.notices, *([f"columns not used: {named}"] if named else [])]


@dataclass(frozen=True)
class Vocabulary:
    """A table's columns and the other headers that people write; only letters and digits matter, not case."""

    aliases: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]
    remedy: str = ""
    """What to write instead of a table without a header."""

    def is_header(self, cells: Sequence[object]) -> bool:
        places = self._places(cells)
        return all(places[column] for column in self.needed)

    def known(self, cells: Sequence[object]) -> int:
        """How many columns these cells name."""
        return sum(bool(places) for places in self._places(cells).values())

    def columns(self, headers: Sequence[object]) -> dict[str, int]:
        """The position of each column that there is. ValueError where two headers say the same one."""
        places = self._places(headers)
        for column, found in places.items():
            if len(found) > 1:
                both = " and ".join(str(headers[place]) for place in found)
                raise ValueError(f"{both} both say {column}: rename or remove one")
        return {column: found[0] for column, found in places.items() if found}

    def complaint(self, headers: Sequence[object]) -> str:
        places = self._places(headers)
        missing = [
            f"{column} (or {', '.join(self.aliases[column])})" for column in self.needed if not places[column]
        ]
        listed = ", ".join(str(header)[:40] for header in headers[:20] if not _is_blank(header))
        return f"it has no column {'; no column '.join(missing)}; it has {listed}" + (
            f": {self.remedy}" if self.remedy else ""
        )

    def _places(self, headers: Sequence[object]) -> dict[str, list[int]]:
        """Where each column's own name stands, else its aliases."""
        plain = [_plain(header) for header in headers]
        places = {}
        for column, aliases in self.aliases.items():
            exact = [place for place, name in enumerate(plain) if name == _plain(column)]
            others = {_plain(alias) for alias in aliases}
            places[column] = exact or [place for place, name in enumerate(plain) if name in others]
        return places


def under_headers(records: Iterable[Record], words: Vocabulary) -> Written | None:
    """The rows below the header, wherever that stands; None where there is none."""
    filled = [
        record for record in records if isinstance(record[1], str) or not all(map(_is_blank, record[1]))
    ]
    start = next(
        (at for at, (_, cells) in enumerate(filled) if not isinstance(cells, str) and words.is_header(cells)),
        None,
    )
    if start is None:
        return None
    written = Written()
    _above(filled[:start], filled[start][0], words, written)
    columns: dict[str, int] = {}
    others: dict[object, int] = {}
    width = 0
    for number, (line, cells) in enumerate(filled[start:]):
        if isinstance(cells, str):
            written.faults.append((line, cells))
        elif words.is_header(cells):
            columns, width = words.columns(cells), len(cells)
            others = _unused(cells, columns)
            written.unused |= dict.fromkeys(others)
            if number:
                written.notices.append(f"line {line} is the header again: passed over")
        elif not all(map(_is_blank, cells[width:])):
            why = f"it has {len(cells)} cells, the header {width}: a separator in a text needs quotes"
            written.faults.append((line, why))
        else:
            row = {column: cells[place] for column, place in columns.items() if place < len(cells)}
            written.rows.append((line, row))
            written.beside.append({name: cells[at] for name, at in others.items() if at < len(cells)})
    return written


def by_keys(objects: Iterable[tuple[int, dict[str, Any]]], words: Vocabulary) -> Written:
    """Objects as rows, whatever keys each has. ValueError where none of them has a needed column."""
    written = Written()
    headers: dict[str, None] = {}
    for line, values in objects:
        keys = list(values)
        columns = words.columns(keys)
        written.rows.append((line, {column: values[keys[place]] for column, place in columns.items()}))
        others = _unused(keys, columns)
        written.unused |= dict.fromkeys(others)
        written.beside.append({name: values[keys[place]] for name, place in others.items()})
        headers |= dict.fromkeys(keys)
    if written.rows and not words.is_header(list(headers)):
        raise ValueError(words.complaint(list(headers)))
    return written


def nearest_header(readings: Iterable[Iterable[Record]], words: Vocabulary) -> list[object]:
    """The cells that name most columns, of a file without a header; for its complaint."""
    lists = [cells for records in readings for _, cells in records if not isinstance(cells, str)]
    return max(lists, key=lambda cells: (words.known(cells), len(cells)), default=[])


def _above(records: list[Record], header_line: int, words: Vocabulary, written: Written) -> None:
    """Titles are passed over; what is as wide as a row has lost its header, and is told as such."""
    titles = []
    for line, cells in records:
        if isinstance(cells, str):
            written.faults.append((line, cells))
        elif sum(not _is_blank(cell) for cell in cells) >= len(words.needed):
            written.faults.append((line, f"it stands above the header, which is line {header_line}"))
        else:
            title = " ".join(str(cell) for cell in cells if not _is_blank(cell))
            titles.append(f"line {line} ({title[:40]})")
    if titles:
        written.notices.append(f"above the header, not used: {', '.join(titles[:5])}")


def _unused(headers: Sequence[object], columns: Mapping[str, int]) -> dict[object, int]:
    """With their places."""
    used = set(columns.values())
    return {header: at for at, header in enumerate(headers) if at not in used and not _is_blank(header)}


@lru_cache(maxsize=4096)
def _plain(header: object) -> str:
    return re.sub(r"[\W_]+", "", str(header)).lower()


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
