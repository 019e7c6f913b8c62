"""Separated text as records of cells, each with its line; a record that is broken costs only itself.

The `csv` module reads one record; what it cannot tell is decided here: where lines end, where an open quote
ends, which separator it is. Not here: what a cell means (`headers`, `importing.tables`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator

from uball_assets.domain.tabular.spreadsheet_cells import unguarded

Record = tuple[int, list[object] | str]
"""Line in the file (from 1) and cells, or why there are none."""
IsRow = Callable[[list[str]], bool]

SEPARATORS = ",;\t|"
LONGEST_RECORD = 200
"""Lines of one record. Longer notes were never seen; an open quote must not search the whole file."""

_UNBALANCED = (
    "its quotes do not match: a text in quotes ends before a separator or the line's end, and a quote inside "
    'it is written twice ("")'
)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""Line separators of Unicode and control characters are a note's own."""
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[\s,;|]*', re.IGNORECASE)
"""What Excel reads a file's separator from."""
_UNTIL_QUOTE = re.compile(r'(?:[^"]|"")*')


def lines_of(text: str) -> list[str]:
    """With their ends, as an editor counts them."""
    return _LINE.findall(text)


def readings(text: str, is_row: IsRow) -> Iterator[list[Record]]:
    """The records under each separator that may be meant; the file's own word first (`sep=;`)."""
    lines = lines_of(text)
    named = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    if named:
        lines[0] = "\n"
    for separator in dict.fromkeys((named[1] if named else "") + SEPARATORS):
        yield list(_records(lines, separator, is_row))


def _records(lines: list[str], separator: str, is_row: IsRow) -> Iterator[Record]:
    at = 0
    while at < len(lines):
        reader = csv.reader(lines[at : at + LONGEST_RECORD], delimiter=separator, strict=True)
        try:
            cells = next(reader)
            count = reader.line_num
            has_swallowed = count > 1 and _holds_row(lines[at + 1 : at + count], separator, is_row)
        except csv.Error:
            has_swallowed = True
        if has_swallowed:
            yield at + 1, _UNBALANCED
            at += 1
            continue
        if cells:
            yield at + 1, [unguarded(cell) for cell in cells]
        at += count


def _holds_row(continued: list[str], separator: str, is_row: IsRow) -> bool:
    """Whether a text of several lines is really a quote left open, with rows of the table behind it."""
    *middle, last = continued
    until_quote = _UNTIL_QUOTE.match(last)
    texts = [*middle, until_quote[0] if until_quote else last]
    return any(is_row(text.split(separator)) for text in texts)
