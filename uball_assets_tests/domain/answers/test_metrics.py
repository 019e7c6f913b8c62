"""Metrics: every number on plays small enough to count by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from uball_assets.domain.answers.metrics import (
    NO_ANSWER,
    Interval,
    LabelScore,
    ScoredPlay,
    game_scores,
    play_scores,
    points_by_team,
    team_of,
    wilson,
)
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import Event
from uball_assets_tests.domain.samples import a_play, predicted


def scored(play_id: str, true_label: str, told_label: str | None, **changed: Any) -> ScoredPlay:
    truth = a_play(play_id=play_id, classification=true_label, events=())
    told = None if told_label is None else predicted(told_label, **changed)
    return ScoredPlay(play_id, truth, told)


PAIRS = [
    scored("p1", "3PT_MAKE", "3PT_MAKE"),
    scored("p2", "3PT_MAKE", "4PT_MAKE"),
    scored("p3", "3PT_MAKE", "3PT_MISS"),
    scored("p4", "4PT_MISS", "FOUL", timestamp_game_s=108.5),
    scored("p5", "4PT_MISS", None),
    scored("p6", "FOUL", "FOUL", player_a="Player #3 (Teal)"),
]


@pytest.mark.parametrize(
    ("successes", "n", "expected"),
    [
        pytest.param(0, 0, Interval(0.0, None, 1.0, 0), id="nothing measured"),
        pytest.param(0, 10, Interval(0.0, 0.0, 0.2775, 10), id="none right"),
        pytest.param(10, 10, Interval(0.7225, 1.0, 1.0, 10), id="all right"),
        pytest.param(81, 263, Interval(0.2553, 0.3080, 0.3662, 263), id="Newcombe 1998, table I"),
    ],
)
def test_wilson_agrees_with_published_values(successes: int, n: int, expected: Interval) -> None:
    got = wilson(successes, n)
    assert (got.low, got.high) == pytest.approx((expected.low, expected.high), abs=5e-5)
    assert got.value == pytest.approx(expected.value, abs=5e-5)
    assert got.n == n


def test_an_interval_reads_as_a_sentence() -> None:
    assert str(wilson(71, 100)) == "71% (61% to 79%, n = 100)"
    assert str(wilson(0, 0)) == "nothing to measure"


def test_a_play_is_right_when_its_label_is() -> None:
    scores = play_scores(PAIRS)
    assert scores.play_accuracy == wilson(2, 6)
    assert [play_id for play_id, right in scores.right.items() if right] == ["p1", "p6"]


def test_the_baseline_is_the_commonest_label() -> None:
    assert play_scores(PAIRS).majority_class_accuracy == 3 / 6


def test_a_shot_told_as_neither_3_nor_4_points_counts_as_a_wrong_distance() -> None:
    scores = play_scores(PAIRS)
    assert scores.three_four == wilson(2, 5)
    assert scores.three_four_table == {
        "3PT": {"3PT": 2, "4PT": 1, "other": 0},
        "4PT": {"3PT": 0, "4PT": 0, "other": 2},
    }


def test_made_or_missed_is_counted_over_true_shots() -> None:
    assert play_scores(PAIRS).make_miss == wilson(2, 5)


def test_the_confusion_counts_every_play_once_and_has_a_column_for_no_answer() -> None:
    confusion = play_scores(PAIRS).confusion
    assert list(confusion) == ["3PT_MAKE", "4PT_MISS", "FOUL"]
    assert list(confusion["FOUL"]) == ["3PT_MAKE", "3PT_MISS", "4PT_MAKE", "4PT_MISS", "FOUL", NO_ANSWER]
    assert confusion["4PT_MISS"][NO_ANSWER] == 1
    assert sum(sum(row.values()) for row in confusion.values()) == len(PAIRS)


def test_every_label_has_precision_recall_and_f1() -> None:
    labels = play_scores(PAIRS).labels
    assert labels["FOUL"] == LabelScore(0.5, 1.0, 2 / 3, 1)
    assert labels["3PT_MAKE"] == LabelScore(1.0, 1 / 3, 0.5, 3)
    assert labels["4PT_MAKE"] == LabelScore(0.0, None, 0.0, 0)
    assert labels["4PT_MISS"] == LabelScore(None, 0.0, 0.0, 2)
    assert "STEAL" not in labels


def test_the_team_is_counted_where_it_is_known_and_no_answer_is_wrong() -> None:
    assert play_scores(PAIRS).team == wilson(4, 6)
    unknown = ScoredPlay("p1", a_play(player_a=None), predicted("4PT_MAKE"))
    assert play_scores([unknown]).team == wilson(0, 0)


def test_the_error_of_time_is_averaged_over_answers_that_have_one() -> None:
    assert play_scores(PAIRS).timestamp_error_s == 2.0 / 5
    assert play_scores([scored("p1", "FOUL", "FOUL", timestamp_game_s=None)]).timestamp_error_s is None


def test_secondary_events_are_compared_play_by_play_without_the_primary() -> None:
    truth = a_play(events=(Event("4PT_MAKE"), Event("ASSIST"), Event("FOUL")))
    told = predicted("4PT_MAKE", events=(Event("ASSIST"), Event("ASSIST")))
    pair = ScoredPlay("p1", truth, told)
    assert play_scores([pair]).events_f1 == 2 * 1 / (2 + 2)
    assert play_scores([scored("p1", "FOUL", "FOUL")]).events_f1 is None


@pytest.mark.parametrize(
    ("player", "team"),
    [
        pytest.param("Player #7 (Gray)", "Gray", id="number"),
        pytest.param("Player (Dark Blue) ", "Dark Blue", id="no number"),
        pytest.param("Jo (JJ) Smith (Teal)", "Teal", id="nickname"),
        pytest.param("Player #7", "(unknown)", id="no team"),
        pytest.param("", "(unknown)", id="empty"),
        pytest.param(None, "(unknown)", id="nobody"),
    ],
)
def test_a_team_is_what_stands_in_brackets_last(player: str | None, team: str) -> None:
    assert team_of(player) == team


def test_points_count_the_primary_event_once_and_free_throws_beside_it() -> None:
    gray, teal = "Player #7 (Gray)", "Player #9 (Teal)"
    plays = [
        a_play(
            classification="FG_MAKE", player_a=gray, events=(Event("FG_MAKE", gray), Event("FREE_THROW_MAKE"))
        ),
        a_play(classification="4PT_MAKE", player_a=teal, events=(Event("ASSIST", gray),)),
        a_play(classification="3PT_MISS", player_a=teal, events=()),
        a_play(classification="FG_MAKE", player_a=None, events=()),
    ]
    assert points_by_team(plays) == {"Gray": 3, "Teal": 4, "(unknown)": 2}


def test_each_cameras_own_answers_are_scored_apart() -> None:
    scores = play_scores(PAIRS, {Angle.NEAR_RIGHT: [True, False], Angle.FAR_LEFT: []})
    assert scores.cameras == {"FAR_LEFT": wilson(0, 0), "NEAR_RIGHT": wilson(1, 2)}


def test_no_plays_measure_nothing() -> None:
    scores = play_scores([])
    assert scores.play_accuracy == wilson(0, 0)
    assert scores.majority_class_accuracy is None
    assert scores.confusion == {}


def test_scores_are_written_as_json_with_four_decimals() -> None:
    told = json.loads(json.dumps(play_scores(PAIRS, {Angle.FAR_LEFT: [True]}).to_dict(), allow_nan=False))
    assert told["play_accuracy"] == {"low": 0.0968, "value": 0.3333, "high": 0.7, "n": 6}
    assert told["labels"]["FOUL"] == {"precision": 0.5, "recall": 1.0, "f1": 0.6667, "support": 1}
    assert told["right"]["p1"] is True


def test_a_games_plays_are_found_missed_or_invented() -> None:
    true = [
        a_play(play_id="p1", classification="3PT_MAKE", timestamp_game_s=10.0, events=()),
        a_play(play_id="p2", classification="FOUL", timestamp_game_s=30.0, events=()),
        a_play(play_id="p3", classification="FOUL", timestamp_game_s=None, window=Window(50, 60), events=()),
        a_play(play_id="p4", classification="FOUL", timestamp_game_s=80.0, side=Side.RIGHT, events=()),
    ]
    told = [
        predicted("3PT_MAKE", play_key="k1", timestamp_game_s=11.0),
        predicted("STEAL", play_key="k3", timestamp_game_s=55.5),
        predicted("FOUL", play_key="k4", timestamp_game_s=80.0, side=Side.LEFT),
    ]
    scores = game_scores(true, told)
    assert scores.matched == (("p1", "k1"), ("p3", "k3"))
    assert (scores.missed, scores.invented) == (("p2", "p4"), ("k4",))
    assert scores.detection == LabelScore(2 / 3, 0.5, 4 / 7, 4)
    assert scores.labelled == LabelScore(1 / 3, 0.25, 2 / 7, 4)
    assert scores.label_accuracy == wilson(1, 2)
    assert (scores.points_true, scores.points_predicted) == ({"Gray": 3}, {"Gray": 3})
    assert scores.timestamp_error_s == 1.0
    assert json.loads(json.dumps(scores.to_dict()))["matched"] == [["p1", "k1"], ["p3", "k3"]]


def test_a_narrower_tolerance_finds_fewer() -> None:
    true, told = [a_play(timestamp_game_s=10.0)], [predicted("4PT_MAKE", timestamp_game_s=11.0)]
    assert game_scores(true, told, 1.0).matched == (("p1", "k1"),)
    assert game_scores(true, told, 0.9).matched == ()


def test_a_game_without_plays_has_nothing_to_find() -> None:
    assert game_scores([], []).detection == LabelScore(None, None, None, 0)
    assert game_scores([], [predicted("FOUL")]).detection == LabelScore(0.0, None, 0.0, 0)
