"""Dagster's own tables, read without Dagster, whose start takes a command a second.

They are SQLite's in a league's home, or PostgreSQL's where UBALL_INSTANCE_URL says, at the version that is
pinned; a contract test holds what is read here against Dagster's own answers. One query serves both: `?` for
a value, `epoch(column)` for Unix seconds. Belongs here: reading them. Not here: making and mending them
(`home_storage`).
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from uball_assets.assets.run_words import (
    FOR_GOOD_TAG,
    LEAGUE,
    OPEN,
    OWN_TAGS,
    PARTITION_TAG,
    PARTITIONS,
    RUN_KEY_TAG,
    asset_name,
)
from uball_assets.automation.home_folder import UNREADABLE, folder_of_league
from uball_assets.automation.runs.notes import KeyedRun, LiveRun
from uball_assets.automation.storing.postgres import rows_of
from uball_assets.domain.errors import Permanent
from uball_assets.settings import Settings

RUNS, EVENTS, TICKS = map(Path, ("history/runs.db", "history/runs/index.db", "schedules/schedules.db"))


def tag(key: str) -> str:
    """A column of a query of `runs`: its value of that tag."""
    return f"(SELECT value FROM run_tags AS tag WHERE tag.run_id = runs.run_id AND key = '{key}')"  # noqa: S608


def among(words: Sequence[str]) -> str:
    """`('QUEUED', 'STARTED')`, of words that are ours."""
    return f"({', '.join(repr(word) for word in words)})"


OWN = " ".join(f"AND {tag(key)} = '{value}'" for key, value in OWN_TAGS.items())
"""Of a query of `runs`: those of this league."""
_REPOSITORY = {
    "__class__": "RepositorySelector",
    "location_name": LEAGUE,
    "repository_name": "__repository__",
}
_REPOSITORY_ID = hashlib.sha1(json.dumps(_REPOSITORY).encode(), usedforsecurity=False).hexdigest()
OWN_INSTIGATORS = f"repository_selector_id = '{_REPOSITORY_ID}'" if LEAGUE else "1 = 1"
"""Of a query of `instigators`, Dagster's sensors and schedules: the same."""
_PARTITIONS = "SELECT partition FROM dynamic_partitions WHERE partitions_def_name = ?"
_LIVE = f"""
    SELECT pipeline_name, run_body, {tag(PARTITION_TAG)}
    FROM runs WHERE status IN {among(OPEN)} {OWN} ORDER BY id DESC
"""  # noqa: S608 - ours
_KEYED = f"""
    SELECT keyed.value, status, end_time, update_timestamp, {tag(FOR_GOOD_TAG)}
    FROM run_tags AS keyed JOIN runs ON runs.run_id = keyed.run_id
    WHERE keyed.key = '{RUN_KEY_TAG}' AND keyed.value IN (%s) {OWN} ORDER BY runs.id
"""  # noqa: S608 - ours
_EPOCH = re.compile(r"epoch\((\w+)\)")


class TableNotes:
    """`runs.notes.RunNotes` of a home; nothing is noted where nothing ever ran, and nothing is written."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def partitions(self) -> set[str]:
        return {game for (game,) in self._rows(EVENTS, "dynamic_partitions", _PARTITIONS, PARTITIONS)}

    def live_runs(self) -> list[LiveRun]:
        return [
            LiveRun(job, _assets(body), game or "") for job, body, game in self._rows(RUNS, "runs", _LIVE)
        ]

    def keyed(self, run_keys: Sequence[str]) -> list[KeyedRun]:
        query = _KEYED % ", ".join(["NULL", *("?" * len(run_keys))])
        return [
            KeyedRun(key, status, end_s or moment_s(changed), for_good or "")
            for key, status, end_s, changed, for_good in self._rows(RUNS, "runs", query, *run_keys)
        ]

    def _rows(self, name: Path, table: str, query: str, *values: Any) -> list[Any]:
        return rows(self._settings, name, table, query, values)


def rows(settings: Settings, name: Path, table: str, query: str, values: Sequence[Any] = ()) -> list[Any]:
    """Of a table of Dagster's; none where there is none yet. `name`: the SQLite file that it is in. Raises
    Permanent or ServiceDown as when the instance is opened."""
    folder = folder_of_league(settings) if settings.instance_folder.exists() else settings.instance_folder
    if settings.instance_url:
        query = _EPOCH.sub(r"extract(epoch FROM \1)", query)
        return rows_of(settings.instance_url.get_secret_value(), table, query, values)
    path = folder / name
    if not path.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=30)) as database:
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
                return []
            return database.execute(_EPOCH.sub(r"strftime('%s', \1)", query), values).fetchall()
    except sqlite3.DatabaseError as error:
        raise Permanent(f"{path}, Dagster's notes of runs, cannot be read ({error}): {UNREADABLE}") from error


def moment_s(moment: str | datetime) -> float:
    """Dagster's tables hold UTC, without saying so; SQLite's as text."""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return at.replace(tzinfo=UTC).timestamp()


def _assets(run_body: str) -> frozenset[str]:
    """Of a run as Dagster writes it down."""
    selection = json.loads(run_body).get("asset_selection") or {}
    return frozenset(asset_name(key["path"]) for key in selection.get("__frozenset__", ()))
