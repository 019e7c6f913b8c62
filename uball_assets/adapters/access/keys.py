"""Keys to the HTTP API: named, scoped, with an end, revocable. Only a hash of each is kept.

A key is 32 random bytes, so a plain sha256 is as good as a slow one and costs a microsecond. Belongs here:
making, finding, ending keys and the sessions of pages. Not here: what a scope allows (`app.guard`).
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from uball_assets.adapters.access.app_db import AppDb
from uball_assets.domain.errors import Permanent

SCOPES = ("read", "review", "operate")
"""`read` looks, `review` decides on plays, `operate` starts and cancels jobs. The last two may read too."""
_MARK = "uball_"
"""How a key begins, so that scanners for secrets and people know one when they see it."""
_PREFIX_LETTERS = len(_MARK) + 6
SESSION_S = 12 * 3600.0


@dataclass(frozen=True)
class Key:
    """Who asks. `name` is what decisions and audit rows are signed with."""

    name: str
    scopes: frozenset[str]
    prefix: str = ""
    """The first letters of the key, for people; '' where no key is needed."""
    made_at_s: float = 0.0
    ends_at_s: float = float("inf")
    revoked_at_s: float | None = None

    def allows(self, scope: str) -> bool:
        return scope in self.scopes or (scope == "read" and bool(self.scopes))

    def is_good(self, now_s: float) -> bool:
        return self.revoked_at_s is None and now_s < self.ends_at_s


class Keys:
    def __init__(self, db: AppDb, now: Callable[[], float] = time.time) -> None:
        self._db, self._now = db, now

    def add(self, name: str, scopes: Iterable[str], days: float) -> str:
        """The new key itself, which is kept nowhere. Raises Permanent for a name that a good key has."""
        chosen = [scope for scope in SCOPES if scope in set(scopes)]
        secret = _MARK + secrets.token_urlsafe(32)
        prefix, now_s = secret[:_PREFIX_LETTERS], self._now()
        if any(key.name == name and key.is_good(now_s) for key in self.all()):
            raise Permanent(f"there is a key named {name} already: revoke it first, or choose another name")
        with self._db.writing() as connection:
            connection.execute(
                "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, NULL)",
                (
                    prefix,
                    _hash(secret),
                    name,
                    " ".join(chosen),
                    now_s,
                    now_s + days * 86400,
                ),
            )
        return secret

    def all(self) -> list[Key]:
        """The newest last; revoked and ended ones too."""
        return [_key(row) for row in self._db.rows("SELECT * FROM keys ORDER BY made_at_s")]

    def exist(self) -> bool:
        """Whether one was ever made: from then on nobody works without one."""
        return bool(self._db.rows("SELECT 1 FROM keys LIMIT 1"))

    def any_good(self) -> bool:
        """Whether somebody could come in with one now."""
        return any(key.is_good(self._now()) for key in self.all())

    def find(self, secret: str) -> Key | None:
        """The good key that this is."""
        return self._good("SELECT * FROM keys WHERE hash = ?", _hash(secret))

    def revoke(self, prefix_or_name: str) -> Key:
        """Ends a good key and its sessions at once. Raises Permanent where none is called so."""
        now_s = self._now()
        found = [key for key in self.all() if prefix_or_name in (key.prefix, key.name) and key.is_good(now_s)]
        if not found:
            raise Permanent(f"no key in use is called {prefix_or_name}: `uball keys list` shows them")
        with self._db.writing() as connection:
            connection.execute("UPDATE keys SET revoked_at_s = ? WHERE prefix = ?", (now_s, found[0].prefix))
            connection.execute("DELETE FROM sessions WHERE key_prefix = ?", (found[0].prefix,))
        return found[0]

    def open_session(self, key: Key) -> str:
        """What a page's cookie holds instead of the key."""
        secret, now_s = secrets.token_urlsafe(32), self._now()
        with self._db.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE ends_at_s < ?", (now_s,))
            connection.execute(
                "INSERT INTO sessions VALUES (?, ?, ?)", (_hash(secret), key.prefix, now_s + SESSION_S)
            )
        return secret

    def of_session(self, secret: str) -> Key | None:
        """The good key that the session was opened with, while it lasts."""
        query = "SELECT keys.* FROM keys JOIN sessions ON key_prefix = prefix WHERE sessions.hash = ?"
        return self._good(f"{query} AND sessions.ends_at_s > ?", _hash(secret), self._now())

    def close_session(self, secret: str) -> None:
        with self._db.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE hash = ?", (_hash(secret),))

    def _good(self, query: str, *values: object) -> Key | None:
        keys = [_key(row) for row in self._db.rows(query, *values)]
        return next((key for key in keys if key.is_good(self._now())), None)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _key(row: sqlite3.Row) -> Key:
    return Key(
        row["name"],
        frozenset(row["scopes"].split()),
        row["prefix"],
        row["made_at_s"],
        row["ends_at_s"],
        row["revoked_at_s"],
    )
