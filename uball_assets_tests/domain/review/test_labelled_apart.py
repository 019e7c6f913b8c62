"""Labelled apart: two rows, one moment, two labels."""

from __future__ import annotations

from typing import Any

import pytest

from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import Event
from uball_assets.domain.review.labelled_apart import MAYBE_TWO_PLAYS, ONE_OF_TWO, labelled_apart
from uball_assets.domain.review.suspects import Kind
from uball_assets_tests.domain.samples import a_play


@pytest.mark.parametrize(
    ("other", "chance"),
    [
        ({}, ONE_OF_TWO),
        ({"window": Window(101.0, 111.0)}, MAYBE_TWO_PLAYS),
        ({"timestamp_game_s": None}, ONE_OF_TWO),
        ({"classification": "4PT_MAKE"}, None),
        ({"side": Side.RIGHT}, None),
        ({"window": Window(108.0, 118.0), "timestamp_game_s": 109.0}, None),
        ({"window": Window(101.0, 111.0), "timestamp_game_s": 108.0}, None),
        ({"events": (Event("4PT_MAKE"), Event("3PT_MAKE"))}, None),
    ],
    ids=[
        "the same seconds",
        "most of the seconds",
        "a moment unknown",
        "the same label",
        "the other side",
        "another play",
        "two moments in a row",
        "a second event of one play",
    ],
)
def test_two_labels_for_one_moment(other: dict[str, Any], chance: float | None) -> None:
    first = a_play()
    second = a_play(**{"play_id": "p2", "classification": "3PT_MAKE", "events": ()} | other)
    found = labelled_apart([first, second])
    assert [one.chance for one in found] == ([] if chance is None else [chance])
    for one in found:
        assert (one.play_id, one.kind, one.label) == ("p1", Kind.APART, "3PT_MAKE")
        assert one.says == "play p2 has the same moment and says 3PT_MAKE"


def test_the_row_that_was_stored_first_stands_and_is_the_suspect() -> None:
    first, second = a_play(classification="FOUL", play_id="p9", events=()), a_play(events=())
    assert [one.play_id for one in labelled_apart([first, second])] == ["p9"]
