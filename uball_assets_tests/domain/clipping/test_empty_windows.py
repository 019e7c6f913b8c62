from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.domain.clipping.empty_windows import (
    MARGIN_S,
    EmptyWindow,
    empty_windows,
    plan_empty,
)
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.lost_times import LostTimes
from uball_assets.domain.plays.plays import Play
from uball_assets.domain.plays.splits import side_of_play
from uball_assets_tests.domain.footage.test_rig import a_camera
from uball_assets_tests.domain.samples import a_play

NONE_LOST = LostTimes()


def play(play_id: str, start_s: float, side: Side = Side.LEFT, lasts_s: float = 5.0) -> Play:
    window = Window(start_s, start_s + lasts_s)
    return a_play(play_id=play_id, side=side, window=window, timestamp_game_s=start_s + 3.0)


def windows(plays: list[Play], **changed: Any) -> dict[str, EmptyWindow]:
    asked: dict[str, Any] = {"lost": NONE_LOST, "share": 1.0} | changed
    return {empty.empty_id: empty for empty in empty_windows(plays, **asked)}


BEFORE, AFTER = play("p1", 100.0), play("p2", 140.0)
[EMPTY] = windows([BEFORE, AFTER]).values()


def test_the_stretch_behind_a_play_is_as_long_as_the_play_and_says_why_it_is_empty() -> None:
    assert (EMPTY.empty_id, EMPTY.side) == ("empty-p1", Side.LEFT)
    assert EMPTY.window.duration_s == pytest.approx(5.0)
    assert 105.0 + MARGIN_S <= EMPTY.window.start_s <= 105.0 + MARGIN_S + 7.5
    assert EMPTY.why == "between plays 1 and 2: 35.0 s without a play on the LEFT side"


@pytest.mark.parametrize(
    ("others", "changed"),
    [
        pytest.param([play("q", 107.0)], {}, id="a play in it"),
        pytest.param([play("q", 105.1, lasts_s=1.0)], {}, id="a play between"),
        pytest.param([play("q", EMPTY.window.end_s + MARGIN_S / 2)], {}, id="a play at its end"),
        pytest.param([play("q", 99.0, lasts_s=7.0)], {}, id="a longer play at once"),
        pytest.param([], {"lost": LostTimes((Window(90.0, 130.0),))}, id="a lost row there"),
        pytest.param([], {"lost": LostTimes(unplaced=1)}, id="a lost row anywhere"),
        pytest.param([], {"lost": None}, id="nobody looked at lost rows"),
        pytest.param([], {"share": 0.0}, id="none wanted"),
    ],
)
def test_a_stretch_is_empty_only_where_nothing_can_have_happened(
    others: list[Play], changed: dict[str, Any]
) -> None:
    assert "empty-p1" not in windows([BEFORE, AFTER, *others], **changed)


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([play("q", 107.0, Side.RIGHT)], id="on the other side"),
        pytest.param([play("q", EMPTY.window.end_s + MARGIN_S)], id="behind it"),
        pytest.param([play("q", 90.0)], id="before its play"),
    ],
)
def test_a_play_elsewhere_leaves_the_stretch_as_it_is(others: list[Play]) -> None:
    found = windows([BEFORE, AFTER, *others])["empty-p1"]
    assert replace(found, why="") == replace(EMPTY, why="")


@pytest.mark.parametrize(
    "after", [play("p2", 400.0), play("p2", 130.0, Side.RIGHT)], ids=["late", "elsewhere"]
)
def test_where_nobody_wrote_a_play_down_for_long_nobody_may_have_watched(after: Play) -> None:
    assert windows([BEFORE, after]) == {}
    assert "empty-p1" in windows([BEFORE, play("p3", 500.0), play("q", 130.0, Side.RIGHT)])


def test_a_play_that_is_added_takes_out_what_it_falls_into_and_changes_nothing_else() -> None:
    draw = random.Random(7)
    plays = [
        play(f"p{n}", 20.0 * n + draw.uniform(0, 14), draw.choice(list(Side)), draw.uniform(2, 6))
        for n in range(60)
    ]
    before = windows(plays)
    assert 20 < len(before) < 60
    for n in range(40):
        added = play(f"added{n}", draw.uniform(0, 1200), draw.choice(list(Side)))
        after = windows([*plays, added])
        for name in before.keys() & after.keys():
            assert after[name].window == before[name].window
        gone, new = before.keys() - after.keys(), after.keys() - before.keys()
        assert len(gone) <= 1
        assert len(new - {f"empty-{added.play_id}"}) <= 1
        for name in gone:
            behind = next(each for each in plays if f"empty-{each.play_id}" == name)
            stretch = Window(behind.window.end_s, before[name].window.end_s + MARGIN_S)
            assert behind.side is added.side
            assert added.window.start_s < stretch.end_s
            assert added.window.end_s > stretch.start_s


def test_no_stretch_shares_a_frame_with_a_play_or_another_stretch_of_its_side() -> None:
    plays = [play(f"p{n}", 12.0 * n, list(Side)[n * 7 % 3 % 2], 4.0) for n in range(100)]
    for side in Side:
        taken = [each.window for each in plays if each.side is side]
        taken += [each.window for each in windows(plays).values() if each.side is side]
        taken.sort(key=lambda window: window.start_s)
        assert all(one.end_s <= other.start_s for one, other in pairwise(taken))


def test_half_of_them_begin_as_their_play_ends_and_both_sides_of_the_split_have_some() -> None:
    plays = [play(f"p{n}", 40.0 * n) for n in range(200)]
    found = windows(plays)
    ends = {f"empty-{each.play_id}": each.window.end_s for each in plays}
    at_once = sum(empty.window.start_s == ends[name] + MARGIN_S for name, empty in found.items())
    assert 80 <= at_once <= 120
    assert 20 <= sum(side_of_play(name) == "validation" for name in found) <= 60
    fewer = windows(plays, share=0.3)
    assert 40 <= len(fewer) <= 80
    assert fewer.items() <= found.items()


def test_a_clip_is_planned_of_what_a_camera_of_that_side_filmed_whole() -> None:
    camera = replace(a_camera(Angle.FAR_LEFT, 2.5), filmed=Window(0.0, 200.0))
    [plan] = plan_empty(camera, [EMPTY], Recipe())
    assert plan.name == "games/g1/clips/empty-p1_FAR_LEFT.mp4"
    assert (plan.start_file_s, plan.timestamp_clip_s) == (round(EMPTY.window.start_s + 2.5, 3), None)
    assert plan_empty(a_camera(Angle.FAR_RIGHT, 0.0), [EMPTY], Recipe()) == []
    late = replace(EMPTY, window=Window(camera.filmed.end_s - 4.0, camera.filmed.end_s + 1.0))
    assert plan_empty(camera, [late], Recipe()) == []
