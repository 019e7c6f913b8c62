from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.domain.clipping.clips import (
    SHORTEST_REST_S,
    Frames,
    Recipe,
    clip_name,
    content_key,
    plan_clips,
    verdict,
)
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.rig import Camera
from uball_assets.domain.footage.timeline import Window
from uball_assets_tests.domain.footage.test_rig import a_camera
from uball_assets_tests.domain.samples import a_play

RECIPE = Recipe()


def a_source(**changed: Any) -> Camera:
    camera = replace(a_camera(Angle.FAR_LEFT, 0.0), fingerprint="etag-1", filmed=Window(0.0, 3600.0))
    return replace(camera, **changed)


def test_a_clip_has_the_name_outside_readers_expect() -> None:
    assert clip_name("g1", "p1", Angle.NEAR_RIGHT) == "games/g1/clips/p1_NEAR_RIGHT.mp4"


@pytest.mark.parametrize(
    ("offset_s", "start_file_s"),
    [(0.0, 100.0), (2.5004, 102.5), (-2.5, 97.5)],
    ids=["none", "ahead", "behind"],
)
def test_a_clip_is_cut_at_the_cameras_own_seconds(offset_s: float, start_file_s: float) -> None:
    (plan,), quarantined = plan_clips("g1", a_source(sync_offset_s=offset_s), [a_play()], RECIPE)
    assert (plan.start_file_s, plan.end_file_s) == (start_file_s, start_file_s + 10.0)
    assert plan.timestamp_clip_s == 6.5
    assert not plan.clamped
    assert quarantined == []


def test_only_plays_of_the_cameras_side_are_planned() -> None:
    plays = [a_play(play_id="left"), a_play(play_id="right", side=Side.RIGHT)]
    for angle, expected in ((Angle.FAR_LEFT, "left"), (Angle.NEAR_RIGHT, "left"), (Angle.NEAR_LEFT, "right")):
        plans, quarantined = plan_clips("g1", a_source(angle=angle), plays, RECIPE)
        assert [plan.play_id for plan in plans] == [expected]
        assert quarantined == []


def test_an_unknown_moment_stays_unknown() -> None:
    (plan,), _ = plan_clips("g1", a_source(), [a_play(timestamp_game_s=None)], RECIPE)
    assert plan.timestamp_clip_s is None


@pytest.mark.parametrize(
    ("filmed", "start_file_s", "end_file_s", "timestamp_clip_s"),
    [
        (Window(0.0, 108.2), 100.0, 108.2, 6.5),
        (Window(103.3333, 3600.0), 103.333, 110.0, 3.167),
        (Window(101.0, 108.0), 101.0, 108.0, 5.5),
        (Window(0.0, 106.5), 100.0, 106.5, 6.5),
    ],
    ids=["ends early", "starts late", "both", "event on the last frame"],
)
def test_a_play_partly_in_the_file_is_clamped_and_flagged(
    filmed: Window, start_file_s: float, end_file_s: float, timestamp_clip_s: float
) -> None:
    (plan,), quarantined = plan_clips("g1", a_source(filmed=filmed), [a_play()], RECIPE)
    assert (plan.start_file_s, plan.end_file_s) == (start_file_s, end_file_s)
    assert plan.timestamp_clip_s == timestamp_clip_s
    assert plan.clamped
    assert quarantined == []


@pytest.mark.parametrize(
    ("filmed", "timestamp_game_s", "why"),
    [
        (Window(0.0, 100.0), 106.5, "is not in the file"),
        (Window(0.0, 60.0), 106.5, "is not in the file"),
        (Window(110.0, 3600.0), 106.5, "is not in the file"),
        (Window(0.0, 106.0), 106.5, "the primary event, at 106.500 s"),
        (Window(107.0, 3600.0), 106.5, "the primary event, at 106.500 s"),
        (Window(0.0, 100.4), None, "only 0.400 s of the play"),
    ],
    ids=["begins at the end", "after the end", "before the start", "event cut off", "event before", "a rest"],
)
def test_a_play_the_file_cannot_show_is_lost_with_the_files_duration(
    filmed: Window, timestamp_game_s: float | None, why: str
) -> None:
    plays = [a_play(timestamp_game_s=timestamp_game_s)]
    plans, (entry,) = plan_clips("g1", a_source(filmed=filmed), plays, RECIPE)
    assert plans == []
    assert entry.what == "clip p1_FAR_LEFT"
    assert entry.where == "Games/g1/FAR_LEFT.mp4"
    assert why in entry.why
    assert f"({filmed.duration_s:.1f} s long)" in entry.why


