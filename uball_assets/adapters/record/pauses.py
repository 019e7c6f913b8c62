"""Pauses, on the record: a person stops every change of models, and lets them go on.

Belongs here: writing and reading what was said last, and whether it holds now. Not here: the rule and its
words (`domain.learning.due.freeze`) or who heeds it (`assets`, `automation`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.domain.errors import Permanent
from uball_assets.domain.learning.due.freeze import Held, Pause, Window, held
from uball_assets.domain.record import PAUSES


def pause(registry: Registry, by: str, why: str, until: datetime | None) -> Entry:
    """From now on no model changes, until then; None: until somebody resumes."""
    return _say(registry, is_on=True, by=by, why=why, until=until)


def resume(registry: Registry, by: str, why: str) -> Entry:
    """Models may change again."""
    return _say(registry, is_on=False, by=by, why=why, until=None)


def pause_now(registry: Registry) -> Pause | None:
    """What was said last."""
    entry = registry.latest(PAUSES)
    if entry is None:
        return None
    until = datetime.fromisoformat(entry["until"]) if entry["until"] else None
    return Pause(entry["is_on"], entry["by"], entry["why"], until)


def held_now(registry: Registry, windows: Iterable[Window], now: datetime) -> Held | None:
    """Why no model may change now; None where they may. Whoever trains, promotes or takes a canary a step on
    asks this first. `now` is in the league's time zone."""
    return held(pause_now(registry), windows, now)


def _say(registry: Registry, *, is_on: bool, by: str, why: str, until: datetime | None) -> Entry:
    if not by.strip() or not why.strip():
        raise Permanent("a pause needs a name and a reason: give --by and --because")
    entry = {
        "is_on": is_on,
        "by": by.strip(),
        "why": why.strip(),
        "until": until.isoformat() if until else None,
    }
    after = registry.count(PAUSES)
    return registry.append(PAUSES, entry, key=f"after-{after}:{by.strip()}:{why.strip()}:{is_on}")
