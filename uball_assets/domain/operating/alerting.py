"""Alerts: who is told of a finding is told once when it begins, once when it gets worse or is over, and daily
while it stands and nobody has acknowledged it.

What goes away and comes back within a few minutes was never away: a service that is asked again every half
minute would else be told of as often. Notes alert nobody.

Belongs here: when something is told. Not here: what is wrong (`broken`), the words of a message (`messages`),
keeping what was told (`automation.operating.watch`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from uball_assets.domain.operating.findings import Finding, Level

ALERTS = "alerts"
"""The kind of entry on the record; the newest about each finding is how its alert stands."""


class Event(StrEnum):
    BEGUN = "begun"
    WORSE = "worse"
    AGAIN = "again"
    OVER = "over"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True)
class Rule:
    again_s: float = 86_400.0
    """What stands is told again after so long."""
    over_after_s: float = 600.0
    """So long it must be away to be over."""
    most_at_once: int = 25
    """Told in one go; the others a minute later."""


@dataclass(frozen=True)
class Alert:
    """How one stands. Times in Unix seconds."""

    event: Event
    finding: Finding
    """As it was last told."""
    begun_s: float
    told_s: float
    by: str = ""
    """Who acknowledged it; '' while nobody did."""
    because: str = ""
    number: int = 0
    """Of the entry on the record that it was, or that it follows; 0 for the first."""

    @property
    def stands(self) -> bool:
        return self.event is not Event.OVER

    def to_entry(self) -> dict[str, Any]:
        found = self.finding
        return {
            "alert": found.key,
            "event": str(self.event),
            "level": str(found.level),
            "what": found.what,
            "where": found.where,
            "since_s": found.since_s,
            "why": found.why,
            "remedy": found.remedy,
            "begun_s": round(self.begun_s, 3),
            "told_s": round(self.told_s, 3),
            "by": self.by,
            "because": self.because,
        }

    @classmethod
    def from_entry(cls, told: Mapping[str, Any]) -> Alert:
        finding = Finding(
            told["alert"],
            Level(told["level"]),
            told["what"],
            told["where"],
            told["since_s"],
            told["why"],
            told["remedy"],
        )
        by, because = told.get("by", ""), told.get("because", "")
        number = told.get("number", 0)
        return cls(Event(told["event"]), finding, told["begun_s"], told["told_s"], by, because, number)


@dataclass(frozen=True)
class Turn:
    """What is to be told now, worst first, and what is to be remembered until the next look."""

    told: list[Alert]
    away_since_s: dict[str, float]
    """By key, of alerts that stand and whose finding was not found."""


def turn(
    found: Sequence[Finding],
    alerts: Mapping[str, Alert],
    away_since_s: Mapping[str, float],
    now_s: float,
    rule: Rule,
) -> Turn:
    """`found` worst first; `alerts`: the newest by key, those that are over too."""
    now = {one.key: one for one in found if one.level is not Level.NOTE}
    told = [alert for one in now.values() if (alert := _told(one, alerts.get(one.key), now_s, rule))]
    away: dict[str, float] = {}
    for key, alert in alerts.items():
        if alert.stands and key not in now:
            since_s = away_since_s.get(key, now_s)
            if now_s - since_s >= rule.over_after_s:
                told.append(replace(alert, event=Event.OVER, told_s=now_s))
            else:
                away[key] = since_s
    return Turn(told[: rule.most_at_once], away)


def acknowledged(alert: Alert, by: str, because: str, now_s: float) -> Alert:
    """It is told no more until it gets worse, or is over and begins anew."""
    return replace(alert, event=Event.ACKNOWLEDGED, by=by, because=because, told_s=now_s)


def _told(one: Finding, alert: Alert | None, now_s: float, rule: Rule) -> Alert | None:
    if alert is None or not alert.stands:
        return Alert(Event.BEGUN, one, now_s, now_s, number=alert.number if alert else 0)
    levels = list(Level)
    if levels.index(one.level) < levels.index(alert.finding.level):
        return Alert(Event.WORSE, one, alert.begun_s, now_s, number=alert.number)
    if not alert.by and now_s - alert.told_s >= rule.again_s:
        return Alert(Event.AGAIN, one, alert.begun_s, now_s, number=alert.number)
    return None
