"""Annotation: clocks, two cameras, the league's row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from uball_assets.domain.answers.annotate import AnnotatedPlay, ClipAnswer, annotation_row, merge_cameras
from uball_assets.domain.answers.answers import Answer
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import Event

WINDOW = Window(100.0, 110.0)


def an_answer(label: str = "3PT_MAKE", confidence: float | None = 0.8, **changed: Any) -> Answer:
    fields: dict[str, Any] = {
        "timestamp_clip_s": 6.0,
        "note": label,
        "player_a": None,
        "player_b": None,
        "events": (),
    }
    return Answer(classification=label, confidence=confidence, **fields | changed)


def far(answer: Answer | None) -> ClipAnswer:
    """Its file runs 2.5 s behind the game: the clip of game time 100 starts at 102.5."""
    return ClipAnswer(Angle.FAR_LEFT, 102.5, 2.5, answer)


def near(answer: Answer | None) -> ClipAnswer:
    return ClipAnswer(Angle.NEAR_RIGHT, 99.0, -1.0, answer)


def merged(*answers: ClipAnswer) -> AnnotatedPlay:
    play = merge_cameras("k1", Side.LEFT, WINDOW, answers)
    assert play is not None
    return play


def test_a_timestamp_in_clip_time_becomes_game_time_through_the_cameras_offset() -> None:
    assert far(an_answer()).timestamp_game_s == 106.0
    assert near(an_answer()).timestamp_game_s == 106.0
    assert far(an_answer(timestamp_clip_s=None)).timestamp_game_s is None
    assert far(None).timestamp_game_s is None


def test_a_timestamp_in_slow_motion_is_turned_back_to_the_games_own_speed() -> None:
    stretched = replace(far(an_answer(timestamp_clip_s=24.0)), slow_motion=4.0)
    assert stretched.timestamp_game_s == 106.0
    assert merged(stretched, near(an_answer())).timestamp_game_s == 106.0


@pytest.mark.parametrize(
    ("far_told", "near_told", "label", "agreed", "needs_review"),
    [
        pytest.param(("3PT_MAKE", 0.9), ("3PT_MAKE", 0.6), "3PT_MAKE", True, False, id="agree"),
        pytest.param(("3PT_MAKE", None), ("3PT_MAKE", None), "3PT_MAKE", True, False, id="agree, unknown"),
        pytest.param(("3PT_MAKE", 0.4), ("3PT_MAKE", 0.3), "3PT_MAKE", True, True, id="agree, unsure"),
        pytest.param(("3PT_MAKE", 0.6), ("4PT_MAKE", 0.9), "4PT_MAKE", False, True, id="near is surer"),
        pytest.param(("3PT_MAKE", 0.9), ("4PT_MAKE", 0.6), "3PT_MAKE", False, True, id="far is surer"),
        pytest.param(("3PT_MAKE", 0.7), ("4PT_MAKE", 0.7), "3PT_MAKE", False, True, id="tie"),
        pytest.param(("3PT_MAKE", None), ("4PT_MAKE", 0.9), "3PT_MAKE", False, True, id="one unknown"),
        pytest.param(("3PT_MAKE", 0.9), None, "3PT_MAKE", None, True, id="far only"),
        pytest.param(None, ("4PT_MAKE", 0.9), "4PT_MAKE", None, True, id="near only"),
    ],
)
@pytest.mark.parametrize("near_comes_first", [False, True], ids=["far first", "near first"])
def test_two_cameras_make_one_play(
    far_told: tuple[str, float | None] | None,
    near_told: tuple[str, float | None] | None,
    label: str,
    agreed: bool | None,
    needs_review: bool,
    near_comes_first: bool,
) -> None:
    answers = [
        far(an_answer(*far_told) if far_told else None),
        near(an_answer(*near_told) if near_told else None),
    ]
    play = merged(*(reversed(answers) if near_comes_first else answers))
    assert (play.classification, play.note, play.agreed, play.needs_review) == (
        label,
        label,
        agreed,
        needs_review,
    )


@pytest.mark.parametrize(
    ("far_clip_s", "near_clip_s", "near_label", "expected_game_s"),
    [
        pytest.param(6.0, 6.8, "3PT_MAKE", 106.4, id="close: averaged"),
        pytest.param(6.0, 7.5, "3PT_MAKE", 106.0, id="apart: the winner's"),
        pytest.param(6.0, 6.8, "FOUL", 106.0, id="another event: the winner's"),
        pytest.param(None, 6.8, "3PT_MAKE", 106.8, id="only the other knows"),
        pytest.param(None, None, "3PT_MAKE", None, id="nobody knows"),
    ],
)
def test_the_moment_is_averaged_only_where_both_saw_the_same(
    far_clip_s: float | None, near_clip_s: float | None, near_label: str, expected_game_s: float | None
) -> None:
    play = merged(
        far(an_answer("3PT_MAKE", 0.9, timestamp_clip_s=far_clip_s)),
        near(an_answer(near_label, 0.6, timestamp_clip_s=near_clip_s)),
    )
    assert play.timestamp_game_s == (None if expected_game_s is None else pytest.approx(expected_game_s))


def test_a_player_only_the_agreeing_close_up_could_read_is_kept() -> None:
    agreeing = near(an_answer("3PT_MAKE", 0.6, player_a="Player #7 (Gray)"))
    disagreeing = near(an_answer("FOUL", 0.6, player_a="Player #7 (Gray)"))
    assert merged(far(an_answer()), agreeing).player_a == "Player #7 (Gray)"
    assert merged(far(an_answer()), disagreeing).player_a is None


def test_no_answer_makes_no_play() -> None:
    assert merge_cameras("k1", Side.LEFT, WINDOW, [far(None), near(None)]) is None
    assert merge_cameras("k1", Side.LEFT, WINDOW, []) is None


def test_a_row_has_the_leagues_columns() -> None:
    answer = an_answer(player_a="Player #7 (Gray)", events=(Event("ASSIST", "Player #9 (Gray)"),))
    assert annotation_row(merged(far(answer)), "basketball-model-v3-10games") == {
        "play_key": "k1",
        "angle": "LEFT",
        "start_timestamp": 100.0,
        "end_timestamp": 110.0,
        "timestamp_seconds": 106.0,
        "classification": "3PT_MAKE",
        "note": "3PT_MAKE",
        "player_a": "Player #7 (Gray)",
        "player_b": None,
        "events": [{"label": "ASSIST", "playerA": "Player #9 (Gray)", "playerB": None}],
        "confidence": 0.8,
        "agreed": None,
        "needs_review": True,
        "model": "basketball-model-v3-10games",
    }


def test_a_player_of_a_team_that_does_not_play_is_doubted_and_named() -> None:
    teams = Teams(("Gray", "White"), ("Gray", "White"))
    answers = [far(an_answer(player_a="Player #7 (Gray)")), near(an_answer(player_a="Player #7 (Gray)"))]
    own = merge_cameras("k1", Side.LEFT, WINDOW, answers, teams)
    assert own is not None
    assert (own.needs_review, own.strangers) == (False, ())
    other = merge_cameras("k1", Side.LEFT, WINDOW, answers, Teams(("Red", "White"), ("Red", "White")))
    assert other is not None
    assert (other.needs_review, other.strangers) == (True, ("Player #7 (Gray)",))
    assert merge_cameras("k1", Side.LEFT, WINDOW, answers) == own
