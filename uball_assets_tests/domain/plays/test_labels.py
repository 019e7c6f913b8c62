from __future__ import annotations

import pytest

from uball_assets.domain.fields import plain_name
from uball_assets.domain.plays.labels import ALIASES, LABELS, POINTS, canonical, points


@pytest.mark.parametrize("label", LABELS)
def test_every_label_of_the_vocabulary_means_itself_in_any_case(label: str) -> None:
    assert canonical(label) == label
    assert canonical(f" {label.lower()} ") == label


@pytest.mark.parametrize(
    "word", ["3PT Make", "3pt-make", "3PTMake", " 3PT  MAKE", "3PT\u2011Make", "3_pt_make", "3Pt\u00a0make"]
)
def test_blanks_hyphens_and_case_are_a_labels_spelling(word: str) -> None:
    assert canonical(word) == "3PT_MAKE"


def test_no_two_labels_are_the_same_but_for_their_spelling() -> None:
    assert len({plain_name(label) for label in (*LABELS, *ALIASES)}) == len(LABELS) + len(ALIASES)


@pytest.mark.parametrize(
    ("alias", "label"),
    [("SUB", "SUBSTITUTION"), ("TOV", "TURNOVER"), ("REB", "REBOUND"), ("tov", "TURNOVER")],
)
def test_aliases_mean_their_label(alias: str, label: str) -> None:
    assert canonical(alias) == label


@pytest.mark.parametrize(
    "word", ["DUNK", "5PT_MAKE", "", None, 3, "FG", "3PT", "PT_MAKE", "FG_MAKE!", "FG/MAKE"], ids=repr
)
def test_an_unknown_word_is_never_replaced_by_a_label(word: object) -> None:
    assert canonical(word) is None


def test_only_made_shots_score_and_the_four_point_line_counts_four() -> None:
    scoring = {"FREE_THROW_MAKE": 1, "FG_MAKE": 2, "3PT_MAKE": 3, "4PT_MAKE": 4}
    assert {label: points(label) for label in LABELS if points(label)} == scoring
    assert set(POINTS) <= set(LABELS)
