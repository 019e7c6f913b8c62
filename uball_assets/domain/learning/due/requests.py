"""Requests: trainings that were asked for, by a person or by the calendar, until a model has come of them.

    person    a training now, whatever has changed
    monthly   whatever differs and was so before the request: a game that was taken out too
    weekly    every new or changed game that waited before the request, though too few wait

What comes after a request does not make it due: it is for what waited then. So one that nobody needed hurts
nobody, and stands until the next one of its kind.

Belongs here: which are open, and their words. Not here: the record's entries
(`adapters.record.training_requests`) or whether a training starts (`retrain`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    PERSON = "person"
    MONTHLY = "monthly"
    WEEKLY = "weekly"
    DAILY = "daily"
    """No training: games that lack something are collected again, and a model without a decision is decided
    on."""


BY_CALENDAR = {
    Kind.MONTHLY: "the monthly training",
    Kind.WEEKLY: "the weekly check",
    Kind.DAILY: "the daily collection",
}


@dataclass(frozen=True)
class Request:
    number: int
    kind: Kind
    by: str
    why: str
    at_s: float
    """When it went on the record, Unix seconds."""
    until_s: float | None
    """None: until it is served."""
    from_base: bool

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Request:
        """An entry of before requests had kinds is a person's, without an end."""
        until = entry.get("until")
        return cls(
            number=int(entry["number"]),
            kind=Kind(entry.get("kind", Kind.PERSON)),
            by=str(entry["by"]),
            why=str(entry["why"]),
            at_s=datetime.fromisoformat(entry["recorded_at"]).timestamp(),
            until_s=datetime.fromisoformat(until).timestamp() if until else None,
            from_base=bool(entry.get("from_base")),
        )

    @property
    def words(self) -> str:
        """`asked for by ann (the season's last)`, `the weekly check (2026-W49)`."""
        if self.kind is Kind.PERSON:
            return f"asked for by {self.by} ({self.why})"
        return f"{BY_CALENDAR[self.kind]} ({self.why})"


@dataclass(frozen=True)
class OpenRequests:
    """The newest open one of each kind."""

    person: Request | None = None
    monthly: Request | None = None
    weekly: Request | None = None
    last: int = 0
    """Number of the newest request of any kind, open or not: a model that is trained now answers all."""

    @property
    def newest(self) -> Request | None:
        found = [request for request in (self.person, self.monthly, self.weekly) if request]
        return max(found, key=lambda request: request.number, default=None)


NOTHING_ASKED = OpenRequests()


def open_requests(requests: Iterable[Request], served_to: int, now_s: float) -> OpenRequests:
    """`requests`: all there are, in order. `served_to`: the number of the newest request that a model
    answers; it serves all before it too."""
    found: dict[Kind, Request] = {}
    last = 0
    for request in requests:
        last = request.number
        if request.number > served_to and (request.until_s is None or now_s < request.until_s):
            found[request.kind] = request
    return OpenRequests(found.get(Kind.PERSON), found.get(Kind.MONTHLY), found.get(Kind.WEEKLY), last)


def served_to(models: Iterable[Mapping[str, Any]]) -> int:
    """Of all models' entries: one that answered nobody un-serves nothing."""
    return max((int(model.get("request", 0)) for model in models), default=0)


def period_of(kind: Kind, day: date) -> str:
    """The calendar period that a request is for, once: `2026-11`, `2026-W49`, `2026-11-30`."""
    if kind is Kind.MONTHLY:
        return f"{day:%Y-%m}"
    if kind is Kind.WEEKLY:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    return day.isoformat()
