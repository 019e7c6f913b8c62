"""Suspects: one a play, in the order in which looks are worth the most, under a key that stays."""

from __future__ import annotations

import pytest

from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.review.contradictions import HonestAnswer
from uball_assets.domain.review.label_audit import GameLabels, audit
from uball_assets.domain.review.suspects import LEAST_CHANCE, Evidence, Kind, SuspectClip, stake, suspects
from uball_assets_tests.domain.samples import a_play


def against(play_id: str, label: str, chance: float, kind: Kind = Kind.ANSWER) -> Evidence:
    return Evidence(play_id, kind, label, chance, f"{kind} says {label}")


@pytest.mark.parametrize(
    ("written", "suggested", "worth"),
    [
        ("3PT_MAKE", "4PT_MAKE", 2.0),
        ("3PT_MISS", "4PT_MISS", 2.0),
        ("FG_MISS", "FG_MAKE", 2.0),
        ("FG_MISS", "3PT_MISS", 1.0),
        ("STEAL", "BLOCK", 1.0),
    ],
)
def test_points_and_the_line_are_worth_a_look_twice_as_much(
    written: str, suggested: str, worth: float
) -> None:
    assert stake(written, suggested) == worth


def test_the_best_look_comes_first_and_what_is_hardly_wrong_is_left_out() -> None:
    plays = [a_play(play_id=name, classification="3PT_MISS") for name in ("kind", "line", "hardly", "sound")]
    evidence = [
        against("kind", "FOUL", 0.3),
        against("line", "4PT_MISS", 0.2),
        against("hardly", "4PT_MISS", LEAST_CHANCE - 0.001),
    ]
    found = suspects(plays, evidence, {})
    assert [(one.play_id, one.worth) for one in found] == [("line", 0.4), ("kind", 0.3)]


def test_a_play_is_one_suspect_with_all_that_speaks_against_it_the_strongest_first() -> None:
    clips = [SuspectClip(Angle.NEAR_RIGHT, "near.mp4"), SuspectClip(Angle.FAR_LEFT, "far.mp4")]
    evidence = [against("p1", "3PT_MAKE", 0.2), against("p1", "FG_MAKE", 0.6, Kind.SCORE)]
    [found] = suspects([a_play()], evidence, {"p1": clips})
    assert (found.key, found.written, found.suggested) == ("p1:4PT_MAKE", "4PT_MAKE", "FG_MAKE")
    assert (found.chance, found.moment_game_s) == (0.6, 106.5)
    assert [one.kind for one in found.evidence] == [Kind.SCORE, Kind.ANSWER]
    assert [clip.name for clip in found.clips] == ["far.mp4", "near.mp4"]


def test_the_key_outlives_other_evidence_and_ends_with_the_label() -> None:
    [before], [after] = (
        suspects([a_play()], [against("p1", label, 0.5)], {}) for label in ("3PT_MAKE", "FG_MAKE")
    )
    [relabelled] = suspects([a_play(classification="FG_MAKE")], [against("p1", "3PT_MAKE", 0.5)], {})
    assert before.key == after.key != relabelled.key


def test_an_audit_says_of_how_many_plays_a_model_could_say_anything() -> None:
    plays = [a_play(classification="3PT_MAKE"), a_play(play_id="p2")]
    labels = GameLabels("g1", None, None, plays, plays[:1], 0, {})
    found = audit(labels, {"p1": HonestAnswer("p1", "v2-5games", "4PT_MAKE", 0.9, 0.95)})
    assert (found.play_count, found.answered_count, found.models) == (2, 1, ("v2-5games",))
    assert found.summary == (
        "1 of 2 plays are worth a look; 1 have an answer by a model that had not learned them; "
        "the games table has no official score of it"
    )
