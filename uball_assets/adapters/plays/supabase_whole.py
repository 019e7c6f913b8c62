"""The platform's tables in a Supabase project, whole: every row and column out, and back.

For a backup. The league's own other tables, its users and files are not the platform's: Supabase backs a
project up by itself. Belongs here: pages by key, and rows put back. Not here: what a row means
(`supabase_plays_db`), the client (`supabase_tables`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from uball_assets.adapters.plays.plays_db import Row
from uball_assets.adapters.plays.plays_tables import KEYS
from uball_assets.adapters.plays.supabase_errors import MissingTable
from uball_assets.adapters.plays.supabase_tables import Page, SupabaseTables

REFERRING_FIRST = (
    *("review_decisions", "annotations", "job_runs", "model_versions"),
    *("video_metadata", "plays", "players", "games"),
)
"""What refers to something is read before it, and put back behind it."""
_ROWS_A_CALL = 500


class SupabaseWhole:
    def __init__(self, tables: SupabaseTables) -> None:
        self._tables = tables

    def rows(self, table: str) -> Iterator[list[Row]]:
        """Page by page, in the order of the key; none where a migration is still to come.

        Raises as `PlaysDb`, also where the key may see none of a table's rows.
        """
        page, last = by_key(KEYS[table]), None
        while True:
            try:
                some, left = self._tables.page(table, "*", page, last)
            except MissingTable:
                return
            if some:
                last = some[-1]
                yield some
            elif last is None:
                self._tables.assert_visible(table, KEYS[table][0])
            if len(some) == left:
                return

    def put(self, table: str, rows: Sequence[Row]) -> None:
        """Adds them, or puts them in the place of those with their keys. The database stamps plays anew."""
        for begin in range(0, len(rows), _ROWS_A_CALL):
            self._tables.upsert(table, rows[begin : begin + _ROWS_A_CALL], KEYS[table])

    def count(self, table: str) -> int:
        try:
            return self._tables.count(table, KEYS[table][0])
        except MissingTable:
            return 0


def by_key(columns: Sequence[str]) -> Page:
    """All rows of a table in the order of these columns, no two alike."""

    def page(query: Any, last: Row | None) -> Any:
        if last:
            query = query.or_(",".join(_behind(columns, last)))
        for column in columns:
            query = query.order(column)
        return query

    return page


def _behind(columns: Sequence[str], last: Row) -> Iterator[str]:
    for place, column in enumerate(columns):
        same = [f"{each}.eq.{_quoted(last[each])}" for each in columns[:place]]
        further = f"{column}.gt.{_quoted(last[column])}"
        yield f"and({','.join([*same, further])})" if same else further


def _quoted(value: object) -> str:
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
