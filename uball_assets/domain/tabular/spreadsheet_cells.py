"""Separated text that no spreadsheet takes for a formula.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a line's end is run by Excel, LibreOffice or Google
Sheets when the file is opened. Such a text gets an apostrophe before it, and is shown as it is; one that has
an apostrophe itself gets another, so that `unguarded` gives back what was written. Numbers are left alone.

Belongs here: cells and lines. Not here: which columns there are (`tables`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

GUARD = "'"
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With the full-width forms of the first four: Excel in Japanese takes them alike."""
BYTE_ORDER_MARK = "\ufeff"
"""Excel takes a file without it for one of the machine's old code page."""


def guarded(value: object) -> object:
    """The text, which begins no formula; None as an empty cell; anything else as it is."""
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip(" ").startswith((*_STARTS, GUARD)):
        return GUARD + value
    return value


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    bare = text.removeprefix(GUARD)
    return bare if bare != text and bare.lstrip(" ").startswith((*_STARTS, GUARD)) else text


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Commas, quotes where needed, lines that end as RFC 4180 wants them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(column) for column in columns])
    writer.writerows([guarded(row.get(column)) for column in columns] for row in rows)
    return text.getvalue()
