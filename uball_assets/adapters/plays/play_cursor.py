"""Which games' plays changed, without reading every play each time.

Keeps the game and `updated_at` of every play in memory, and asks only for rows stamped since the newest. The
count of all plays is compared with what is known: a deleted play leaves no stamp. When they differ, and now
and then anyway, all ids and stamps are read again.

It sees what the database stamps: without the trigger of supabase/migrations that renews `updated_at` with
each change, edits are invisible to it (rows that come or go are seen all the same). Belongs here: the cursor.
Not here: requests (`supabase_plays_db`).
"""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from uball_assets.adapters.plays.plays_db import Row
from uball_assets.domain.plays.columns import moment_in

OVERLAP_S = 120.0
"""A row is stamped before its transaction ends, and may show itself behind newer ones; Supabase ends
statements of the API after 8 s, and people's after 2 min
(https://supabase.com/docs/guides/database/timeouts)."""
REFRESH_S = 900.0
"""What neither stamps nor counts show, such as a row put in with an old date while another goes, waits so
long."""


class StampedPlays(Protocol):
    """Rows `{id, game_id, updated_at}`; `updated_at` as ISO 8601 text, or None."""

    def every(self) -> list[Row]: ...

    def since(self, moment: datetime) -> list[Row]:
        """Stamped at the moment or later."""
        ...

    def count(self) -> int: ...


class PlayCursor:
    """Safe to share between threads. Two of them in two processes agree: a version says what is in the
    database, not what was seen on the way."""

    def __init__(
        self,
        plays: StampedPlays,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        overlap_s: float = OVERLAP_S,
        refresh_s: float = REFRESH_S,
    ) -> None:
        self._plays, self._now = plays, now
        self._overlap, self._refresh = timedelta(seconds=overlap_s), timedelta(seconds=refresh_s)
        self._known: dict[str, tuple[str, str]] = {}
        self._read_all_at: datetime | None = None
        self._reading = threading.Lock()

    def versions(self) -> dict[str, str]:
        """By game with plays, sorted: `{rows}-{newest stamp}-{hash of ids and stamps}`."""
        with self._reading:
            self._catch_up()
            games: dict[str, list[str]] = defaultdict(list)
            for play_id, (game_id, stamp) in self._known.items():
                games[game_id].append(f"{stamp} {play_id}")
        return {game_id: _version(sorted(games[game_id])) for game_id in sorted(games)}

    def _catch_up(self) -> None:
        newest = self._newest()
        if newest is None or self._read_all_at is None or self._now() - self._read_all_at > self._refresh:
            return self._read_all()
        self._known.update(_by_id(self._plays.since(newest - self._overlap)))
        return self._read_all() if self._plays.count() != len(self._known) else None

    def _read_all(self) -> None:
        began = self._now()
        self._known = _by_id(self._plays.every())
        self._read_all_at = began

    def _newest(self) -> datetime | None:
        """Never in the future: one row dated 2099 would hide every change until then."""
        stamps = [datetime.fromisoformat(stamp) for _, stamp in self._known.values() if stamp]
        return min(max(stamps), self._now()) if stamps else None


def version_of(rows: Iterable[Row]) -> str:
    """Of one game, from its plays' ids and stamps; as `PlayCursor.versions` tells it."""
    return _version(sorted(f"{stamp} {play_id}" for play_id, (_, stamp) in _by_id(rows).items()))


def _by_id(rows: Iterable[Row]) -> dict[str, tuple[str, str]]:
    return {row["id"]: (row["game_id"], _in_utc(row["updated_at"])) for row in rows}


def _in_utc(stamp: str | None) -> str:
    """'' for none, which 'infinity' counts as. The same text in whatever time zone a connection shows it, or
    this machine is."""
    try:
        return moment_in(stamp or "").isoformat()
    except ValueError:
        return ""


def _version(lines: list[str]) -> str:
    newest = lines[-1].split(" ")[0] or "undated"
    content = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return f"{len(lines)}-{newest}-{content[:16]}"
