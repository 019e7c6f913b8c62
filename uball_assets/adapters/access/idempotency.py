"""Requests that carry an idempotency key: done once, and answered alike however often they come.

    begun = requests.begin(key.prefix, idempotency_key, fingerprint)      # one row, before anything is done
    …do it, under begun.request_id, by which it can be found again…
    requests.answered(key.prefix, idempotency_key, 202, answer)           # what every repetition is answered

A server that dies in between leaves a row without an answer: its repetition is told `RESUME` under the same
`request_id`, and looks for what came of it before it does anything. Routes have it from `app.guard.once`.

Belongs here: rows. Not here: what a repetition is told (`domain.operating.once_only`).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from uball_assets.adapters.access.app_db import AppDb
from uball_assets.domain.operating.once_only import Kept, Verdict, verdict

_KEPT_S = 7 * 86_400.0
"""Nobody repeats a request after a week."""
_ONE = "key_prefix = ? AND idempotency_key = ?"


@dataclass(frozen=True)
class Begun:
    verdict: Verdict
    request_id: str
    """The same for every repetition."""
    status: int = 0
    answer: str = ""
    """Of a replay."""


class Requests:
    def __init__(self, db: AppDb, now: Callable[[], float] = time.time) -> None:
        self._db, self._now = db, now

    def begin(self, key_prefix: str, idempotency_key: str, fingerprint: str) -> Begun:
        """Writes down that it is begun where it is to be done; of two at once, one does it."""
        now_s, one = self._now(), (key_prefix, idempotency_key)
        with self._db.writing() as connection:
            row = connection.execute(f"SELECT * FROM requests WHERE {_ONE}", one).fetchone()  # noqa: S608
            kept = Kept(row["fingerprint"], row["at_s"], row["answer"] is not None) if row else None
            decided = verdict(kept, fingerprint, now_s)
            request_id = row["request_id"] if row else uuid.uuid4().hex
            if decided is Verdict.DO:
                connection.execute("DELETE FROM requests WHERE at_s BETWEEN 1 AND ?", (now_s - _KEPT_S,))
                connection.execute(
                    "INSERT INTO requests VALUES (?, ?, ?, ?, ?, NULL, NULL)",
                    (*one, fingerprint, request_id, now_s),
                )
            elif decided is Verdict.RESUME:
                connection.execute(f"UPDATE requests SET at_s = ? WHERE {_ONE}", (now_s, *one))  # noqa: S608
        if decided is Verdict.REPLAY:
            return Begun(decided, request_id, row["status"], row["answer"])
        return Begun(decided, request_id)

    def answered(self, key_prefix: str, idempotency_key: str, status: int, answer: str) -> None:
        with self._db.writing() as connection:
            connection.execute(
                f"UPDATE requests SET status = ?, answer = ? WHERE {_ONE}",  # noqa: S608
                (status, answer, key_prefix, idempotency_key),
            )

    def refused(self, key_prefix: str, idempotency_key: str) -> None:
        """Nothing was done: the same key may be used again, with another body too."""
        with self._db.writing() as connection:
            connection.execute(
                f"DELETE FROM requests WHERE {_ONE}",  # noqa: S608
                (key_prefix, idempotency_key),
            )

    def unsure(self, key_prefix: str, idempotency_key: str) -> None:
        """It may have been done: the next repetition looks, at once."""
        with self._db.writing() as connection:
            connection.execute(
                f"UPDATE requests SET at_s = 0 WHERE {_ONE}",  # noqa: S608
                (key_prefix, idempotency_key),
            )
