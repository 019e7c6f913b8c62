"""What the pages know of the whole league, kept in memory and brought up to date by what is new.

A record's entry never changes, so a look reads only what was appended; the table of games is read again once
a minute. A page of ten thousand games asks the store for a few listings, or, within some seconds of the last
look, for nothing. Belongs here: keeping it. Not here: pages.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

from uball_assets.adapters.plays.plays_db import PlaysDb, games_if_any
from uball_assets.adapters.record.following import followed, newest_followed
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.app.context import AppContext
from uball_assets.automation.operating.facts import look_now
from uball_assets.domain.footage.games import game_title
from uball_assets.domain.record import ROUTES
from uball_assets.domain.showing.game_list import GameRow, newest_first
from uball_assets.domain.spending.spending import month_of, spent_in
from uball_assets.settings import Settings

LOOK_S = 5.0
"""The record is looked at again at most so often."""
TABLE_S = 60.0
"""And the table of games."""
Row = dict[str, Any]
_indices: WeakKeyDictionary[AppContext, LeagueIndex] = WeakKeyDictionary()
_opening = threading.Lock()


@dataclass(frozen=True)
class LeagueNow:
    games: Sequence[GameRow]
    """Newest first."""
    findings: Sequence[Mapping[str, Any]]
    """What a person should look at, worst first."""
    models: Sequence[Entry]
    """Oldest first."""
    route: Entry | None
    month: str
    spent_usd: float
    """In that month."""
    looked_at_s: float
    """Unix seconds."""
    counts: Mapping[str, int]
    """Games by state."""
    to_review: int
    """Plays that the models marked, of all games."""


class LeagueIndex:
    """Shared by all requests; safe between threads. One of them looks, the others take what it saw."""

    def __init__(
        self,
        settings: Settings,
        registry: Registry,
        plays_db: PlaysDb,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings, self._registry, self._plays_db, self._clock = settings, registry, plays_db, clock
        self._looking = threading.Lock()
        self._now: LeagueNow | None = None
        self._rows: list[Row] = []
        self._rows_at_s = float("-inf")
        self._seen: tuple[float, ...] = ()

    def now(self) -> LeagueNow:
        """At most `LOOK_S` old. Raises Permanent or Transient for sources that cannot be read."""
        with self._looking:
            now_s = self._clock()
            if self._now is None or now_s - self._now.looked_at_s >= LOOK_S:
                self._now = self._look(now_s)
            return self._now

    def _look(self, now_s: float) -> LeagueNow:
        registry, now = self._registry, datetime.fromtimestamp(now_s, UTC)
        rows = self._table(now_s)
        states, annotated = newest_followed(registry, "games"), newest_followed(registry, "annotations")
        models, month = followed(registry, "models"), month_of(now.date())
        found = look_now(self._settings, registry, now, rows, states, newest=newest_followed)
        games = self._games(rows, states, annotated, models)
        return LeagueNow(
            games=games,
            findings=found.told(),
            models=models,
            route=registry.latest(ROUTES),
            month=month,
            spent_usd=spent_in(registry.about("costs", month), month),
            looked_at_s=now_s,
            counts=Counter(row.state for row in games),
            to_review=sum(row.to_review for row in games),
        )

    def _games(
        self,
        rows: Sequence[Row],
        states: Mapping[str, Entry],
        annotated: Mapping[str, Entry],
        models: Sequence[Entry],
    ) -> Sequence[GameRow]:
        """Made anew only where something is: entries never change, so their numbers tell."""
        newest = [
            max((one["number"] for one in kind), default=0) for kind in (states.values(), annotated.values())
        ]
        seen = (self._rows_at_s, len(models), *newest)
        if self._now is None or seen != self._seen:
            self._seen = seen
            return newest_first(game_rows(rows, states, annotated, models))
        return self._now.games

    def _table(self, now_s: float) -> list[Row]:
        if now_s - self._rows_at_s >= TABLE_S:
            self._rows, self._rows_at_s = games_if_any(self._plays_db), now_s
        return self._rows


def index_of(context: AppContext) -> LeagueIndex:
    """The one of this application."""
    with _opening:
        if context not in _indices:
            _indices[context] = LeagueIndex(context.settings, context.registry, context.plays_db)
        return _indices[context]


def game_rows(
    rows: Sequence[Row],
    states: Mapping[str, Entry],
    annotated: Mapping[str, Entry],
    models: Sequence[Entry],
) -> list[GameRow]:
    """Of every game that the table or the record knows, but those that were removed."""
    known = {str(row["id"]): row for row in rows}
    processed = {game_id for game_id, state in states.items() if not state.get("removed")}
    learned: dict[str, str] = {}
    for model in reversed(models):
        learned |= dict.fromkeys(model["game_ids"], model["label"])
    labels = {model["name"]: model["label"] for model in models}
    return [
        _game_row(
            game_id,
            known.get(game_id),
            states.get(game_id) if game_id in processed else None,
            annotated.get(game_id),
            labels,
            learned.get(game_id, ""),
        )
        for game_id in {**known, **dict.fromkeys(processed)}
    ]


def _game_row(
    game_id: str,
    row: Row | None,
    state: Entry | None,
    annotated: Entry | None,
    labels: Mapping[str, str],
    learned_by: str,
) -> GameRow:
    by = annotated["model"] if annotated else None
    names = [str((row or {}).get(f"team{place}_display_name") or "") for place in (1, 2)]
    return GameRow(
        game_id=game_id,
        title=game_title(row),
        day=str((row or {}).get("date") or "")[:10],
        teams=" – ".join(name or "?" for name in names) if any(names) else "",
        state=_state(state),
        plays=int(state.get("plays", 0)) if state else 0,
        annotated=int(annotated["play_count"]) if annotated and by else None,
        to_review=int(annotated.get("to_review") or 0) if annotated and by else 0,
        annotated_by=labels.get(by, by) if by else "",
        learned_by=learned_by,
        left_out=int(state.get("quarantined", 0)) if state else 0,
        cameras=len(state.get("cameras") or []) if state else 0,
    )


def _state(state: Entry | None) -> str:
    if state is None:
        return "waiting"
    return str(state.get("grade") or "waiting") if state.get("rows") else "to annotate"
