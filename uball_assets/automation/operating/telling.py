"""How alerts stand on the record, what of them is due, and a person's word that one is known.

Belongs here: the record and the outbox, brought together, without Dagster. Not here: when something is told
(`domain.operating.alerting`), when it is looked (`watch`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from uball_assets.adapters.messages.outbox import Outbox
from uball_assets.adapters.record.registry import Registry
from uball_assets.domain.errors import Permanent
from uball_assets.domain.operating.alerting import ALERTS, Alert, Event, Rule, Turn, acknowledged, turn
from uball_assets.domain.operating.findings import Finding, Level
from uball_assets.domain.operating.messages import alert_message
from uball_assets.settings import Settings


def alerts_on_record(registry: Registry) -> dict[str, Alert]:
    """The newest about each finding, those that are over too."""
    return {key: Alert.from_entry(entry) for key, entry in registry.newest_by_subject(ALERTS).items()}


def standing(registry: Registry) -> list[Alert]:
    return [alert for alert in alerts_on_record(registry).values() if alert.stands]


def tell(
    settings: Settings,
    registry: Registry,
    outbox: Outbox,
    found: Sequence[Finding],
    away_since_s: Mapping[str, float],
    now: datetime,
) -> Turn:
    """Puts what is due into the outbox, one message for all of it, then on the record.

    In that order: who is killed in between puts the same message again, and it is sent once.
    """
    now_s = now.timestamp()
    rule = Rule(again_s=settings.alert_again_h * 3600.0)
    due = turn(found, alerts_on_record(registry), away_since_s, now_s, rule)
    if due.told:
        outbox.put(alert_message(settings.league, due.told, now_s))
    for alert in due.told:
        _enter(registry, alert)
    return due


def acknowledge(
    registry: Registry, found: Sequence[Finding], id_: str, by: str, because: str, now: datetime
) -> Alert:
    """The alert of that id, or of a finding that nobody was told of yet.

    Raises Permanent for an id that none has, or more than one, and without a name and a reason.
    """
    if not by.strip() or not because.strip():
        raise Permanent("to acknowledge an alert takes a name and a reason: give --by and --because")
    known = alerts_on_record(registry)
    now_s = now.timestamp()
    new = {
        one.key: Alert(
            Event.BEGUN, one, now_s, now_s, number=known[one.key].number if one.key in known else 0
        )
        for one in found
        if one.level is not Level.NOTE and not (one.key in known and known[one.key].stands)
    }
    stands = {key: alert for key, alert in known.items() if alert.stands} | new
    meant = [alert for alert in stands.values() if alert.finding.id.startswith(id_.strip().lower())]
    if len(meant) != 1 or not id_.strip():
        ids = ", ".join(f"{alert.finding.id} ({alert.finding.what})" for alert in (meant or stands.values()))
        which = "more than one alert has" if meant else "no alert has"
        raise Permanent(f"{which} the id {id_!r}: give one of {ids or 'none: nothing stands'}")
    alert = acknowledged(meant[0], by.strip(), because.strip(), now_s)
    _enter(registry, alert)
    return alert


def channels_down(outbox: Outbox) -> list[Finding]:
    """A channel that does not take its messages is told by the others."""
    return [
        Finding(
            f"channel:{name}",
            Level.WARNING,
            "alerts do not get through",
            f"channel {name}",
            state.since_s,
            f"{state.failures} tries failed, the last: {state.why}; {state.waiting} messages wait",
            "see its settings (UBALL_ALERT_…, UBALL_SMTP_…); `uball alerts --test` sends a message now",
        )
        for name, state in outbox.down().items()
    ]


def _enter(registry: Registry, alert: Alert) -> None:
    """Of two watchers that tell the same, one enters it."""
    key = f"{alert.finding.id}:{alert.event}:after-{alert.number}"
    registry.append(ALERTS, alert.to_entry(), key=key)
