"""When somebody is told: once a change of state, daily while it stands, never once a failure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from uball_assets.domain.operating.alerting import Alert, Event, Rule, Turn, acknowledged, turn
from uball_assets.domain.operating.findings import Finding, Level
from uball_assets.domain.operating.messages import alert_message

HOUR_S = 3_600.0
RULE = Rule(again_s=24 * HOUR_S, over_after_s=600.0, most_at_once=3)
LATE = Finding("late:g1", Level.BROKEN, "a game is late", "g1", 0.0, "not processed", "run it")
DISK = Finding("disk", Level.WARNING, "the disk is nearly full", "/home", None, "9 GB", "free some")


class Told:
    """Looks one after the other, as the sensor makes them; what each tells."""

    def __init__(self, rule: Rule = RULE) -> None:
        self.rule, self.alerts, self.away = rule, dict[str, Alert](), dict[str, float]()

    def look(self, at_s: float, *found: Finding) -> list[tuple[str, str]]:
        due: Turn = turn(found, self.alerts, self.away, at_s, self.rule)
        self.away = due.away_since_s
        for number, alert in enumerate(due.told, start=len(self.alerts) + 1):
            self.alerts[alert.finding.key] = replace(alert, number=number)
        return [(alert.finding.key, str(alert.event)) for alert in due.told]


def test_what_stands_is_told_when_it_begins_and_daily_and_when_it_is_over() -> None:
    told = Told()
    seen = {hour: told.look(hour * HOUR_S, LATE) for hour in range(60)}
    assert {hour: events for hour, events in seen.items() if events} == {
        0: [("late:g1", "begun")],
        24: [("late:g1", "again")],
        48: [("late:g1", "again")],
    }
    assert told.look(60 * HOUR_S) == []
    assert told.look(60 * HOUR_S + 601) == [("late:g1", "over")]
    assert told.look(61 * HOUR_S + 601) == []
    assert told.look(62 * HOUR_S, LATE) == [("late:g1", "begun")]


def test_what_comes_and_goes_every_minute_is_told_once() -> None:
    told = Told()
    events = [
        event for minute in range(600) for event in told.look(minute * 60.0, *([LATE] * (minute % 3 == 0)))
    ]
    assert events == [("late:g1", "begun")]


@pytest.mark.parametrize(
    ("levels", "events"),
    [
        ([Level.WARNING, Level.BROKEN], ["begun", "worse"]),
        ([Level.BROKEN, Level.WARNING], ["begun"]),
        ([Level.NOTE, Level.NOTE], []),
        ([Level.NOTE, Level.WARNING], ["begun"]),
        ([Level.WARNING, Level.BROKEN, Level.BROKEN], ["begun", "worse"]),
    ],
)
def test_notes_are_never_told_and_worse_is(levels: list[Level], events: list[str]) -> None:
    told = Told()
    seen = [
        event for n, level in enumerate(levels) for event in told.look(n * 60.0, replace(DISK, level=level))
    ]
    assert [event for _, event in seen] == events


def test_an_acknowledged_alert_is_told_no_more_until_it_gets_worse_or_begins_anew() -> None:
    told = Told()
    told.look(0.0, DISK)
    told.alerts["disk"] = acknowledged(told.alerts["disk"], "anna", "a disk is ordered", 60.0)
    assert [told.look(hour * HOUR_S, DISK) for hour in range(1, 100)] == [[]] * 99
    assert told.look(100 * HOUR_S, replace(DISK, level=Level.BROKEN)) == [("disk", "worse")]
    told.alerts["disk"] = acknowledged(told.alerts["disk"], "anna", "a disk is ordered", 60.0)
    told.look(101 * HOUR_S)
    assert told.look(102 * HOUR_S) == [("disk", "over")]
    assert told.look(103 * HOUR_S, DISK) == [("disk", "begun")]


def test_many_at_once_are_told_in_turns_the_worst_first() -> None:
    told = Told()
    many = [replace(LATE, key=f"late:g{n}") for n in range(5)]
    seen = [told.look(minute * 60.0, *many, DISK) for minute in range(4)]
    assert [len(events) for events in seen] == [3, 3, 0, 0]
    assert seen[1][-1] == ("disk", "begun")


def test_an_alert_survives_the_record() -> None:
    alert = acknowledged(Alert(Event.BEGUN, LATE, 1.0, 2.0), "anna", "known", 3.0)
    assert Alert.from_entry({**alert.to_entry(), "number": 7}) == replace(alert, number=7)


def test_a_message_tells_what_why_and_what_to_do_and_is_the_same_for_the_same_news() -> None:
    alerts = [Alert(Event.BEGUN, LATE, 0.0, 0.0), Alert(Event.OVER, DISK, 0.0, 7_200.0, number=4)]
    message = alert_message("uball", alerts, 7_200.0)
    assert message.subject == "uball: 1 new: a game is late; 1 over: the disk is nearly full"
    assert (
        f"[{LATE.id}] NEW: a game is late: g1 (broken)\n  why: not processed\n  do:  run it" in message.text
    )
    assert f"[{DISK.id}] OVER: the disk is nearly full: /home\n  after 2 h" in message.text
    later = [replace(alert, told_s=9e9) for alert in alerts]
    assert alert_message("uball", later, 9e9).id == message.id
    assert alert_message("uball", [alerts[0], replace(alerts[1], number=5)], 0.0).id != message.id
