"""Whole tables and calls through supabase-py: every page, counted; what may pass by itself, tried again.

Belongs here: the client, its patience, pages. Not here: which tables there are (`supabase_plays_db`), what an
error means (`supabase_errors`).

A project answers with at most `max-rows` rows (1,000), and says nothing of the rest: HTTP 200, no error. So a
page asks for the exact count of what is left, which the database counts in the same statement, and only a
page that holds all of that is the last.
"""

from __future__ import annotations

import base64
import json
import random
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from uball_assets.adapters.machine.circuits import ALWAYS_ASKED, Breaker
from uball_assets.adapters.plays.plays_db import Row
from uball_assets.adapters.plays.supabase_errors import (
    ChangedWhileReading,
    HiddenByRls,
    UpstreamError,
    broken_off,
    translated,
)
from uball_assets.domain.errors import Permanent, UballError

PAGE_ROWS = 1000
"""Supabase's own cap; a project with a lower one sends shorter pages."""
WHOLE_READS = 4
"""How often a table whose rows come and go is read from its start."""
SERVICE_ROLE = "service_role"
"""It is above row-level security: what it cannot see is not there."""

Page = Callable[[Any, Row | None], Any]
"""Filters and orders a query; given the last row so far, it goes on behind it."""


def role_of(key: str) -> str:
    """Who a key speaks for: `service_role`, `anon`, `authenticated`; 'unknown' if it does not say."""
    if key.startswith("sb_secret_"):
        return SERVICE_ROLE
    if key.startswith("sb_publishable_"):
        return "anon"
    try:
        claims = key.split(".")[1]
        return str(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["role"])
    except (IndexError, KeyError, TypeError, ValueError):
        return "unknown"


