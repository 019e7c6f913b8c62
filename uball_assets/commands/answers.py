"""How a command answers: a table or lines for a person, JSON for a program.

Belongs here: forms of output. Not here: what is said (the commands).
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from typing import Any

import click

as_json = click.option("--json", "as_json", is_flag=True, help="Answer as JSON, for programs.")


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True))


_CELL_LETTERS = 60
"""The widest column; a longer text goes on below."""


def table(rows: list[dict[str, Any]]) -> str:
    """Rows of equal keys under their names."""
    from tabulate import tabulate

    # Not tabulate's own wrapping: it reads each text as a number first, and `2,617` is none to `int`.
    wrapped = [{name: _wrapped(value) for name, value in row.items()} for row in rows]
    return str(tabulate(wrapped, headers="keys", tablefmt="simple", disable_numparse=True))


def _wrapped(value: Any) -> Any:
    if not isinstance(value, str) or (len(value) <= _CELL_LETTERS and value.isprintable()):
        return value  # nothing to wrap: a list of games has ten such cells each
    return "\n".join("\n".join(textwrap.wrap(line, _CELL_LETTERS)) for line in value.splitlines())


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
