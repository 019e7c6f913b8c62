"""A moment in time: what a person writes, where the record is cut, which backups are taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from uball_assets.domain.backup.moments import Chosen, Cut, chosen_at, cut_at, moment_of
from uball_assets.domain.errors import Permanent

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


def hours(*after_noon: float) -> list[datetime]:
    return [NOON + timedelta(hours=each) for each in after_noon]


@pytest.mark.parametrize(
    "text",
    ["2026-11-29T12:00Z", "2026-11-29 13:00+01:00", "2026-11-29T07:00:00-05:00", " 2026-11-29T12:00+00:00 "],
)
def test_a_moment_is_read_in_any_zone(text: str) -> None:
    assert moment_of(text) == NOON


@pytest.mark.parametrize("text", ["2026-11-29T12:00", "2026-11-29", "noon", ""])
def test_a_moment_without_a_zone_is_refused(text: str) -> None:
    with pytest.raises(Permanent, match=r"zone|no moment"):
        moment_of(text)


@pytest.mark.parametrize(
    ("recorded", "cut"),
    [
        ([], Cut(0, 0)),
        (hours(-2, -1), Cut(2, 0)),
        (hours(-1, 1), Cut(1, 0)),
        (hours(1, 2), Cut(0, 0)),
        (hours(-1, 0), Cut(2, 0)),
        (hours(-3, 48, -1, 2), Cut(3, 1)),
    ],
    ids=["none", "all", "some", "none yet", "that very moment", "a clock was two days ahead for one entry"],
)
def test_the_record_is_cut_behind_the_last_entry_of_then(recorded: list[datetime], cut: Cut) -> None:
    assert cut_at(recorded, NOON) == cut


@pytest.mark.parametrize(
    ("taken", "chosen"),
    [
        ({1: -5, 2: -1, 3: 2, 4: 9}, Chosen(3, 2)),
        ({1: -5, 2: -1}, Chosen(2, 2)),
        ({1: 3, 2: 4}, Chosen(1, None)),
        ({1: 0}, Chosen(1, 1)),
    ],
    ids=["between two", "behind all", "before all", "that very moment"],
)
def test_runs_are_never_of_later_than_the_record(taken: dict[int, float], chosen: Chosen) -> None:
    assert chosen_at({number: hours(at)[0] for number, at in taken.items()}, NOON) == chosen


def test_without_a_backup_there_is_no_moment() -> None:
    with pytest.raises(Permanent, match="no backup"):
        chosen_at({}, NOON)
