"""Undoing: a decision is taken back by whoever made it, until something was learned from it.

Belongs here: when it may be, and what stands then. Not here: the ledger (`ledger`), or reading what was
learned (`services.review`).
"""

from __future__ import annotations

from collections.abc import Sequence

from uball_assets.domain.clipping.reports import ExamplesVersion, GameExamplesReport
from uball_assets.domain.learning.edits import says_so, version_of
from uball_assets.domain.plays.plays import check_rows
from uball_assets.domain.review.ledger import Decision, Row, says_the_same


class CannotUndo(Exception):  # noqa: N818 - an answer to the reviewer
    """`code` is one word, for the page."""

    def __init__(self, code: str, why: str) -> None:
        self.code = code
        super().__init__(why)


def assert_undoable(
    last: Decision | None, reviewer: str, now: Sequence[Row], *, is_learned: bool
) -> Decision:
    """The decision that is undone. `now`: the rows that it made, as they stand. Raises CannotUndo."""
    if last is None:
        raise CannotUndo("nothing_to_undo", "nothing was decided about this play, or it was taken back")
    if last.reviewer != reviewer:
        raise CannotUndo("not_yours", f"{last.reviewer} decided this: only they undo it; correct it instead")
    if not says_the_same(last.rows_after, now):
        raise CannotUndo("changed_since", "the play was changed since: correct it instead")
    if is_learned:
        raise CannotUndo("already_trained", "a model was trained on it: correct it instead")
    return last


def is_learned(decision: Decision, examples: GameExamplesReport | None, learned_hash: str | None) -> bool:
    """Whether the newest training set has the game as this decision left it.

    `learned_hash`: of the game's examples in that set; None where it is not in it. `examples`: the game's, as
    they are now. Sets are cumulative and the rows have not changed since the decision, so the newest tells.
    Examples so old that nobody knows what they held count as learned, where anything changed.
    """
    if learned_hash is None:
        return False
    if says_the_same(decision.rows_before, decision.rows_after):
        return decision.action == "reject"  # of a machine's play: its seconds count as empty
    if examples is None:
        return True
    now = version_of(examples.examples_hash, examples.plays, examples.lines)
    version = next((one for one in (now, *examples.earlier) if one.examples_hash == learned_hash), None)
    if version is None:
        return True
    return any(_is_in(play_id, decision, version) for play_id in _touched(decision))


def _touched(decision: Decision) -> set[str]:
    return {str(row["id"]) for row in (*decision.rows_before, *decision.rows_after)}


def _is_in(play_id: str, decision: Decision, learned: ExamplesVersion) -> bool:
    """Whether the version has the play as the decision left it."""
    plays, _ = check_rows([row for row in decision.rows_after if row["id"] == play_id], {})
    there = learned.plays.get(play_id)
    return says_so(there, plays[0]) if there and plays else not there and not plays
