from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.learning.due.freeze import Pause, Window, held

VIENNA = ZoneInfo("Europe/Vienna")
PLAYOFFS = Window.parse("2027-04-17..2027-06-20")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIENNA)


def paused(until: str | None, *, is_on: bool = True) -> Pause:
    return Pause(
        is_on, "ann", "a new hall", datetime.fromisoformat(until).replace(tzinfo=UTC) if until else None
    )


@pytest.mark.parametrize(
    ("pause", "now", "reason"),
    [
        (None, "2027-04-16T23:59", None),
        (None, "2027-04-17T00:00", "freeze window 2027-04-17 to 2027-06-20, until 2027-06-21 00:00 CEST"),
        (None, "2027-06-20T23:59", "freeze window 2027-04-17 to 2027-06-20"),
        (None, "2027-06-21T00:00", None),
        (
            paused("2026-12-01T08:00"),
            "2026-11-30T12:00",
            "paused by ann until 2026-12-01 09:00 CET (a new hall)",
        ),
        (paused("2026-12-01T08:00"), "2026-12-01T09:00", None),
        (
            paused(None),
            "2026-11-30T12:00",
            "paused by ann until `uball resume`, no date was named (a new hall)",
        ),
        (paused(None, is_on=False), "2026-11-30T12:00", None),
        (paused(None, is_on=False), "2027-05-01T12:00", "freeze window"),
        (paused("2027-05-02T08:00"), "2027-05-01T12:00", "freeze window"),
        (paused("2027-07-02T08:00"), "2027-05-01T12:00", "paused by ann"),
        (paused(None), "2027-05-01T12:00", "paused by ann"),
    ],
)
def test_what_holds_longest_is_told_with_its_end(pause: Pause | None, now: str, reason: str | None) -> None:
    found = held(pause, [PLAYOFFS], at(now))
    if reason is None:
        assert found is None
    else:
        assert found is not None
        assert found.reason.startswith(f"no model changes: {reason}")


def test_a_single_day_is_a_window_too() -> None:
    assert Window.parse("2027-04-17") == Window.parse("2027-04-17..2027-04-17")


@pytest.mark.parametrize("text", ["playoffs", "2027-04-17..", "2027-06-20..2027-04-17", "2027-04-31"])
def test_what_is_no_window_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(Permanent, match=r"2027-04-17\.\.2027-06-20"):
        Window.parse(text)
