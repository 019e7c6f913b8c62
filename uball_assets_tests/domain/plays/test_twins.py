"""One play written down twice: it stands once, on one side of the split, whoever comes and goes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import check_rows
from uball_assets.domain.plays.splits import side_of_play
from uball_assets.domain.plays.twins import near_twins
from uball_assets_tests.domain.samples import a_play, a_row

TRAIN, VALIDATION = (
    "00000000-0000-0000-0000-000000000001",
    "00000000-0000-0000-0000-000000000007",
)


def at(start_s: float, play_id: str, **changed: Any) -> dict[str, Any]:
    return (
        a_row(id=play_id, start_timestamp=start_s, end_timestamp=start_s + 8, timestamp_seconds=None)
        | changed
    )


def standing(rows: list[dict[str, Any]]) -> list[str]:
    return [play.play_id for play in check_rows(rows, {})[0]]


@pytest.mark.parametrize(
    ("twin", "stands"),
    [
        ({}, [TRAIN]),
        ({"note": "Other words."}, [TRAIN]),
        ({"angle": "FAR_LEFT"}, [TRAIN]),
        ({"start_timestamp": 100.01}, [TRAIN]),
        ({"angle": "RIGHT"}, [TRAIN, VALIDATION]),
        ({"start_timestamp": 100.06}, [TRAIN, VALIDATION]),
        ({"end_timestamp": 108.06}, [TRAIN, VALIDATION]),
        ({"created_at": "2026-03-17T20:00:00+00:00"}, [VALIDATION]),
        ({"created_at": None}, [TRAIN]),
        ({"classification": "DUNK"}, [TRAIN]),
    ],
    ids=[
        "row for row",
        "words",
        "older spelling",
        "10 ms",
        "side",
        "60 ms",
        "end",
        "older",
        "undated",
        "unsound",
    ],
)
def test_of_rows_that_begin_and_end_alike_the_first_stored_stands(
    twin: dict[str, Any], stands: list[str]
) -> None:
    rows = [at(100, TRAIN), at(100, VALIDATION, **twin)]
    assert sorted(standing(rows)) == sorted(standing(rows[::-1])) == sorted(stands)


def test_a_twin_is_quarantined_with_the_row_that_stands_for_it() -> None:
    plays, [entry] = check_rows([at(100, TRAIN), at(100, VALIDATION, classification="3PT_MAKE")], {})
    assert [play.classification for play in plays] == ["4PT_MAKE"]
    assert (entry.what, entry.where) == (f"play {VALIDATION}", f"plays row {VALIDATION}")
    assert f"one play, kept as {TRAIN}; this one says 3PT_MAKE, that one 4PT_MAKE" in entry.why
    assert entry.remedy == f"delete this row, or correct {TRAIN} first"


PLACES = st.integers(0, 40).map(lambda step: step * 0.02)
ROWS = st.lists(
    st.builds(
        lambda start_s, play_id, angle, day: at(
            start_s, play_id, angle=angle, created_at=day and f"2026-03-{day:02}T20:00:00+00:00"
        ),
        PLACES,
        st.uuids().map(str),
        st.sampled_from(["LEFT", "RIGHT"]),
        st.none() | st.integers(1, 3),
    ),
    max_size=12,
    unique_by=lambda row: row["id"],
)


def sides(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {play.play_id: side_of_play(play.play_id) for play in check_rows(rows, {})[0]}


@given(ROWS)
def test_no_two_plays_that_stand_show_the_same_seconds_and_every_row_is_accounted_for(
    rows: list[dict[str, Any]],
) -> None:
    plays, quarantined = check_rows(rows, {})
    assert len(plays) + len(quarantined) == len(rows)
    for place, one in enumerate(plays):
        for other in plays[place + 1 :]:
            apart_s = abs(one.window.start_s - other.window.start_s)
            assert one.side is not other.side or apart_s >= 0.05


@given(ROWS, st.randoms())
def test_the_order_of_the_rows_decides_nothing(rows: list[dict[str, Any]], chance: Any) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert sides(rows) == sides(shuffled)


@given(ROWS, st.lists(PLACES, min_size=1, max_size=6))
def test_a_row_that_is_added_later_moves_no_play(rows: list[dict[str, Any]], added: list[float]) -> None:
    later = [
        at(start_s, f"later{n}", created_at="2026-04-01T00:00:00+00:00") for n, start_s in enumerate(added)
    ]
    dated = [row for row in rows if row["created_at"]]
    assert sides(dated).items() <= sides([*later, *dated]).items()


@given(ROWS)
def test_a_twin_that_is_deleted_or_edited_moves_no_play(rows: list[dict[str, Any]]) -> None:
    before = sides(rows)
    kept = [row for row in rows if row["id"] in before]
    assert sides(kept) == before
    edited = [row if row["id"] in before else row | {"note": "Edited."} for row in rows]
    assert sides(edited) == before


@given(ROWS, st.data())
def test_a_play_that_goes_or_changes_moves_no_play_at_other_seconds(
    rows: list[dict[str, Any]], data: Any
) -> None:
    alone = [row for row in rows if row["id"] in sides(rows)]
    if not alone:
        return
    gone = data.draw(st.sampled_from(alone))
    rest = [row for row in alone if row is not gone]
    before = {play_id: side for play_id, side in sides(alone).items() if play_id != gone["id"]}
    assert sides(rest) == before
    moved = gone | {"start_timestamp": 500.0, "end_timestamp": 510.0}
    assert sides([*rest, moved]) == before | {gone["id"]: side_of_play(gone["id"])}


@pytest.mark.parametrize(
    ("other", "is_near"),
    [
        (Window(101.0, 110.0), True),
        (Window(98.0, 109.0), True),
        (Window(103.0, 108.0), True),
        (Window(106.0, 116.0), False),
        (Window(109.0, 119.0), False),
        (Window(110.0, 120.0), False),
        (Window(104.0, 106.0), False),
    ],
)
def test_plays_that_share_most_of_their_seconds_are_told(other: Window, *, is_near: bool) -> None:
    one, two = a_play(window=Window(100.0, 110.0)), a_play(play_id="p2", window=other)
    pair = [(one, two)] if other.start_s >= 100.0 else [(two, one)]
    assert near_twins([two, one]) == (pair if is_near else [])
    assert near_twins([one, a_play(play_id="p2", window=other, side=Side.RIGHT)]) == []
