"""What was asked for, on the record: trainings, by a person or the calendar, and the daily collection.

Belongs here: writing and reading requests. Not here: which are open and when one starts a training
(`domain.learning.due.requests`, `domain.learning.retrain`).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from uball_assets.adapters.record.following import followed
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.domain.errors import Permanent
from uball_assets.domain.learning.due.requests import (
    BY_CALENDAR,
    Kind,
    OpenRequests,
    Request,
    open_requests,
    served_to,
)
from uball_assets.domain.record import COLLECTIONS, REQUESTS


def ask_for_training(
    registry: Registry, by: str, why: str, *, from_base: bool, until: datetime | None = None
) -> Entry:
    """A person's request, with its `number`; the one that is open already if it asks for the same.

    `from_base`: the model is not to go on from its parent, but to learn every game from its base anew.
    `until`: it is not started later than that.
    """
    if not by.strip() or not why.strip():
        raise Permanent(
            "a training that a person asks for needs a name and a reason: give --by and --because"
        )
    entry = {
        "kind": str(Kind.PERSON),
        "by": by.strip(),
        "why": why.strip(),
        "from_base": from_base,
        "until": until.isoformat() if until else None,
    }
    for waiting in reversed(_unserved(registry)):
        if all(waiting.get(name, entry[name]) == entry[name] for name in ("kind", "from_base", "until")):
            return waiting
    return registry.append(REQUESTS, entry, key=uuid.uuid4().hex)


def ask_by_calendar(registry: Registry, kind: Kind, period: str, until: datetime | None) -> Entry:
    """Once for each period of the calendar: asked again, it is the request that stands."""
    entry = {
        "kind": str(kind),
        "by": "the calendar",
        "why": period,
        "from_base": False,
        "until": until.isoformat() if until else None,
    }
    where = COLLECTIONS if kind is Kind.DAILY else REQUESTS
    return registry.append(where, entry, key=f"{kind}:{period}")


def requests_open(registry: Registry, now_s: float, models: Sequence[Entry] | None = None) -> OpenRequests:
    """Those that no model has answered yet. `models`: their entries, where they have been read already."""
    requests = [Request.from_entry(entry) for entry in followed(registry, REQUESTS)]
    models = followed(registry, "models") if models is None else models
    return open_requests(requests, served_to(models), now_s)


def newest_collection(registry: Registry) -> Entry | None:
    """The daily request that came last."""
    return registry.latest(COLLECTIONS)


def words_of(entry: Entry) -> str:
    """`request 3: the weekly check (2026-W49), until 2026-12-07T04:00:00+00:00`."""
    until = f", until {entry['until']}" if entry.get("until") else ""
    what = BY_CALENDAR.get(Kind(entry["kind"]), entry["by"])
    return f"request {entry['number']}: {what} ({entry['why']}){until}"


def _unserved(registry: Registry) -> list[Entry]:
    served = served_to(registry.entries("models"))
    return registry.since(REQUESTS, served)