@given(
    start_s=st.floats(0, 200),
    length_s=st.floats(0.1, 120),
    share=st.none() | st.floats(0, 1),
    first_s=st.floats(0, 100),
    filmed_s=st.floats(1, 200),
    offset_s=st.floats(-50, 50),
)
def test_every_play_is_a_plan_inside_the_file_or_a_loss(
    start_s: float, length_s: float, share: float | None, first_s: float, filmed_s: float, offset_s: float
) -> None:
    timestamp_s = None if share is None else start_s + share * length_s
    play = a_play(window=Window(start_s, start_s + length_s), timestamp_game_s=timestamp_s)
    filmed = Window(first_s, first_s + filmed_s)
    plans, quarantined = plan_clips("g1", a_source(filmed=filmed, sync_offset_s=offset_s), [play], RECIPE)
    assert len(plans) + len(quarantined) == 1
    for plan in plans:
        duration_s = plan.end_file_s - plan.start_file_s
        assert filmed.start_s - 0.001 <= plan.start_file_s < plan.end_file_s <= filmed.end_s + 0.001
        assert not plan.clamped or duration_s >= SHORTEST_REST_S - 0.001
        assert plan.timestamp_clip_s is None or 0 <= plan.timestamp_clip_s <= duration_s + 1e-9


@pytest.mark.parametrize(
    "other",
    [
        content_key(a_source(fingerprint="etag-2"), Window(1.0, 2.0), RECIPE),
        content_key(a_source(), Window(1.001, 2.0), RECIPE),
        content_key(a_source(), Window(1.0, 2.001), RECIPE),
        content_key(a_source(), Window(1.0, 2.0), Recipe(crf=23)),
        content_key(a_source(), Window(1.0, 2.0), Recipe(mode="reencode", height_px=720)),
        content_key(a_source(), Window(1.0, 2.0), Recipe(mode="edit")),
        content_key(a_source(), Window(1.0, 2.0), Recipe(mode="reencode")),
        content_key(a_source(), Window(1.0, 2.0), Recipe(mode="reencode", frame_rate=10.0)),
        content_key(a_source(), Window(1.0, 2.0), Recipe(mode="reencode", slow_motion=2.0)),
        content_key(a_source(is_walked=True), Window(1.0, 2.0), RECIPE),
    ],
    ids=["source", "start", "end", "quality", "height", "mode", "reencode", "rate", "slow", "walked"],
)
def test_whatever_changes_a_clip_changes_its_key(other: str) -> None:
    assert other != content_key(a_source(), Window(1.0, 2.0), RECIPE)


def test_the_key_of_a_video_with_an_index_never_changes() -> None:
    assert content_key(a_source(), Window(1.0, 2.0), RECIPE) == "b41443b157d11a2820d6f01cafd6b6d4"


