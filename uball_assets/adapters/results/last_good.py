"""The last good copy of a source: the rows of it that were believed, by month, in the training store.

It answers where its source does not: whatever the warehouse lost, or was emptied of, is still there.

Belongs here: keeping rows, and telling them again. Not here: which rows are believed
(`domain.league.intake.taking`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from uball_assets.adapters.results.results_source import Fetched, Wanted
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.league.intake.documents import read_document
from uball_assets.domain.league.intake.letters import slug_of
from uball_assets.domain.league.intake.reading import Kind, RawRow

_FOLDER = "results/last_good"
_KEYS = {
    Kind.FIXTURES: ("game_id",),
    Kind.TEAM_LINES: ("game_id", "team_id"),
    Kind.PLAYER_LINES: ("game_id", "team_id", "player_id"),
    Kind.ROSTER_MOVES: ("player_id", "team_id", "move", "moved_at"),
}
_STAMPS = ("known_at", "updated_at")


class LastGood:
    def __init__(self, store: ObjectStore, source: str) -> None:
        self._store = store
        self.name, self._prefix = f"{source}, last good copy", f"{_FOLDER}/{slug_of(source)}/"

    def keep(self, rows: Iterable[tuple[date, RawRow]]) -> None:
        """Each in the place of the one with its key; `date` is its game's, or its move's. A month's document
        is written where it changes."""
        by_name: dict[str, list[RawRow]] = defaultdict(list)
        for day, raw in rows:
            by_name[f"{self._prefix}{raw.kind}/{day:%Y-%m}.json"].append(raw)
        known = {info.name for info in self._store.list(self._prefix)} if by_name else set()
        for name, raws in by_name.items():
            before = self._store.read(name) if name in known else b""
            merged = {_key(raw.kind, values): values for raw in raws[:1] for values in _values(before)}
            merged |= {_key(raw.kind, raw.values): _plain(raw) for raw in raws}
            after = json.dumps([merged[key] for key in sorted(merged)], ensure_ascii=False).encode()
            if after != before:
                self._store.write(name, after)

    def fetch(self, wanted: Wanted) -> Fetched:
        found = []
        for info in self._store.list(self._prefix):
            kind, _, month = info.name.removeprefix(self._prefix).removesuffix(".json").partition("/")
            if _has_month(wanted, month):
                read = read_document(Kind(kind), info.name, self._store.read(info.name))
                found.append(Fetched(read.rows, (read.broken,) if read.broken else ()))
        return Fetched.together(found)


def _has_month(wanted: Wanted, month: str) -> bool:
    """Whether a day of the month may be wanted."""
    after = wanted.since is None or f"{wanted.since:%Y-%m}" <= month
    return after and (wanted.until is None or month <= f"{wanted.until:%Y-%m}")


def _values(data: bytes) -> list[dict[str, Any]]:
    """What a damaged copy held comes anew with its source's next answer."""
    try:
        return list(json.loads(data)) if data else []
    except ValueError:
        return []


def _plain(raw: RawRow) -> dict[str, Any]:
    """As JSON holds it."""
    return {
        name: value if isinstance(value, int | float | bool | None) else str(value)
        for name, value in raw.values.items()
    }


def _key(kind: Kind, values: Any) -> str:
    return "\x1f".join(str(values.get(name) or "") for name in (*_KEYS[kind], *_STAMPS))
