"""A mark for each table of the plays database that is read of all games: it changes with its rows.

SQLite's change counter is one for the whole file: a run's row in `job_runs` raises it as a corrected play
does. So triggers keep a random mark for each table, whoever writes: random, for a backup put in the file's
place may have seen as many changes, and others. What rebuilds a table drops its triggers with it; then, and
in a file that only older versions wrote to, there is no mark, and the file's counter alone decides.

Belongs here: SQL that makes and reads marks. Not here: what is kept by them (`sqlite_plays_db`).
"""

from __future__ import annotations

import sqlite3

MARKED = ("games", "plays", "video_metadata")
_MARKS = "uball_table_marks"
_EVENTS = ("insert", "update", "delete")
_NEW_MARK = "lower(hex(randomblob(16)))"
_READ = f"""
SELECT mark FROM {_MARKS} WHERE table_name = ?1 AND {len(_EVENTS)} = (
  SELECT count(*) FROM sqlite_master
  WHERE type = 'trigger' AND tbl_name = ?1 AND substr(name, 1, {len(_MARKS)}) = '{_MARKS}'
)
"""  # noqa: S608 - constant


def mark_of(connection: sqlite3.Connection, table: str) -> str | None:
    """With the version of the file's schema, for a rebuilt table may have been given its triggers again.

    None where the file keeps no mark, or not all of the table's triggers.
    """
    try:
        found = connection.execute(_READ, (table,)).fetchone()
        (schema,) = connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        return None  # no such table: an older version's file
    return f"{schema} {found[0]}" if found else None


def keep_marks(connection: sqlite3.Connection) -> None:
    """Within a transaction, in a file that has the tables; nothing where all marks are kept already.

    A mark whose triggers were gone is a new one: what changed meanwhile left no trace in it.
    """
    for table in MARKED:
        if mark_of(connection, table) is not None:
            continue
        connection.execute(f"CREATE TABLE IF NOT EXISTS {_MARKS} (table_name TEXT PRIMARY KEY, mark TEXT)")
        connection.execute(f"INSERT OR REPLACE INTO {_MARKS} VALUES (?, {_NEW_MARK})", (table,))  # noqa: S608 - constant
        for event in _EVENTS:
            # It updates and never inserts: a conflict clause of the statement that fires it (INSERT OR
            # IGNORE) would be that of the trigger's own INSERT too.
            connection.execute(
                f"CREATE TRIGGER IF NOT EXISTS {_MARKS}_{table}_{event} AFTER {event.upper()} ON {table} "  # noqa: S608 - constant
                f"BEGIN UPDATE {_MARKS} SET mark = {_NEW_MARK} WHERE table_name = '{table}'; END"
            )
