"""Which games a refresh is for: those that are new or changed outside, and those of the last days.

Belongs here: looking. Not here: when the sensor picks a game up by itself (`discovery`), launching
(`launching`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta

from uball_assets.adapters.plays.plays_db import NoPlaysDatabase, PlaysDb, games_if_any
from uball_assets.adapters.record.following import newest_followed
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.automation.runs.notes import RunNotes
from uball_assets.automation.situation import live_games
from uball_assets.domain.footage.games import is_valid_game_id
from uball_assets.services.arrivals import Arrivals
from uball_assets.services.sources import Look, unfinished

_LOOK_S = 15.0


@dataclass(frozen=True)
class Refresh:
    due: list[str]
    """New or changed since they were processed, and no run is at them."""
    unlooked: int
    """Games that there was no time for: ask again."""
    is_at_work: list[str]
    """Changed, and a run is at them already."""


def changed_games(
    video_store: ObjectStore, plays_db: PlaysDb, arrivals: Arrivals, registry: Registry, notes: RunNotes
) -> Refresh:
    """One look at all sources, within its time; nothing is due before there is a plays database. Raises as
    the stores do otherwise."""
    began_s = time.monotonic()

    def is_over() -> bool:
        return time.monotonic() - began_s > _LOOK_S

    try:
        look = Look.take(video_store, plays_db, arrivals.store, is_over)
    except NoPlaysDatabase:
        return Refresh([], 0, [])
    begun, live, states = unfinished(video_store), live_games(notes), newest_followed(registry, "games")
    due: list[str] = []
    at_work: list[str] = []
    unlooked = 0
    for game_id in look.games:
        if not is_valid_game_id(game_id) or game_id in begun or look.seen(game_id).is_nowhere:
            continue
        if is_over() or not look.is_known(game_id):
            unlooked += 1
        elif states.get(game_id, {}).get("source_hash") != look.source_hash(game_id):
            (at_work if game_id in live else due).append(game_id)
    return Refresh(due, unlooked, at_work)


def games_since(plays_db: PlaysDb, today: date, days: int) -> list[str]:
    """Of the plays database, by the date in their rows; those without one are of no day."""
    first = today - timedelta(days=days)
    return [
        row["id"]
        for row in games_if_any(plays_db)
        if (day := _day(row.get("date"))) and first <= day <= today and is_valid_game_id(row["id"])
    ]


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
