"""Player F1: label, team, number and moment, all of it right or none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from uball_assets.domain.answers.metrics import LabelScore
from uball_assets.domain.answers.player_f1 import PlayerF1, player_f1
from uball_assets.domain.footage.angles import Side
from uball_assets_tests.domain.samples import a_play, predicted


@pytest.mark.parametrize(
    ("told", "is_right"),
    [
        pytest.param({}, True, id="the same"),
        pytest.param({"timestamp_game_s": 106.98}, True, id="12 frames late"),
        pytest.param({"timestamp_game_s": 106.99}, False, id="later"),
        pytest.param({"player_a": "#7 (gray)"}, True, id="written otherwise"),
        pytest.param({"player_a": "Player #7 (Grey)"}, True, id="spelled otherwise"),
        pytest.param({"player_a": "Player #8 (Gray)"}, False, id="another number"),
        pytest.param({"player_a": "Player #07 (Gray)"}, False, id="a number is its digits: 0 and 00 are two"),
        pytest.param({"player_a": "Player #7 (Teal)"}, False, id="another team"),
        pytest.param({"player_a": None}, False, id="nobody"),
        pytest.param({"classification": "3PT_MAKE"}, False, id="another label"),
        pytest.param({"side": Side.RIGHT}, False, id="the other side"),
        pytest.param({"confidence": 0.15}, True, id="sure enough"),
        pytest.param({"confidence": 0.149}, None, id="not sure enough to count as told"),
    ],
)
def test_an_answer_is_right_when_all_of_it_agrees(told: dict[str, Any], is_right: bool | None) -> None:
    answer = replace(predicted("4PT_MAKE"), **told)
    found = player_f1([a_play()], [answer])
    precision = None if is_right is None else float(is_right)
    assert (found.overall.precision, found.overall.recall) == (precision, float(is_right or False))
    assert found.macro == float(is_right or False)


def test_the_mean_is_over_labels_that_happened_and_the_whole_is_over_all() -> None:
    true = [
        a_play(classification="FOUL", timestamp_game_s=10.0),
        a_play(classification="FOUL", timestamp_game_s=20.0),
        a_play(classification="STEAL", timestamp_game_s=30.0),
    ]
    told = [
        predicted("FOUL", timestamp_game_s=10.1),
        predicted("STEAL", timestamp_game_s=30.1),
        predicted("BLOCK", timestamp_game_s=40.0),
    ]
    found = player_f1(true, told)
    assert found.macro == pytest.approx((2 / 3 + 1) / 2)
    assert found.overall == LabelScore(2 / 3, 2 / 3, 2 / 3, 3)
    assert found.labels["BLOCK"] == LabelScore(0.0, None, 0.0, 0)


def test_a_play_that_people_left_without_a_player_is_left_out_with_the_answer_that_tells_it() -> None:
    true = [a_play(), a_play(classification="TIMEOUT", player_a=None, timestamp_game_s=50.0)]
    told = [predicted("4PT_MAKE"), predicted("TIMEOUT", timestamp_game_s=50.0)]
    found = player_f1(true, told)
    assert (found.macro, found.nameless_true, found.overall.precision) == (1.0, 1, 1.0)
    assert list(found.labels) == ["4PT_MAKE"]


def test_an_answer_without_a_player_is_wrong_where_people_named_one() -> None:
    found = player_f1([a_play()], [predicted("4PT_MAKE", player_a="Player (Gray)")])
    assert (found.overall, found.nameless_told) == (LabelScore(0.0, 0.0, 0.0, 1), 1)


def test_where_nobody_is_named_nothing_is_measured() -> None:
    nothing = LabelScore(None, None, None, 0)
    assert player_f1([], []) == PlayerF1(None, nothing, {}, 0, 0)
