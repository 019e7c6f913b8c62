"""How a command answers: a table or lines for a person, JSON for a program.

Belongs here: forms of output. Not here: what is said (the commands).
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any
from unicodedata import combining, east_asian_width

import click

as_json = click.option("--json", "as_json", is_flag=True, help="Answer as JSON, for programs.")


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True))


_CELL_LETTERS = 60
"""The widest column; a longer text goes on below."""


def table(rows: list[dict[str, Any]]) -> str:
    """Rows of equal keys under their names.

    Not tabulate: it asks of each cell whether it is a number, which took seconds for a league's ten thousand
    games.
    """
    if not rows:
        return ""
    columns = [[name, *(_cell(row[name]) for row in rows)] for name in rows[0]]
    if any("\n" in cell for column in columns for cell in column):
        columns = _in_lines(columns)
    padded = (_padded(column) for column in columns)
    return "\n".join("  ".join(line).rstrip() for line in zip(*padded, strict=True))


_LEAST_PADDING = 2


def _padded(column: Sequence[str]) -> list[str]:
    """Its name, a rule below and its cells, as wide as the widest."""
    name, *cells = column
    width_of = len if "".join(column).isascii() else _width
    width = max(len(name) + _LEAST_PADDING, *map(width_of, cells))
    return [text + " " * (width - width_of(text)) for text in (name, "-" * width, *cells)]


def _in_lines(columns: Sequence[Sequence[str]]) -> list[list[str]]:
    """A row for each line of its highest cell."""
    rows = (
        zip_longest(*(cell.split("\n") for cell in row), fillvalue="") for row in zip(*columns, strict=True)
    )
    return [list(column) for column in zip(*(line for row in rows for line in row), strict=True)]


def _width(text: str) -> int:
    """Columns of a terminal."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(each) in "WF" else not combining(each) for each in text)


def _cell(value: Any) -> str:
    """A long or odd text is wrapped."""
    if value is None:
        return ""
    if not isinstance(value, str) or (len(value) <= _CELL_LETTERS and value.isprintable()):
        return str(value)  # nothing to wrap: a list of games has ten such cells each
    return "\n".join(
        wrapped for line in value.splitlines() for wrapped in textwrap.wrap(line, _CELL_LETTERS) or [""]
    )


def facts(rows: Sequence[tuple[str, str]]) -> str:
    """A line for each fact, its name first; a name that is said again is left out."""
    width = max(len(name) for name, _ in rows)
    names = ["" if i and rows[i - 1][0] == name else name for i, (name, _) in enumerate(rows)]
    return "\n".join(
        f"{name:<{width}}  {printable(text)}" for name, (_, text) in zip(names, rows, strict=True)
    )


def printable(text: str) -> str:
    """The text on one line, whatever a file's name holds: no control characters, no broken ones."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def bytes_text(size_bytes: int) -> str:
    """`812 bytes`, `8.1 MB`, `10.0 GB`."""
    if size_bytes < 1000:
        return f"{size_bytes} bytes"
    power = next((power for power in (1, 2, 3) if size_bytes < 999.95 * 1000**power), 4)
    return f"{size_bytes / 1000**power:.1f} {('kB', 'MB', 'GB', 'TB')[power - 1]}"
