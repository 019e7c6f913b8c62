"""What is sent to people: an alert's words.

Belongs here: subject and text. Not here: when something is sent (`alerting`), how (`adapters.messages`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from uball_assets.domain.hashing import content_hash
from uball_assets.domain.operating.alerting import Alert, Event
from uball_assets.domain.operating.findings import named, span_text

_TOLD = {
    Event.BEGUN: "new",
    Event.WORSE: "worse",
    Event.AGAIN: "still so",
    Event.OVER: "over",
}


@dataclass(frozen=True)
class Message:
    id: str
    """The same for the same message, whoever makes it: it is sent once."""
    subject: str
    text: str
    html: str = ""
    """The same as a page of its own; '' where text is enough."""
    findings: list[dict[str, Any]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def alert_message(league: str, alerts: Sequence[Alert], now_s: float) -> Message:
    """One for all that is told in one go, in the order given."""
    counts = [
        f"{len(of_it)} {words}: {named(dict.fromkeys(alert.finding.what for alert in of_it))}"
        for event, words in _TOLD.items()
        if (of_it := [alert for alert in alerts if alert.event is event])
    ]
    blocks = [_block(alert, now_s) for alert in alerts]
    footer = (
        '`uball status` shows what stands; `uball alerts ack ID --because "…"` stops the reminders of one.'
    )
    told = [[alert.finding.key, str(alert.event), alert.number] for alert in alerts]
    return Message(
        id=content_hash([league, told]),
        subject=f"{league}: {'; '.join(counts)}",
        text="\n\n".join([*blocks, footer]) + "\n",
        findings=[{**alert.finding.to_dict(), "event": str(alert.event)} for alert in alerts],
    )


def _block(alert: Alert, now_s: float) -> str:
    found = alert.finding
    for_s = max(0.0, now_s - alert.begun_s)
    head = f"[{found.id}] {_TOLD[alert.event].upper()}: {found.what}: {found.where}"
    if alert.event is Event.OVER:
        return f"{head}\n  after {span_text(for_s)}"
    stands = f"\n  for {span_text(for_s)}" if alert.event is not Event.BEGUN else ""
    return f"{head} ({found.level}){stands}\n  why: {found.why}\n  do:  {found.remedy}"
