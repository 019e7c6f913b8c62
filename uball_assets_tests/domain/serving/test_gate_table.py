"""The gate's table: what fails for sure, what holds, and what nobody can tell yet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from uball_assets.domain.answers.metrics import NO_ANSWER, PlayScore, Scores, label_score, play_scores
from uball_assets.domain.answers.set_measure import SetMeasure
from uball_assets.domain.serving.gate_table import Bounds, Line, Measured, Standing, failed, gate_table

LINES = (
    "3PT or 4PT told apart",
    "no label worse",
    "points a game",
    "valid answers",
    "calibration",
    "games never seen",
    "latency",
)
POINTS = {"3PT_MAKE": 3, "4PT_MAKE": 4, "FG_MAKE": 2}


def plays(truth: str, answer: str, count: int, first: int = 0, sure: float | None = 0.9) -> list[PlayScore]:
    """Ten games take turns."""
    return [
        PlayScore(
            f"{truth}{number}",
            f"g{number % 10}",
            truth,
            answer,
            sure,
            POINTS.get(truth, 0),
            POINTS.get(answer, 0),
        )
        for number in range(first, first + count)
    ]


def measured(
    told: list[PlayScore], asked: int = 100, answered: int = 100, seconds: float | None = 0.1
) -> Measured:
    scores: Scores = replace(play_scores([]), plays=tuple(told), clips_asked=asked, clips_answered=answered)
    return Measured(scores, {f"g{number}" for number in range(10)}, seconds_per_clip=seconds)


def line(name: str, challenger: Measured, champion: Measured | None = None) -> Line:
    return next(each for each in gate_table(challenger, champion, Bounds()) if each.name == name)


GOOD = [*plays("3PT_MAKE", "3PT_MAKE", 90), *plays("3PT_MAKE", "FG_MAKE", 10, 90), *plays("FOUL", "FOUL", 50)]


def test_a_good_model_holds_every_line_that_can_be_judged() -> None:
    lines = gate_table(measured(GOOD), measured(GOOD), Bounds())
    assert tuple(each.name for each in lines) == LINES
    waiting = [each.name for each in lines if each.standing is not Standing.HOLDS]
    assert waiting == ["games never seen"]
    assert failed(lines) == []


@pytest.mark.parametrize(
    ("right", "wrong", "standing", "missing"),
    [
        (18, 2, Standing.HOLDS, None),
        (10, 0, Standing.NOT_ENOUGH, 10),
        (11, 9, Standing.NOT_ENOUGH, 248),
        (5, 20, Standing.FAILS, None),
        (0, 9, Standing.FAILS, None),
    ],
    ids=["told apart", "few shots", "below, perhaps by chance", "below for sure", "all wrong"],
)
def test_three_and_four_must_be_told_apart(
    right: int, wrong: int, standing: Standing, missing: int | None
) -> None:
    told = [*plays("4PT_MAKE", "4PT_MISS", right), *plays("4PT_MAKE", "3PT_MAKE", wrong, right)]
    found = line("3PT or 4PT told apart", measured(told))
    assert (found.standing, found.missing) == (standing, missing)


def test_a_model_that_loses_shots_from_afar_to_the_champion_fails_above_the_bound_too() -> None:
    champion = plays("3PT_MAKE", "3PT_MAKE", 40)
    challenger = [*plays("3PT_MAKE", "3PT_MAKE", 33), *plays("3PT_MAKE", "4PT_MAKE", 7, 33)]
    found = line("3PT or 4PT told apart", measured(challenger), measured(champion))
    assert found.standing is Standing.FAILS
    assert "7 shots from afar lost" in found.sentence


@pytest.mark.parametrize(
    ("lost", "other_labels", "standing"),
    [(5, 0, Standing.FAILS), (4, 0, Standing.HOLDS), (5, 9, Standing.HOLDS), (9, 9, Standing.FAILS)],
    ids=["lost for sure", "perhaps by chance", "one label of ten, by chance", "for sure, of ten too"],
)
def test_a_lost_label_fails_only_beyond_what_so_many_labels_lose_by_chance(
    lost: int, other_labels: int, standing: Standing
) -> None:
    others = [play for number in range(other_labels) for play in plays(f"L{number}", f"L{number}", 20)]
    champion = [*plays("STEAL", "STEAL", 20), *others]
    challenger = [*plays("STEAL", "BLOCK", lost), *plays("STEAL", "STEAL", 20 - lost, lost), *others]
    found = line("no label worse", measured(challenger), measured(champion))
    assert found.standing is standing
    assert found.value.startswith("STEAL")


def test_labels_of_few_plays_are_not_judged_and_the_line_says_how_many_are_missing() -> None:
    champion, challenger = plays("STEAL", "STEAL", 3), plays("STEAL", "BLOCK", 3)
    found = line("no label worse", measured(challenger), measured(champion))
    assert (found.standing, found.missing) == (Standing.NOT_ENOUGH, 2)


@pytest.mark.parametrize(
    ("answer", "games", "standing"),
    [
        ("3PT_MAKE", 10, Standing.HOLDS),
        ("FG_MAKE", 10, Standing.FAILS),
        ("FG_MAKE", 3, Standing.NOT_ENOUGH),
    ],
    ids=["right", "a third of the points lost", "few games"],
)
def test_points_a_game(answer: str, games: int, standing: Standing) -> None:
    told = [play for play in plays("3PT_MAKE", answer, 100) if int(play.game_id[1:]) < games]
    assert line("points a game", measured(told)).standing is standing


@pytest.mark.parametrize(
    ("asked", "answered", "standing", "missing"),
    [
        (200, 198, Standing.HOLDS, None),
        (200, 150, Standing.FAILS, None),
        (12, 12, Standing.NOT_ENOUGH, 8),
    ],
)
def test_answers_must_be_valid(asked: int, answered: int, standing: Standing, missing: int | None) -> None:
    found = line("valid answers", measured(GOOD, asked, answered))
    assert (found.standing, found.missing) == (standing, missing)


def test_a_model_that_is_surer_than_right_fails_and_the_line_says_where() -> None:
    told = [*plays("FOUL", "FOUL", 60, sure=0.97), *plays("FOUL", "STEAL", 40, 60, sure=0.97)]
    found = line("calibration", measured(told))
    assert found.standing is Standing.FAILS
    assert "97% sure of, 60% were right" in found.sentence


@pytest.mark.parametrize(("sure", "words"), [(None, "does not say how sure"), (0.9, "50 more plays")])
def test_calibration_waits_for_plays_and_for_confidence(sure: float | None, words: str) -> None:
    found = line("calibration", measured(plays("FOUL", "FOUL", 50, sure=sure)))
    assert found.standing is Standing.NOT_ENOUGH
    assert words in found.sentence


@pytest.mark.parametrize(
    ("right", "count", "standing"),
    [(48, 60, Standing.HOLDS), (30, 60, Standing.FAILS), (20, 20, Standing.NOT_ENOUGH)],
)
def test_games_never_seen_are_held_against_those_learned_from(
    right: int, count: int, standing: Standing
) -> None:
    known = [*plays("FOUL", "FOUL", 85), *plays("FOUL", NO_ANSWER, 15, 85)]
    found = line("games never seen", replace(measured(known), unseen_right=right, unseen_count=count))
    assert found.standing is standing


@pytest.mark.parametrize(
    ("seconds", "standing"), [(0.2, Standing.HOLDS), (9.0, Standing.FAILS), (None, Standing.NOT_ENOUGH)]
)
def test_latency(seconds: float | None, standing: Standing) -> None:
    assert line("latency", measured(GOOD, seconds=seconds)).standing is standing


def test_a_score_from_before_plays_were_kept_fails_nothing() -> None:
    old = Measured(play_scores([]))
    lines = gate_table(old, old, Bounds())
    assert {each.standing for each in lines} == {Standing.NOT_ENOUGH}


def moments(hits: int, of: int) -> SetMeasure:
    found = label_score(hits, of, of)
    return SetMeasure(10, 0.5, 0.75, found, {}, 0.25, found, found)


def test_moments_players_and_box_scores_are_told_and_hold_nothing_until_a_bound_is_set() -> None:
    lines = gate_table(replace(measured(GOOD), measure=moments(10, 100)), None, Bounds())
    assert lines[-1] == Line(
        "label and moment right",
        "10.0% of 100",
        "none is set",
        Standing.TOLD,
        "average mAP tight 50.0%, loose 75.0%; player F1 25.0%; box scores' entries F1 10.0%",
    )
    assert failed(lines) == []


@pytest.mark.parametrize(
    ("measure", "standing"),
    [
        (moments(95, 100), Standing.HOLDS),
        (moments(50, 100), Standing.FAILS),
        (moments(9, 10), Standing.NOT_ENOUGH),
        (None, Standing.NOT_ENOUGH),
    ],
    ids=["above", "below for sure", "few plays", "not kept"],
)
def test_a_bound_on_moments_is_held_as_every_share_is(measure: SetMeasure | None, standing: Standing) -> None:
    found = gate_table(replace(measured(GOOD), measure=measure), None, Bounds(moment_share=0.9))[-1]
    assert (found.name, found.standing) == ("label and moment right", standing)
