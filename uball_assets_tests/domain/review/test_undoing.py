"""Undoing: a decision is taken back by whoever made it, until something was learned from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from uball_assets.domain.clipping.reports import Clip, ExampleLine, ExamplesVersion, GameExamplesReport
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.learning.edits import version_of
from uball_assets.domain.plays.plays import Play, play_as_row
from uball_assets.domain.review.ledger import Decision, says_the_same, standing
from uball_assets.domain.review.undoing import CannotUndo, assert_undoable, is_learned
from uball_assets_tests.domain.samples import a_play

BEFORE, AFTER = a_play(classification="3PT_MAKE"), a_play(classification="4PT_MAKE")


def decision(number: int = 1, reviewer: str = "Ann", **changes: Any) -> Decision:
    plain = Decision(f"d{number}", "g1", "p1", "p1", number, "decision", "correct", reviewer, "now")
    rows = {"rows_before": [play_as_row(BEFORE)], "rows_after": [play_as_row(AFTER)]}
    return replace(plain, **{**rows, **changes})


def undo(number: int, of: str) -> Decision:
    return decision(number, action="undo", undoes=of)


def test_what_stands_is_the_last_word_that_was_not_taken_back() -> None:
    first, second = decision(1), decision(2)
    assert standing([]) is None
    assert standing([first, second]) is second
    assert standing([first, second, undo(3, "d2")]) is first
    assert standing([first, second, undo(3, "d2"), undo(4, "d1")]) is None
    third = decision(5)
    assert standing([first, undo(2, "d1"), third]) is third


@pytest.mark.parametrize(
    ("last", "by", "now", "learned", "code"),
    [
        (None, "Ann", [], False, "nothing_to_undo"),
        (decision(), "Bob", [play_as_row(AFTER)], False, "not_yours"),
        (decision(), "Ann", [{**play_as_row(AFTER), "note": "by others"}], False, "changed_since"),
        (decision(), "Ann", [], False, "changed_since"),
        (decision(), "Ann", [play_as_row(AFTER)], True, "already_trained"),
    ],
)
def test_what_cannot_be_undone_is_said_in_one_word(
    last: Decision | None, by: str, now: list[dict[str, Any]], learned: bool, code: str
) -> None:
    with pytest.raises(CannotUndo) as refused:
        assert_undoable(last, by, now, is_learned=learned)
    assert refused.value.code == code


def test_one_s_own_last_word_is_undone_whenever_its_row_was_stored() -> None:
    stored = {**play_as_row(AFTER), "created_at": "then", "updated_at": "now", "player_a_id": None}
    assert assert_undoable(decision(), "Ann", [stored], is_learned=False) == decision()


def line(play_id: str) -> ExampleLine:
    clip = Clip(play_id, Angle.FAR_LEFT, f"{play_id}.mp4", "key", 0.0, 0.0, 1.0, 2.0, 30, 9, clamped=False)
    return ExampleLine("train", clip.name, clip)


def examples(digest: str, *plays: Play, earlier: tuple[ExamplesVersion, ...] = ()) -> GameExamplesReport:
    lines = tuple(line(play.play_id) for play in plays)
    return GameExamplesReport("g1", digest, lines, plays, earlier=earlier)


def version(digest: str, *plays: Play) -> ExamplesVersion:
    return version_of(digest, plays, [line(play.play_id) for play in plays])


REJECTED = decision(rows_after=[], action="reject")
SOUND = decision(rows_after=[play_as_row(BEFORE)], action="accept")
NO_PLAY = decision(rows_before=[], rows_after=[], action="reject")
ACCEPTED = decision(rows_before=[], action="accept")


@pytest.mark.parametrize(
    ("made", "report", "learned_hash", "learned"),
    [
        (decision(), examples("h2", AFTER), None, False),
        (decision(), examples("h2", AFTER), "h2", True),
        (decision(), examples("h2", AFTER, earlier=(version("h1", BEFORE),)), "h1", False),
        (decision(), examples("h3", AFTER, earlier=(version("h2", AFTER),)), "h2", True),
        (decision(), examples("h9", AFTER), "forgotten", True),
        (decision(), None, "h1", True),
        (ACCEPTED, examples("h1"), "h1", False),
        (ACCEPTED, examples("h1", AFTER), "h1", True),
        (REJECTED, examples("h1", BEFORE), "h1", False),
        (REJECTED, examples("h2", earlier=(version("h1", BEFORE),)), "h2", True),
        (SOUND, examples("h1", BEFORE), "h1", False),
        (NO_PLAY, examples("h1", BEFORE), "h1", True),
        (NO_PLAY, examples("h1", BEFORE), None, False),
    ],
)
def test_a_decision_is_learned_once_the_newest_set_has_the_game_as_it_left_it(
    made: Decision, report: GameExamplesReport | None, learned_hash: str | None, learned: bool
) -> None:
    assert is_learned(made, report, learned_hash) is learned


def test_rows_say_the_same_whenever_they_were_stored() -> None:
    row = play_as_row(AFTER)
    assert says_the_same([row], [{**row, "updated_at": "x", "player_b_id": None}])
    assert not says_the_same([row], [{**row, "note": "other"}])
    assert not says_the_same([row], [])


def test_a_decision_comes_back_from_its_row() -> None:
    assert Decision.from_row(decision().as_row()) == decision()
