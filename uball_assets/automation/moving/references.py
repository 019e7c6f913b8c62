"""Where Dagster's tables name an event by its number: columns, and numbers within what is written as text.

Belongs here: which columns and which words. Not here: from which number to which (`home_events`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Moved = Callable[[int], int]

NUMBERS: Mapping[str, tuple[str, ...]] = {
    "asset_event_tags": ("event_id",),
    "asset_check_executions": ("evaluation_event_storage_id", "materialization_event_storage_id"),
}
"""By table: columns that are one."""
TEXTS: Mapping[str, tuple[str, ...]] = {
    "asset_keys": ("last_materialization", "cached_status_data"),
    "asset_check_executions": ("evaluation_event",),
    "bulk_actions": ("body",),
    "instigators": ("instigator_body",),
    "jobs": ("job_body",),
    "job_ticks": ("tick_body",),
}
"""By table: columns that hold some, written as JSON, or as JSON within it."""
_WORDS = "storage_id|latest_storage_id|record_id|earliest_in_progress_materialization_event_id"
_NAMED = re.compile(rf'(\\*"(?:{_WORDS})\\*": )(\d+)')
_POINTED = re.compile(r'(\\*"dagster/input_event_pointer/[^"]*": \\*")(\d+)')
"""Which event of an asset another one was made from: a tag of events."""
_CHECKED = frozenset({"ASSET_CHECK_EVALUATION"})
_MADE = frozenset({"ASSET_MATERIALIZATION", "ASSET_OBSERVATION"})


def row_moved(table: str, row: dict[str, Any], moved: Moved) -> dict[str, Any]:
    """The row of a table of Dagster's other than events, with what it names."""
    for column in NUMBERS.get(table, ()):
        if row[column] is not None:
            row[column] = moved(row[column])
    for column in TEXTS.get(table, ()):
        if row[column]:
            row[column] = _text_moved(row[column], moved, _NAMED, _POINTED)
    return row


def event_moved(kind: str | None, text: str, moved: Moved) -> str:
    """An event's text. Only where Dagster itself writes a number: metadata of ours may use its words."""
    if kind in _CHECKED:
        return _text_moved(text, moved, _NAMED)
    return _text_moved(text, moved, _POINTED) if kind in _MADE else text


def _text_moved(text: str, moved: Moved, *words: re.Pattern[str]) -> str:
    for word in words:
        text = word.sub(lambda found: f"{found[1]}{moved(int(found[2]))}", text)
    return text