class SupabaseTables:
    """One client for all threads, made at the first request."""

    def __init__(
        self,
        url: str,
        key: str,
        timeout_s: float = 10.0,
        attempts: int = 5,
        first_wait_s: float = 0.5,
        circuit: Breaker = ALWAYS_ASKED,
    ) -> None:
        if not (url and key):
            raise Permanent("Supabase needs SUPABASE_URL and SUPABASE_SERVICE_KEY: set both")
        self._url, self._key, self._timeout_s = url, key, timeout_s
        self._attempts, self._first_wait_s = attempts, first_wait_s
        self._circuit = circuit
        self._made: Any = None
        self._making = threading.Lock()
        self._last = threading.local()

    @property
    def role(self) -> str:
        return role_of(self._key)

    def rows(self, table: str, columns: str, page: Page) -> list[Row]:
        """All rows that `page` lets through, in its order, as many as the database counts.

        Raises ChangedWhileReading when rows came or went at every try.
        """
        for _ in range(WHOLE_READS):
            rows, counted = self._read(table, columns, page)
            if len(rows) == counted:
                return rows
        raise ChangedWhileReading("read table", table)

    def count(self, table: str, column: str) -> int:
        """Of the whole table, as far as the key may see it."""
        return self._page(table, lambda query: query.limit(1), column)[1]

    def page(self, table: str, columns: str, page: Page, after: Row | None) -> tuple[list[Row], int]:
        """Some of the rows behind that one, one at least if there is any; and how many there are in all."""
        rows, left = self._page(table, partial(_behind, page, after), columns)
        if left and not rows:
            raise UpstreamError("read table", table, f"{left} rows are counted and none is sent")
        return rows, left

    def some_rows(self, table: str, columns: str, page: Page, after: Row | None) -> list[Row]:
        """Some of the rows behind that one; none where there are no more. Nothing is counted, which of a
        table of millions takes the database longer than to send a page."""

        def query(client: Any) -> Any:
            return _behind(page, after, client.table(table).select(columns))

        rows: list[Row] = self._ask(
            "read table", table, query, lambda answer: isinstance(answer.data, list)
        ).data
        return rows

    def assert_visible(self, table: str, column: str) -> None:
        """Call it when nothing came: raises HiddenByRls if nothing ever would."""
        if self.role != SERVICE_ROLE and not self.count(table, column):
            raise HiddenByRls("read table", table, f"{HiddenByRls.why}, {self.role}")

    def call(self, function: str, arguments: dict[str, Any]) -> int:
        """One transaction in the database; the same call again changes nothing, so a lost answer is asked for
        again. Returns the count that the function states."""
        answer = self._ask(
            "call function",
            function,
            lambda client: client.rpc(function, arguments),
            lambda answer: isinstance(answer.data, int),
        )
        return int(answer.data)

    def upsert(self, table: str, rows: Sequence[Row], key: Sequence[str]) -> None:
        """Rows as they are, in the place of those with their key; the same again changes nothing."""
        self._ask(
            "write table",
            table,
            lambda client: client.table(table).upsert(list(rows), on_conflict=",".join(key)),
            lambda answer: isinstance(answer.data, list),
        )

    def _read(self, table: str, columns: str, page: Page) -> tuple[list[Row], int]:
        """The rows, and the count stated by the first page."""
        rows: list[Row] = []
        counted: int | None = None
        while True:
            last = rows[-1] if rows else None
            some, left = self.page(table, columns, page, last)
            rows += some
            counted = left if counted is None else counted
            if len(some) == left:
                return rows, counted

    def _page(self, table: str, narrowed: Callable[[Any], Any], columns: str) -> tuple[list[Row], int]:
        def query(client: Any) -> Any:
            return narrowed(client.table(table).select(columns, count="exact"))

        answer = self._ask("read table", table, query, _is_page)
        return answer.data, answer.count

    def _ask(
        self, doing: str, table: str, build: Callable[[Any], Any], is_sound: Callable[[Any], bool]
    ) -> Any:
        """The answer; after the last attempt, or at once where trying again is of no use, the typed error.

        An answer that is not sound, such as a proxy's page with status 200, counts as none.
        """
        with self._circuit.asking():
            return self._patiently(doing, table, build, is_sound)

    def _patiently(
        self, doing: str, table: str, build: Callable[[Any], Any], is_sound: Callable[[Any], bool]
    ) -> Any:
        for attempt in range(1, self._attempts + 1):
            try:
                answer = self._answer(doing, table, build(self._client()))
                if is_sound(answer):
                    return answer
                raise UpstreamError(doing, table)
            except Permanent:
                raise
            except UballError:
                if attempt == self._attempts:
                    raise
            # Twice as long each time, and never all at once: those who wait for the same service spread out.
            time.sleep(self._first_wait_s * 2 ** (attempt - 1) * random.uniform(0.5, 1.0))  # noqa: S311
        raise AssertionError("an attempt returns or raises")

    def _answer(self, doing: str, table: str, query: Any) -> Any:
        self._last.status = 0
        try:
            return query.execute()
        except broken_off() as error:
            raise translated(error, doing, table, self._last.status) from None

    def _client(self) -> Any:
        with self._making:
            if self._made is None:
                self._made = self._connected()
            return self._made

    def _connected(self) -> Any:
        try:
            from supabase import ClientOptions, SupabaseException, create_client
        except ImportError:
            raise Permanent("supabase needs its library: pip install 'uball_assets[supabase]'") from None
        import httpx

        connections = httpx.Client(timeout=self._timeout_s, event_hooks={"response": [self._note_status]})
        weakref.finalize(self, connections.close)
        options = ClientOptions(
            httpx_client=connections,
            postgrest_client_retry=False,  # it retries neither timeouts nor 429
            auto_refresh_token=False,
            persist_session=False,
        )
        try:
            return create_client(self._url, self._key, options)
        except SupabaseException:
            raise Permanent(
                "SUPABASE_URL is no address of a project: use https://PROJECT.supabase.co"
            ) from None

    def _note_status(self, response: Any) -> None:
        self._last.status = response.status_code


def _behind(page: Page, last: Row | None, query: Any) -> Any:
    return page(query, last).limit(PAGE_ROWS)


def _is_page(answer: Any) -> bool:
    return isinstance(answer.data, list) and isinstance(answer.count, int)
