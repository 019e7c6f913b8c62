"""A set of plays measured as games are, on one that is small enough to count by hand."""

from __future__ import annotations

from typing import Any

import pytest

from uball_assets.domain.answers.game_measure import measure_game
from uball_assets.domain.answers.metrics import LabelScore, ScoredPlay
from uball_assets.domain.answers.set_measure import measure_set
from uball_assets.domain.footage.timeline import Window
from uball_assets_tests.domain.samples import a_play, predicted


def pair(game_id: str, label: str, answer: str | None, apart_s: float = 0.1, **changed: Any) -> ScoredPlay:
    truth = a_play(game_id=game_id, classification=label, timestamp_game_s=106.5, events=(), **changed)
    told = predicted(answer, timestamp_game_s=106.5 + apart_s) if answer else None
    return ScoredPlay(f"{game_id}{label}", truth, told, game_id)


def test_one_game_alone_is_measured_as_a_game_is() -> None:
    pairs = [pair("g1", "FOUL", "FOUL"), pair("g1", "STEAL", "BLOCK", window=Window(0.0, 9.0))]
    found = measure_set(pairs)
    game = measure_game([one.truth for one in pairs], [one.predicted for one in pairs if one.predicted])
    assert (found.tight, found.loose) == (game.spotting.tight, game.spotting.loose)
    assert (found.labelled, found.labels) == (game.labelled, game.labels)
    assert (found.player_macro, found.players) == (game.players.macro, game.players.overall)
    assert found.box == game.player_box.entries


def test_a_play_of_one_game_is_never_taken_for_another_games() -> None:
    """All at the same second of their games: a right answer in the wrong game is wrong."""
    found = measure_set([pair("g1", "FOUL", "STEAL"), pair("g2", "STEAL", "FOUL")])
    assert found.labelled == LabelScore(0.0, 0.0, 0.0, 2)
    assert (found.tight, found.player_macro, found.box.recall) == (0.0, 0.0, 0.0)
    assert found.game_count == 2


def test_a_right_label_at_the_wrong_second_counts_for_the_label_alone() -> None:
    found = measure_set([pair("g1", "FOUL", "FOUL", apart_s=3.0)])
    assert found.labelled.recall == 0.0
    assert found.box.recall == 1.0
    assert found.loose == pytest.approx((0.5 + 10) / 11)


def test_an_answer_that_did_not_come_is_missed_and_not_invented() -> None:
    found = measure_set([pair("g1", "FOUL", None), pair("g2", "FOUL", "FOUL")])
    assert found.labelled == LabelScore(1.0, 0.5, 2 / 3, 2)


def test_a_set_without_plays_has_nothing_to_measure() -> None:
    found = measure_set([])
    assert (found.game_count, found.tight, found.player_macro) == (0, None, None)
    assert found.labelled.recall is found.box.f1 is None
