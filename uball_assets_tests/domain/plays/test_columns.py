"""What a column of the plays database can hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from uball_assets.domain.plays.columns import Kind, keepable, keepable_row, kept_plays, moment_in
from uball_assets.domain.plays.plays import check_rows
from uball_assets_tests.domain.samples import a_row

AN_ID = "6F1C0000-0000-0000-0000-00000000ABCD"
NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        (Kind.TEXT, " deep \0 shot \ud83d", "deep  shot"),
        (Kind.TEXT, 7, "7"),
        (Kind.TEXT, 2**70, str(2**70)),
        (Kind.TEXT, NAN, None),
        (Kind.TEXT, "", ""),
        (Kind.TEXT, "N/A", None),
        (Kind.NUMBER, "12.5", 12.5),
        (Kind.NUMBER, 2**70, float(2**70)),
        (Kind.NUMBER, INF, INF),
        (Kind.NUMBER, "NULL", None),
        (Kind.WHOLE, 3.0, 3),
        (Kind.WHOLE, 2**63 - 1, 2**63 - 1),
        (Kind.TRUTH, 1, True),
        (Kind.TRUTH, None, None),
        (Kind.DATE, "2026-03-18T20:00:00Z", "2026-03-18"),
        (Kind.MOMENT, "2026-03-18 20:00:00+03", "2026-03-18 20:00:00+03"),
        (Kind.MOMENT, datetime(2026, 3, 18, tzinfo=UTC), "2026-03-18T00:00:00+00:00"),
        (Kind.JSON, {"a\0": [NAN, "half \ud83d", UUID(AN_ID)]}, {"a": [None, "half ", AN_ID.lower()]}),
        (Kind.JSON, [2**63 - 1, 1.5, True, None], [2**63 - 1, 1.5, True, None]),
        (Kind.JSON, "NULL", None),
        (Kind.ID, "p1", "p1"),
        (Kind.ID, 7, "7"),
    ],
    ids=repr,
)
def test_a_value_is_kept_as_every_database_can(kind: Kind, value: object, kept: object) -> None:
    assert keepable(kind, value, uuids=False) == kept


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        (Kind.TEXT, ["a"], "a list or an object"),
        (Kind.NUMBER, "half past two", "not a finite number"),
        (Kind.NUMBER, "3_0", "not a finite number"),
        (Kind.NUMBER, {"s": 1}, "a list or an object"),
        (Kind.WHOLE, 1.5, "not a whole number"),
        (Kind.WHOLE, 2**63, "beyond 63 bits"),
        (Kind.TRUTH, "maybe", "neither true nor false"),
        (Kind.DATE, "last Friday", "no date"),
        (Kind.MOMENT, "yesterday", "no date and time"),
        (Kind.MOMENT, "0001-01-01T00:00:00+14:00", "no date and time"),
        (Kind.JSON, [{"label": INF}], "beyond 63 bits"),
        (Kind.JSON, [2**70], "beyond 63 bits"),
        (Kind.JSON, [-(2**70)], "beyond 63 bits"),
        (Kind.JSON, [1e300], "beyond 63 bits"),
    ],
    ids=repr,
)
def test_what_a_column_cannot_hold_is_said(kind: Kind, value: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        keepable(kind, value, uuids=False)


def test_lists_without_end_are_refused() -> None:
    nested: list[Any] = []
    for _ in range(500):
        nested = [nested]
    with pytest.raises(ValueError, match="nested too deep"):
        keepable(Kind.JSON, nested, uuids=False)


@pytest.mark.parametrize("value", ["p1", "number 7", "6f1c", AN_ID.replace("0", "_")])
def test_where_ids_are_uuids_no_other_id_is_kept(value: str) -> None:
    assert keepable(Kind.ID, AN_ID, uuids=True) == AN_ID
    with pytest.raises(ValueError, match="no UUID"):
        keepable(Kind.ID, value, uuids=True)


@pytest.mark.parametrize(
    "moment", ["2026-03-18T20:00:00", "2026-03-18T20:00:00Z", "2026-03-18T23:00:00+03:00", "20260318T2000"]
)
def test_a_time_without_a_zone_is_utc(moment: str) -> None:
    assert moment_in(moment) == datetime(2026, 3, 18, 20, tzinfo=UTC)
    assert moment_in(datetime(2026, 3, 18, 23, tzinfo=timezone(timedelta(hours=3)))) == moment_in(moment)


def test_a_row_tells_each_value_that_no_database_keeps() -> None:
    row, faults = keepable_row("plays", a_row(note=["x"], end_timestamp="soon", extra=1), uuids=False)
    assert faults.keys() == {"note", "end_timestamp"}
    assert faults["end_timestamp"].why == "end_timestamp is 'soon': not a finite number of seconds"
    assert row.keys() == a_row().keys() - faults.keys() | {"extra"}


def test_rows_are_judged_one_by_one_and_told_with_their_other_faults() -> None:
    kept = kept_plays([a_row(id="a", events=[2**70], angle="UP"), a_row(id="b")], uuids=False)
    assert [row["id"] for row in kept.keepable] == ["b"]
    plays, (entry,) = check_rows(kept.rows, {}, kept.faults)
    assert [play.play_id for play in plays] == ["b"]
    assert entry.what == "play a"
    assert "angle 'UP'" in entry.why
    assert "beyond 63 bits" in entry.why


def test_a_time_that_is_no_number_is_told_once() -> None:
    kept = kept_plays([a_row(start_timestamp="soon")], uuids=False)
    _, (entry,) = check_rows(kept.rows, {}, kept.faults)
    assert entry.why == "start_timestamp is 'soon': not a finite number of seconds"


def test_what_is_beside_the_play_costs_itself_alone() -> None:
    kept = kept_plays([a_row(created_at="yesterday", player_a_id="number 7")], uuids=True)
    assert kept.faults.keys() == {"p1"}, "its own id is no UUID"
    kept = kept_plays([a_row(id=AN_ID, game_id=AN_ID, created_at="yesterday", player_a_id="7")], uuids=True)
    assert len(kept.keepable) == 1
    assert not kept.keepable[0].keys() & {"created_at", "player_a_id"}
    assert [entry.what for entry in kept.quarantined] == [
        f"created_at of play {AN_ID}",
        f"player_a_id of play {AN_ID}",
    ]
    assert all(entry.why.endswith("; the play stays") for entry in kept.quarantined)


def test_what_is_read_as_nothing_or_cleaned_is_said() -> None:
    events = [{"label": "FG_MAKE", "playerA": NAN}]
    kept = kept_plays([a_row(player_a="NULL", player_b="N/A", note="a\0b", events=events)], uuids=False)
    words, dirty = kept.notes
    assert words == "3 cells are read as empty, for they say 'N/A', 'NULL', 'nan'"
    assert dirty.endswith("which no database keeps, are taken out of note of play p1")
    assert kept_plays([a_row()], uuids=False).notes == []
