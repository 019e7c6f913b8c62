"""Submitting a paid job exactly once, however often a process dies or two of them race.

The service keeps no idempotency key, so an intent is put on the record before each submit:

    look for the job ── there ──────────────────────────────────────────► it
          │ not there
    an open intent, younger than the grace ── keep looking; it may come ► it
          │ none, or the grace has passed without a job
    record the next intent ── another process was first ── look again
          │ ours
    look once more, submit ── refused: the intent is closed ────────────► Permanent or NotAccepted
          │                └─ no answer: look until the grace has passed ► it, or Transient
          ▼
          it

It rests on two promises: a job that a request creates is listed before the grace has passed, and the clocks
of those who submit differ by less than half of it (`uball doctor` checks this machine's).
Belongs here: the order of these steps. Not here: what is submitted or how it is found.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from uball_assets.adapters.models.vertex.errors import NotAccepted
from uball_assets.adapters.record.registry import Registry
from uball_assets.domain.errors import Permanent, Transient

T = TypeVar("T")

INTENTS = "intents"
"""The kind of entry: {what, owner} under `{key}:{n}`; {what, outcome} under `{key}:{n}:closed`."""
_LOOK_EVERY_S = 5.0
_STALE = 0.5
"""Share of the grace after which an intent's own owner no longer acts on it: it was asleep."""
_SHORTEST_GRACE_S = 2.0
_MOST_LATE = 3


@dataclass(frozen=True)
class _Intent:
    number: int
    owner: str
    recorded_at: datetime
    closed: bool


def submit_once(
    registry: Registry,
    key: str,
    find: Callable[[], T | None],
    submit: Callable[[], T],
    *,
    what: str,
    grace_s: float,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> T:
    """The job that `find` sees, or that `submit` made; `key` is the job's, `what` is a person's word for it.

    `submit` raises Permanent or NotAccepted where certainly nothing was made, and Transient where that is
    unknown; so does this. `grace_s` must exceed the service's own delay and the time limit of a request.
    """
    grace, begun_at = timedelta(seconds=max(grace_s, _SHORTEST_GRACE_S)), now()
    late_count = 0
    while late_count < _MOST_LATE:
        if (found := find()) is not None:
            return found
        last = _last_intent(registry, key)
        if last and not last.closed and now() - min(last.recorded_at, begun_at) < grace:
            sleep(_look_every_s(grace))
            continue
        mine = _record(registry, key, last.number + 1 if last else 1, what, now())
        if mine is None:
            continue
        if (found := find()) is not None:
            _close(registry, key, mine, what, "not needed")
            return found
        if now() - mine.recorded_at > grace * _STALE:
            _close(registry, key, mine, what, "too late")
            late_count += 1
            continue
        return _submit(registry, key, mine, find, submit, what, grace, now, sleep)
    raise Transient(
        f"{what} is not submitted: looking whether it is there takes over {_STALE:.0%} of the grace of "
        f"{grace.total_seconds():.0f} s; try later, or set a higher UBALL_SUBMIT_GRACE_S"
    )


def _submit(
    registry: Registry,
    key: str,
    mine: _Intent,
    find: Callable[[], T | None],
    submit: Callable[[], T],
    what: str,
    grace: timedelta,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> T:
    try:
        return submit()
    except (Permanent, NotAccepted):
        _close(registry, key, mine, what, "refused")
        raise
    except Transient:
        while now() - mine.recorded_at < grace:
            sleep(_look_every_s(grace))
            if (found := find()) is not None:
                return found
        raise Transient(
            f"submitting {what} was not answered, and no such job has shown itself for "
            f"{grace.total_seconds():.0f} s: run it again"
        ) from None


def _last_intent(registry: Registry, key: str) -> _Intent | None:
    entry, number = None, 0
    while following := registry.find(INTENTS, f"{key}:{number + 1}"):
        entry, number = following, number + 1
    if entry is None:
        return None
    return _Intent(
        number,
        entry["owner"],
        datetime.fromisoformat(entry["recorded_at"]),
        registry.find(INTENTS, f"{key}:{number}:closed") is not None,
    )


def _look_every_s(grace: timedelta) -> float:
    return min(_LOOK_EVERY_S, grace.total_seconds() / 4)


def _record(registry: Registry, key: str, number: int, what: str, at: datetime) -> _Intent | None:
    """Our intent; None if another process has recorded this number first."""
    owner = uuid.uuid4().hex
    entry = registry.append(INTENTS, {"what": what, "owner": owner}, key=f"{key}:{number}")
    if entry["owner"] != owner:
        return None
    return _Intent(number, owner, at, closed=False)


def _close(registry: Registry, key: str, intent: _Intent, what: str, outcome: str) -> None:
    registry.append(INTENTS, {"what": what, "outcome": outcome}, key=f"{key}:{intent.number}:closed")
