"""A reviewer's decision in SQLite: what is looked at within its transaction.

Belongs here: SQL of `review_decisions`. Not here: the transaction and how rows are written
(`sqlite_plays_db`), or what a decision makes of a play (`domain.review`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

from uball_assets.adapters.plays.plays_db import Row

INDEXES = (
    "CREATE UNIQUE INDEX IF NOT EXISTS decisions_by_chain ON review_decisions (chain, number)",
    "CREATE INDEX IF NOT EXISTS decisions_by_game ON review_decisions (game_id)",
    "CREATE INDEX IF NOT EXISTS decisions_by_play ON review_decisions (play_id)",
    """CREATE INDEX IF NOT EXISTS decisions_of_reviews ON review_decisions (game_id)
    WHERE game_review IS NOT NULL""",
)
IN_REVIEW = """
SELECT game_id FROM review_decisions WHERE game_review IS NOT NULL
GROUP BY game_id HAVING sum(game_review = 'closed') = 0 ORDER BY game_id
"""


def is_entered(connection: sqlite3.Connection, decision_id: str) -> bool:
    query = "SELECT 1 FROM review_decisions WHERE decision_id = ?"
    return connection.execute(query, (decision_id,)).fetchone() is not None


def is_late(connection: sqlite3.Connection, decision: Row) -> bool:
    """Whether its chain has gone on since it was looked at."""
    query = "SELECT coalesce(max(number), 0) FROM review_decisions WHERE chain = ?"
    (last,) = connection.execute(query, (decision["chain"],)).fetchone()
    return bool(decision["number"] != last + 1)


def plays_there(connection: sqlite3.Connection, play_ids: Iterable[str]) -> dict[str, sqlite3.Row]:
    """As they stand now, by id."""
    found = (
        connection.execute("SELECT * FROM plays WHERE id = ?", (play_id,)).fetchone() for play_id in play_ids
    )
    return {row["id"]: row for row in found if row is not None}


def opened_once(connection: sqlite3.Connection, decision: Row) -> Row:
    """`open` says something where no row of the game's review is there yet."""
    if decision.get("game_review") != "open":
        return decision
    query = "SELECT 1 FROM review_decisions WHERE game_id = ? AND game_review IS NOT NULL"
    is_first = connection.execute(query, (decision["game_id"],)).fetchone() is None
    return {**decision, "game_review": "open" if is_first else None}


def dated(row: Row) -> Row:
    """A play as it changes now. Dates of one file sort as texts: UTC, to the microsecond."""
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    return {**row, "created_at": row.get("created_at") or now, "updated_at": now}
