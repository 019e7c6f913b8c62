"""Known answers: settled plays shown as if they were not, and how reviewers agree on them."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from uball_assets.domain.plays.plays import play_as_row
from uball_assets.domain.plays.splits import side_of_play
from uball_assets.domain.review.known_answers import (
    SHARE,
    Agreement,
    agreement,
    is_same,
    is_shown,
    is_validated,
)
from uball_assets.domain.review.ledger import Decision, check_chain
from uball_assets_tests.domain.samples import a_play

VALIDATION = next(str(n) for n in count() if side_of_play(str(n)) == "validation")
TRAIN = next(str(n) for n in count() if side_of_play(str(n)) == "train")


def row(**changes: Any) -> dict[str, Any]:
    return play_as_row(a_play(**changes))


def test_a_reviewer_meets_a_share_of_what_others_settled_and_nothing_of_their_own() -> None:
    plays = [f"p{number}" for number in range(4000)]
    met = [play for play in plays if is_shown(play, "Ann", "Bob")]
    assert len(met) / len(plays) == pytest.approx(SHARE, abs=0.01)
    assert not any(is_shown(play, "Bob", "Bob") for play in plays)
    assert met != [play for play in plays if is_shown(play, "Cem", "Bob")]


@pytest.mark.parametrize(
    ("settled", "answered", "same"),
    [
        ([row()], [row()], True),
        ([row()], [row(timestamp_game_s=108.0)], True),
        ([row()], [row(timestamp_game_s=109.0)], False),
        ([row()], [row(timestamp_game_s=None)], True),
        ([row()], [row(classification="3PT_MAKE")], False),
        ([row()], [row(note="other words", player_a=None)], True),
        ([row()], [], False),
        ([], [], True),
        ([row(), row(timestamp_game_s=101.0)], [row()], False),
    ],
)
def test_two_answers_are_the_same_by_label_and_moment(
    settled: list[dict[str, Any]], answered: list[dict[str, Any]], same: bool
) -> None:
    assert is_same(settled, answered) is same


@pytest.mark.parametrize(
    ("play_id", "said", "sure", "both", "is_so"),
    [
        (VALIDATION, "FOUL", 0.95, True, True),
        (VALIDATION, "FOUL", 0.8, True, False),
        (VALIDATION, "FOUL", None, True, False),
        (VALIDATION, "FOUL", 0.95, False, False),
        (VALIDATION, "STEAL", 0.95, True, False),
        (TRAIN, "FOUL", 0.95, True, False),
    ],
)
def test_a_play_is_settled_without_a_reviewer_where_an_honest_model_is_sure_of_it_too(
    play_id: str, said: str, sure: float | None, both: bool, is_so: bool
) -> None:
    assert is_validated(play_id, "FOUL", said, sure, both_agree=both) is is_so


def check(play: str, who: str, number: int = 1, agreed: bool | None = True, **changes: Any) -> Decision:
    fields = {"action": "accept", "settled_by": "Bob", "agreed": agreed, **changes}
    return Decision(
        f"{play}{who}{number}",
        "g1",
        play,
        check_chain(play, who),
        number,
        "check",
        fields["action"],
        who,
        "now",
        settled_by=fields["settled_by"],
        agreed=fields["agreed"],
    )


def test_agreement_counts_each_play_once_by_the_last_answer() -> None:
    checks = [
        check("p1", "Ann", agreed=False),
        check("p1", "Ann", 2),
        check("p2", "Ann", agreed=False),
        check("p3", "Ann", settled_by="validation"),
        check("p4", "Ann"),
        check("p4", "Ann", 2, agreed=None, action="undo"),
        check("p1", "Cem"),
    ]
    assert agreement(checks) == [
        Agreement("Ann", "Bob", 2, 1),
        Agreement("Ann", "validation", 1, 1),
        Agreement("Cem", "Bob", 1, 1),
    ]
    assert agreement([]) == []
