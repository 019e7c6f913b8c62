"""Contradictions: who may speak against a label, how far that is trusted, and when it is kept quiet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from uball_assets.domain.answers.annotate import AnnotatedPlay, ClipAnswer
from uball_assets.domain.answers.answers import Answer
from uball_assets.domain.answers.metrics import NO_ANSWER, PlayScore
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.review.contradictions import (
    HonestAnswer,
    chance_wrong,
    contradictions,
    is_honest,
    of_annotation,
    of_scores,
    one_a_play,
    trust_in,
)
from uball_assets.domain.review.slips import WRONG_KIND, WRONG_LINE, WRONG_SHOT, shots_worth, slip_rate
from uball_assets_tests.domain.samples import a_play

TRAIN, VALIDATION = (
    "00000000-0000-0000-0000-000000000001",
    "00000000-0000-0000-0000-000000000007",
)
FAR, NEAR = Angle.FAR_LEFT, Angle.NEAR_RIGHT


def scored(right: int, wrong: int, confidence: float = 0.9, answer: str = "FG_MAKE") -> list[PlayScore]:
    return [
        PlayScore(f"s{place}", "g9", answer if place < right else "FOUL", answer, confidence, 0, 0)
        for place in range(right + wrong)
    ]


def an_answer(label: str = "4PT_MAKE", trust: float = 0.95, **changed: Any) -> HonestAnswer:
    return replace(HonestAnswer("p1", "v2-5games", label, 0.97, trust), **changed)


def annotated(label: str, play_id: str = "p1", start_s: float = 100.0) -> AnnotatedPlay:
    window = Window(start_s, start_s + 10.0)
    return AnnotatedPlay(
        play_id, Side.LEFT, window, None, label, "", None, None, (), 0.9, None, needs_review=False, angles=()
    )


def clip_answer(angle: Angle, label: str) -> ClipAnswer:
    return ClipAnswer(angle, 0.0, 0.0, Answer(None, label, "", None, None, (), 0.9))


@pytest.mark.parametrize(
    ("play_id", "has_learned_game", "honest"),
    [(TRAIN, False, True), (TRAIN, True, False), (VALIDATION, True, True), (VALIDATION, False, True)],
)
def test_of_a_game_that_it_learned_a_model_is_honest_only_about_plays_of_the_validation(
    play_id: str, has_learned_game: bool, honest: bool
) -> None:
    assert is_honest(play_id, has_learned_game=has_learned_game) is honest


@pytest.mark.parametrize(
    ("scores", "confidence", "trust"),
    [
        ([], 0.9, 1 / 2),
        (scored(38, 0), None, 39 / 40),
        (scored(20, 0, 0.9) + scored(0, 20, 0.2), 0.8, 21 / 22),
        (scored(19, 0, 0.9) + scored(0, 19, 0.2), 0.8, 20 / 40),
        (scored(3, 0, answer=NO_ANSWER), 0.8, 1 / 2),
    ],
    ids=["never scored", "tells no confidence", "as sure", "too few as sure", "answered nothing"],
)
def test_an_answer_is_trusted_as_far_as_answers_as_sure_as_it_were_right(
    scores: list[PlayScore], confidence: float | None, trust: float
) -> None:
    assert trust_in(scores, confidence) == pytest.approx(trust)


@pytest.mark.parametrize(
    ("true", "written", "rate"),
    [
        ("4PT_MAKE", "3PT_MAKE", WRONG_LINE),
        ("3PT_MISS", "4PT_MISS", WRONG_LINE),
        ("FG_MAKE", "3PT_MAKE", WRONG_SHOT),
        ("FG_MAKE", "FG_MISS", WRONG_SHOT),
        ("4PT_MAKE", "3PT_MISS", WRONG_KIND),
        ("FREE_THROW_MAKE", "FG_MAKE", WRONG_KIND),
        ("FREE_THROW_MAKE", "FREE_THROW_MISS", WRONG_SHOT),
        ("STEAL", "BLOCK", WRONG_KIND),
    ],
)
def test_people_slip_most_between_the_two_lines(true: str, written: str, rate: float) -> None:
    assert slip_rate(true, written) == rate


@pytest.mark.parametrize(
    ("written", "more", "shots"),
    [
        ("3PT_MAKE", 1, ("4PT_MAKE",)),
        ("FG_MAKE", 1, ("3PT_MAKE",)),
        ("3PT_MAKE", -1, ("FG_MAKE",)),
        ("FREE_THROW_MISS", 1, ("FREE_THROW_MAKE",)),
        ("FREE_THROW_MAKE", 1, ()),
        ("4PT_MISS", 4, ("4PT_MAKE",)),
        ("STEAL", 2, ()),
        ("3PT_MAKE", 0, ()),
    ],
)
def test_only_a_shot_is_taken_for_another_shot(written: str, more: int, shots: tuple[str, ...]) -> None:
    assert shots_worth(written, more) == shots


def test_odds_of_a_slip_times_odds_of_the_answer() -> None:
    assert chance_wrong("3PT_MAKE", "4PT_MAKE", 0.95) == pytest.approx(
        0.02 / 0.98 * 19 / (1 + 0.02 / 0.98 * 19)
    )
    assert chance_wrong("3PT_MAKE", "4PT_MAKE", 0.5) == pytest.approx(WRONG_LINE)


def test_another_label_is_said_with_its_model_its_confidence_and_the_cameras_that_saw_it() -> None:
    play = a_play(classification="3PT_MAKE")
    [found] = contradictions([play], {"p1": an_answer(cameras=((FAR, "4PT_MAKE"), (NEAR, "FG_MAKE")))})
    assert (found.label, found.cameras) == ("4PT_MAKE", (FAR,))
    assert found.says == (
        "v2-5games, which had not learned it, says 4PT_MAKE, 0.97 sure; such answers of it are right in 95%"
    )


@pytest.mark.parametrize(
    "answer",
    [
        an_answer("3PT_MAKE"),
        an_answer(cameras=((FAR, "4PT_MAKE"), (NEAR, "3PT_MAKE"))),
        an_answer(play_id="p2"),
    ],
    ids=["says the same", "one camera says the same", "of another play"],
)
def test_nothing_is_said_where_the_label_is_confirmed_or_not_asked_about(answer: HonestAnswer) -> None:
    assert contradictions([a_play(classification="3PT_MAKE")], {answer.play_id: answer}) == []


def test_the_newest_models_answer_counts_and_its_first_that_tells_the_cameras() -> None:
    older, newest = an_answer("FG_MAKE", model="v1-1games"), an_answer(cameras=((FAR, "4PT_MAKE"),))
    assert one_a_play([newest, an_answer(), older]) == {"p1": newest}


def test_an_answer_about_other_seconds_than_the_play_has_now_is_left_out() -> None:
    plays = {"p1": a_play()}
    here, moved = annotated("FG_MAKE", start_s=101.0), annotated("FG_MAKE", start_s=108.0)
    cameras = [("p1", clip_answer(FAR, "FG_MAKE"))]
    [kept] = of_annotation(plays, [here], cameras, "v1", scored(18, 0), has_learned_game=False)
    assert (kept.label, kept.trust, kept.cameras) == ("FG_MAKE", 19 / 20, ((FAR, "FG_MAKE"),))
    assert of_annotation(plays, [moved], cameras, "v1", [], has_learned_game=False) == []


def test_scores_answer_for_plays_that_they_keep_one_by_one() -> None:
    plays = {TRAIN: a_play(play_id=TRAIN), VALIDATION: a_play(play_id=VALIDATION)}
    kept = [PlayScore(name, "g1", "4PT_MAKE", "3PT_MAKE", 0.9, 4, 3) for name in (TRAIN, VALIDATION, "other")]
    silent = replace(kept[1], answer=NO_ANSWER)
    assert [one.play_id for one in of_scores(plays, kept, "v1", has_learned_game=True)] == [VALIDATION]
    assert of_scores(plays, [silent], "v1", has_learned_game=True) == []
