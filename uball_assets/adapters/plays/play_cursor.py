"""Which games' plays changed, without reading every play each time.

Keeps a version of each game in memory and asks only for rows stamped since the last look; the games of those
that it has not seen so are read and hashed anew, no others. The count of all plays is compared with what is
known: a deleted play leaves no stamp. When they differ, and now and then anyway, all ids and stamps are read
again, game by game.

Whatever there is to read is read as far as the time of a look goes, and gone on with in the next. Until all
was read once, the games from `PlaysSeen.unread_from` on are not known yet; later on, a game that changed is
shown as it was until it has been read again.

It sees what the database stamps: without the trigger of supabase/migrations that renews `updated_at` with
each change, edits are invisible to it (rows that come or go are seen all the same). Belongs here: the cursor.
Not here: requests (`supabase_plays_db`).
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Protocol

from uball_assets.adapters.plays.plays_db import PlaysSeen, Row
from uball_assets.domain.plays.columns import moment_in

OVERLAP_S = 120.0
"""A row is stamped before its transaction ends, and may show itself behind newer ones; Supabase ends
statements of the API after 8 s, and people's after 2 min
(https://supabase.com/docs/guides/database/timeouts)."""
SKEW_S = 300.0
"""So far this machine's clock may be ahead of the database's. What was stamped longer before a look has been
seen by it: else a league imported at one go, all of one stamp, would be read again at every look."""
REFRESH_S = 900.0
"""What neither stamps nor counts show, such as a row put in with an old date while another goes, waits so
long."""
_GAMES_AT_ONCE = 20
"""Games that changed, read with one question: some seconds at most."""


class StampedPlays(Protocol):
    """Rows `{id, game_id, updated_at}`; `updated_at` as ISO 8601 text, or None."""

    def page(self, after: Row | None) -> list[Row]:
        """Some of all rows, by game and id, behind that one; none: there are no more."""
        ...

    def of_games(self, game_ids: Sequence[str]) -> list[Row]:
        """All rows of these games, by game."""
        ...

    def since(self, moment: datetime, after: Row | None) -> tuple[list[Row], bool]:
        """Some of the rows stamped at the moment or later, by stamp and id, behind that one; and whether they
        are the last."""
        ...

    def count(self) -> int: ...


@dataclass(frozen=True)
class _Game:
    play_count: int
    version: str


@dataclass
class _Pass:
    """All plays are being read, game by game."""

    began: datetime
    last: Row | None = None
    of_game: list[Row] = field(default_factory=list)
    """Of the game that it has come to: the next page may hold more of them."""
    is_overtaken: bool = False
    """The game that it has come to was read by a poll meanwhile, which knows better."""
    found: set[str] = field(default_factory=set)


@dataclass
class _Poll:
    """What is stamped since the last look is being read."""

    began: datetime
    last: Row | None = None


def _never() -> bool:
    return False


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
        self._games: dict[str, _Game] = {}
        self._seen: dict[str, tuple[str, str]] = {}
        """Game and stamp of the plays that the next poll may show once more."""
        self._newest: datetime | None = None
        self._since: datetime | None = None
        """From where on the next poll asks; None: no play has a stamp."""
        self._stale: set[str] = set()
        """Games that changed and are still to be read."""
        self._pass: _Pass | None = None
        self._poll: _Poll | None = None
        self._read_all_at: datetime | None = None
        self._reading = threading.Lock()

    def versions(self) -> dict[str, str]:
        """By game with plays, sorted: `{rows}-{newest stamp}-{hash of ids and stamps}`; all there is."""
        return self.look(_never).versions

    def look(self, is_over: Callable[[], bool]) -> PlaysSeen:
        """As much of it as there is time for; one request of each kind at least."""
        with self._reading:
            self._catch_up(is_over)
            versions = {game_id: self._games[game_id].version for game_id in sorted(self._games)}
            return PlaysSeen(versions, None if self._read_all_at else self._come_to())

    def _come_to(self) -> str:
        last = self._pass.last if self._pass else None
        return str(last["game_id"]) if last else ""

    def _catch_up(self, is_over: Callable[[], bool]) -> None:
        is_current = self._read_all_at is not None and self._polled(is_over)
        if self._pass is None and (self._is_refresh_due() or (is_current and self._is_short())):
            self._pass = _Pass(self._now())
        if self._pass:
            self._read_on(self._pass, is_over)

    def _is_refresh_due(self) -> bool:
        is_old = self._read_all_at is None or self._now() - self._read_all_at > self._refresh
        return is_old or self._since is None

    def _is_short(self) -> bool:
        return self._plays.count() != sum(game.play_count for game in self._games.values())

    def _polled(self, is_over: Callable[[], bool]) -> bool:
        """Whether all that is stamped since was seen, and every game of it read."""
        if self._since is None:
            return False
        poll = self._poll = self._poll or _Poll(self._now())
        while True:
            rows, is_last = self._plays.since(self._since, poll.last)
            for row in rows:
                self._note(row)
            poll.last = rows[-1] if rows else poll.last
            if is_last:
                break
            if is_over():
                return False
        self._poll, self._since = None, self._window(poll.began)
        while self._stale:
            some = sorted(self._stale)[:_GAMES_AT_ONCE]
            self._put(some, self._plays.of_games(some))
            self._stale.difference_update(some)
            if self._pass and self._pass.of_game:
                self._pass.is_overtaken |= self._pass.of_game[0]["game_id"] in some
            if self._stale and is_over():
                return False
        self._forget()
        return True

    def _note(self, row: Row) -> None:
        """Its game is stale, unless it was seen so; and the game that it has left."""
        now, then = (row["game_id"], _in_utc(row["updated_at"])), self._seen.get(row["id"])
        self._stamped(now[1])
        if now != then:
            self._stale.update(game_id for game_id, _ in filter(None, (now, then)))

    def _read_on(self, reading: _Pass, is_over: Callable[[], bool]) -> None:
        while rows := self._plays.page(reading.last):
            for game_id, of_game in groupby(rows, key=lambda row: str(row["game_id"])):
                if reading.of_game and reading.of_game[0]["game_id"] != game_id:
                    self._put_read(reading)
                reading.of_game += of_game
            reading.last = rows[-1]
            self._forget()
            if is_over():
                return
        self._put_read(reading)
        for game_id in self._games.keys() - reading.found:
            del self._games[game_id]
        self._pass, self._read_all_at = None, reading.began
        if self._since is None:
            self._since = self._window(reading.began)

    def _put_read(self, reading: _Pass) -> None:
        if reading.of_game and not reading.is_overtaken:
            self._put([reading.of_game[0]["game_id"]], reading.of_game)
        reading.of_game, reading.is_overtaken = [], False

    def _put(self, game_ids: Iterable[str], rows: Sequence[Row]) -> None:
        """All rows of these games, as they are now."""
        found = {
            game_id: list(of_game) for game_id, of_game in groupby(rows, lambda row: str(row["game_id"]))
        }
        for game_id in game_ids:
            self._games.pop(game_id, None)
            if game_id in found:
                self._games[game_id] = _Game(len(found[game_id]), version_of(found[game_id]))
                if self._pass:
                    self._pass.found.add(game_id)
        begin = self._since or self._window(self._pass.began if self._pass else self._now())
        for row in rows:
            stamp = _in_utc(row["updated_at"])
            moment = self._stamped(stamp)
            if moment and (begin is None or moment >= begin):
                self._seen[row["id"]] = row["game_id"], stamp

    def _stamped(self, stamp: str) -> datetime | None:
        """Never in the future: one row dated 2099 would hide every change until then."""
        moment = datetime.fromisoformat(stamp) if stamp else None
        if moment and (self._newest is None or moment > self._newest):
            self._newest = min(moment, self._now())
        return moment

    def _window(self, began: datetime) -> datetime | None:
        """From where on to ask next, after a look that began then; None while no play has a stamp."""
        if self._newest is None:
            return None
        newest = min(self._newest, began)
        return max(newest, began - timedelta(seconds=SKEW_S)) - self._overlap

    def _forget(self) -> None:
        """What no poll shows any more."""
        begin = self._since or self._window(self._pass.began if self._pass else self._now())
        if begin:
            least = begin.isoformat()
            self._seen = {play: seen for play, seen in self._seen.items() if seen[1] >= least}


def version_of(rows: Iterable[Row]) -> str:
    """Of one game, from its plays' ids and stamps; as `PlayCursor.versions` tells it."""
    lines = sorted({f"{_in_utc(row['updated_at'])} {row['id']}" for row in rows})
    newest = lines[-1].split(" ")[0] or "undated"
    content = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return f"{len(lines)}-{newest}-{content[:16]}"


def _in_utc(stamp: str | None) -> str:
    """'' for none, which 'infinity' counts as. The same text in whatever time zone a connection shows it, or
    this machine is."""
    try:
        return moment_in(stamp or "").isoformat()
    except ValueError:
        return ""
