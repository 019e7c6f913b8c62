"""JSON and JSONL as objects, each with its place; one that is broken costs only itself.

Belongs here: text to objects. Not here: what their keys mean (`headers`).
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from uball_assets.domain.tabular.cells import lines_of

LISTS = ("plays", "data")
"""Where the rows of one object are: as this platform writes them, and as a Supabase client prints them."""

_BETWEEN = re.compile(r"[\s,]*")
_OPENS = re.compile(r"([ \t]*)[{\[]")


def value_of(text: str) -> Any:
    """The JSON of a whole text; NaN, which pandas writes for nothing, is nothing. ValueError for no JSON."""
    return json.loads(text, parse_constant=_constant)


def in_list(text: str, lists: Sequence[str] = LISTS) -> tuple[list[tuple[int, object]], str]:
    """Each entry with its number, and what is said to be missing. ValueError for what holds no list.

    A list, an object with that list under one of `lists`, or objects one after another.
    """
    try:
        found = value_of(text)
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Extra data"):
            raise
        return list(enumerate((value for _, value in in_sequence(text)), start=1)), ""
    rows, missing = found, ""
    if isinstance(found, dict):
        if found.get("error"):
            raise ValueError(f"it holds an error, no rows: {str(found['error'])[:200]}")
        rows = next((found[name] for name in lists if name in found), None)
        count = found.get("count")
        if isinstance(rows, list) and isinstance(count, int) and count > len(rows):
            missing = (
                f"it counts {count} rows and holds {len(rows)}: the export is one page, export the others"
            )
    if not isinstance(rows, list):
        named = " or ".join(repr(name) for name in lists)
        raise ValueError(f"it is neither a list of rows nor an object with a list named {named}")
    return list(enumerate(rows, start=1)), missing


def before_the_cut(text: str) -> list[tuple[int, object]]:
    """The whole objects, each with its number, of a JSON list whose end is missing."""
    decoder = json.JSONDecoder(parse_constant=_constant)
    at, found = text.find("[") + 1, list[tuple[int, object]]()
    while at and (at := _skipped(text, at)) < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        found.append((len(found) + 1, value))
    return found


def in_sequence(text: str) -> Iterator[tuple[int, object]]:
    """Line and value of one value after another, each on a line or printed over several.

    A ValueError stands in the place of what is none; reading goes on where the next object begins.
    """
    decoder = json.JSONDecoder(parse_constant=_constant)
    lines = lines_of(text)
    starts = [0, *accumulate(map(len, lines))]
    at = _skipped(text, 0)
    while at < len(text):
        line = bisect_right(starts, at)
        try:
            value, at = decoder.raw_decode(text, at)
            yield line, value
        except (ValueError, RecursionError) as error:
            yield line, ValueError(f"it is no JSON: {error}")
            at = starts[_next_object(lines, line - 1)]
        at = _skipped(text, at)


def _next_object(lines: list[str], broken: int) -> int:
    """The next line that opens a value no deeper than the broken one's; its own lines are part of it."""
    opens = _OPENS.match(lines[broken])
    depth = len(opens[1]) if opens else len(lines[broken])
    following = range(broken + 1, len(lines))
    return next(
        (at for at in following if (found := _OPENS.match(lines[at])) and len(found[1]) <= depth), len(lines)
    )


def _skipped(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _constant(name: str) -> float | None:
    return None if name == "NaN" else float(name)
