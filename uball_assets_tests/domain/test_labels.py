from __future__ import annotations

import pytest

from uball_assets.domain.labels import LABELS, POINTS, canonical, points


@pytest.mark.parametrize("label", LABELS)
def test_every_label_of_the_vocabulary_means_itself_in_any_case(label: str) -> None:
    assert canonical(label) == label
    assert canonical(f" {label.lower()} ") == label


@pytest.mark.parametrize(
    ("alias", "label"),
    [("SUB", "SUBSTITUTION"), ("TOV", "TURNOVER"), ("REB", "REBOUND"), ("tov", "TURNOVER")],
)
def test_aliases_mean_their_label(alias: str, label: str) -> None:
    assert canonical(alias) == label


@pytest.mark.parametrize("word", ["DUNK", "5PT_MAKE", "", None, 3, "FG MAKE"], ids=repr)
def test_an_unknown_word_is_never_replaced_by_a_label(word: object) -> None:
    assert canonical(word) is None


def test_only_made_shots_score_and_the_four_point_line_counts_four() -> None:
    scoring = {"FREE_THROW_MAKE": 1, "FG_MAKE": 2, "3PT_MAKE": 3, "4PT_MAKE": 4}
    assert {label: points(label) for label in LABELS if points(label)} == scoring
    assert set(POINTS) <= set(LABELS)
