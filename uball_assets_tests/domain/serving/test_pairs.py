"""Two models' answers to the plays of new games, as the record has them."""

from __future__ import annotations

from uball_assets.domain.serving.pairs import GamePairs, Said, as_answers, from_entries, silences
from uball_assets.domain.serving.shadow import Answers, Outcome, judge

FIRST = GamePairs(
    "g1",
    {"a": Said.RIGHT, "b": Said.NOTHING, "c": Said.WRONG},
    {"a": Said.WRONG, "b": Said.RIGHT, "c": Said.NOTHING},
)


def entry(pairs: GamePairs, champion: str = "v1") -> dict[str, object]:
    return {"game_id": pairs.game_id, "champion": champion, "plays": pairs.as_entry()}


def test_pairs_come_back_from_the_record_and_the_newest_of_a_game_counts() -> None:
    again = GamePairs("g1", {"a": Said.RIGHT}, {"a": Said.RIGHT})
    assert from_entries([entry(FIRST)], "v1") == [FIRST]
    assert from_entries([entry(FIRST), entry(again)], "v1") == [again]
    assert from_entries([entry(FIRST, "v0")], "v1") == []


def test_what_was_not_answered_is_not_right() -> None:
    answers = as_answers([FIRST])
    assert answers.challenger_right == {"a": True, "b": False, "c": False}
    assert answers.champion_right == {"a": False, "b": True, "c": False}
    assert set(answers.game_of.values()) == {"g1"}


def test_a_model_that_says_nothing_too_often_is_rolled_back_for_that() -> None:
    """Also where the champion would have been wrong as well, so that nothing was lost by it."""
    plays = [f"p{number}" for number in range(8)]
    game = GamePairs("g1", dict.fromkeys(plays, Said.NOTHING), dict.fromkeys(plays, Said.WRONG))
    assert silences([game]) == (8, 0)
    verdict = judge(Answers({}, {}, {}), as_answers([game]), silences=silences([game]))
    assert verdict.outcome is Outcome.ROLL_BACK
    assert "invalid too often: no valid answer to 8 plays" in verdict.reason
