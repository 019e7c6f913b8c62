"""The measure of a whole game: every measure on the same plays."""

from __future__ import annotations

import json

import pytest

from uball_assets.domain.answers.game_measure import measure_game
from uball_assets.domain.answers.metrics import LabelScore
from uball_assets.domain.footage.angles import Side
from uball_assets_tests.domain.samples import a_play, predicted

TRUE = [
    a_play(play_id="p1", classification="FOUL", timestamp_game_s=10.0, events=()),
    a_play(play_id="p2", classification="FOUL", timestamp_game_s=30.0, events=()),
    a_play(play_id="p3", classification="STEAL", timestamp_game_s=50.0, events=()),
]
TOLD = [
    predicted("STEAL", play_key="k1", timestamp_game_s=10.1, confidence=0.4),
    predicted("FOUL", play_key="k2", timestamp_game_s=11.9, confidence=0.8),
    predicted("STEAL", play_key="k3", timestamp_game_s=50.4, confidence=0.9),
]


def test_a_label_pairs_with_its_own_though_another_one_is_nearer() -> None:
    measure = measure_game(TRUE, TOLD)
    assert measure.labels == {
        "FOUL": LabelScore(1.0, 0.5, 2 / 3, 2),
        "STEAL": LabelScore(0.5, 1.0, 2 / 3, 1),
    }
    assert measure.labelled == LabelScore(2 / 3, 2 / 3, 2 / 3, 3)
    assert measure.found.matched == (("p1", "k1"), ("p3", "k3"))


def test_the_tolerance_holds_for_labels_and_not_for_the_measures_that_have_their_own() -> None:
    wide, narrow = measure_game(TRUE, TOLD), measure_game(TRUE, TOLD, 0.1)
    assert narrow.labelled.recall == 0.0
    assert (narrow.spotting, narrow.players) == (wide.spotting, wide.players)


def test_all_measures_look_at_the_same_moments() -> None:
    measure = measure_game(TRUE, TOLD)
    assert measure.players.overall == LabelScore(1 / 3, 1 / 3, 1 / 3, 3)
    assert measure.spotting.at[1] == pytest.approx((0 + 1) / 2)
    assert measure.spotting.at[4] == pytest.approx((6 / 11 + 1) / 2)
    assert measure.player_box.entries.recall == 2 / 3


def test_sides_of_the_court_are_streams_of_their_own() -> None:
    told = [predicted("FOUL", timestamp_game_s=10.0, side=Side.RIGHT)]
    assert measure_game(TRUE[:1], told).spotting.loose == 0.0


def test_a_model_without_confidences_is_taken_to_be_sure() -> None:
    measure = measure_game(TRUE[:1], [predicted("FOUL", timestamp_game_s=10.0, confidence=None)])
    assert measure.spotting.tight == 1.0


def test_a_measure_is_written_as_json() -> None:
    told = json.loads(json.dumps(measure_game(TRUE, TOLD).to_dict()))
    assert told["labels"]["FOUL"]["f1"] == 0.6667
    assert told["player_box"]["lines"][0]["who"] == "Gray #7"