@pytest.mark.parametrize(
    ("recipe", "text"),
    [
        (Recipe(), "smart ultrafast crf=20 height=source rate=source slow=1"),
        (
            Recipe("reencode", crf=23, height_px=480, frame_rate=30000 / 1001, slow_motion=2.5),
            "reencode ultrafast crf=23 height=480 rate=29.97002997 slow=2.5",
        ),
        (
            Recipe("reencode", codec="h265"),
            "reencode ultrafast crf=20 height=source rate=source slow=1 codec=h265",
        ),
    ],
    ids=["as filmed", "changed", "h265"],
)
def test_a_recipe_is_one_line(recipe: Recipe, text: str) -> None:
    assert recipe.text == text


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"mode": "copy"}, "no clip mode 'copy': use one of smart, edit, keyframe, reencode"),
        (
            {"height_px": 480},
            "'smart' copies frames as they were filmed and cannot change height_px: use mode",
        ),
        ({"mode": "edit", "frame_rate": 10.0}, "'edit' copies .* frame_rate: use mode 'reencode'"),
        ({"mode": "keyframe", "slow_motion": 2.0}, "'keyframe' copies .* slow_motion: use mode 'reencode'"),
        ({"codec": "h265"}, "'smart' copies .* codec: use mode 'reencode'"),
        ({"mode": "reencode", "codec": "av1"}, "no clip codec 'av1': use one of h264, h265"),
        ({"mode": "reencode", "height_px": 481}, "height_px cannot be 481: use an even number"),
        ({"mode": "reencode", "frame_rate": 0.0}, "frame_rate cannot be 0.0: use above 0, at most 240"),
        ({"mode": "reencode", "frame_rate": float("nan")}, "frame_rate cannot be nan"),
        ({"mode": "reencode", "slow_motion": 0.5}, "slow_motion cannot be 0.5: use 1 to 60"),
        ({"mode": "reencode", "slow_motion": float("inf")}, "slow_motion cannot be inf"),
        ({"crf": 52}, "crf cannot be 52: use 0 to 51"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_recipe_that_cannot_be_is_refused_with_its_remedy(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(Permanent, match=says):
        Recipe(**asked)


def test_in_slow_motion_the_moment_is_where_the_stretched_clip_shows_it() -> None:
    slow = Recipe(mode="reencode", slow_motion=4.0)
    (plan,), _ = plan_clips("g1", a_source(), [a_play()], slow)
    assert (plan.start_file_s, plan.end_file_s) == (100.0, 110.0)
    assert plan.timestamp_clip_s == 26.0
    (clamped,), _ = plan_clips("g1", a_source(filmed=Window(0.0, 106.5)), [a_play()], slow)
    assert (clamped.end_file_s, clamped.timestamp_clip_s) == (106.5, 26.0)
    _, (entry,) = plan_clips("g1", a_source(filmed=Window(0.0, 106.0)), [a_play()], slow)
    assert "the primary event, at 106.500 s" in entry.why


def test_a_key_is_the_same_for_the_same_milliseconds() -> None:
    assert content_key(a_source(), Window(0.1 + 0.2, 2.0), RECIPE) == content_key(
        a_source(), Window(0.3, 2.0), RECIPE
    )


def test_one_edited_play_changes_the_key_of_its_own_clip_only() -> None:
    plays = [a_play(play_id="p1"), a_play(play_id="p2")]
    edited = [plays[0], replace(plays[1], window=Window(100.0, 111.0))]
    before, _ = plan_clips("g1", a_source(), plays, RECIPE)
    after, _ = plan_clips("g1", a_source(), edited, RECIPE)
    assert [old.key == new.key for old, new in zip(before, after, strict=True)] == [True, False]


def test_an_edited_note_cuts_nothing_again() -> None:
    before, _ = plan_clips("g1", a_source(), [a_play()], RECIPE)
    after, _ = plan_clips("g1", a_source(), [a_play(note="Another sentence.")], RECIPE)
    assert before[0].key == after[0].key


EXPECTED = Frames(count=300, first_s=0.0, last_s=9.967)


@pytest.mark.parametrize(
    ("decoded", "reason"),
    [
        (EXPECTED, None),
        (Frames(300, 0.016, 9.983), None),
        (Frames(0, 0.0, 0.0), "no frame decodes, 300 expected"),
        (Frames(299, 0.0, 9.933), "299 frames decode, 300 expected"),
        (Frames(301, 0.0, 10.0), "301 frames decode, 300 expected"),
        (Frames(300, 0.033, 10.0), "the first frame is at 0.033 s, expected at 0.000 s"),
        (Frames(300, -0.02, 9.947), "the first frame is at -0.020 s, expected at 0.000 s"),
        (Frames(300, 0.0, 4.983), "the last frame is at 4.983 s, expected at 9.967 s"),
    ],
    ids=[
        "exact",
        "under half a frame",
        "truncated",
        "one short",
        "one over",
        "late",
        "early",
        "double speed",
    ],
)
def test_a_clip_is_accepted_by_its_decoded_frames(decoded: Frames, reason: str | None) -> None:
    assert verdict(EXPECTED, decoded, frame_duration_s=1 / 30) == reason
