from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from uball_assets.domain.learning.attempts import Attempt
from uball_assets.domain.learning.pickup import GameView, Pickup, pick_up, target_hash
from uball_assets.domain.learning.retrain import Policy

POLICY = Policy(max_attempts=3, backoff_s=(60.0, 300.0))
NOW_S = 1_000_000.0
DONE_S = NOW_S - 5_000.0
"""When the game was last processed, where it was."""


def a_view(**changed: Any) -> GameView:
    view = GameView(
        game_id="g1",
        source_hash="new",
        seen_before="new",
        target="new",
        processed=None,
        processed_at_s=None,
        run_live=False,
        attempts=(),
    )
    return replace(view, **changed)


def failed(*ages_s: float) -> tuple[Attempt, ...]:
    return tuple(Attempt(NOW_S - age_s, "failed") for age_s in ages_s)


def succeeded(*ages_s: float) -> tuple[Attempt, ...]:
    return tuple(Attempt(NOW_S - age_s, "succeeded") for age_s in ages_s)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (a_view(), Pickup(True, "new game", 1)),
        (
            a_view(processed="old", processed_at_s=DONE_S),
            Pickup(True, "its files or rows changed", 1),
        ),
        (
            a_view(processed="old", processed_at_s=DONE_S, source_changes="its plays"),
            Pickup(True, "its plays changed", 1),
        ),
        (
            a_view(
                processed="old",
                processed_at_s=DONE_S,
                processed_source=a_view().source_hash,
                newer_model="v2 serves now, and v1 annotated it",
            ),
            Pickup(True, "to be annotated again: v2 serves now, and v1 annotated it", 1),
        ),
        (
            a_view(
                processed="old",
                processed_at_s=DONE_S,
                processed_source=a_view().source_hash,
                newer_model="v2 serves now, and v1 annotated it",
                money_out="waits for money",
                attempts=failed(10),
            ),
            Pickup(False, "to be annotated again: v2 serves now, and v1 annotated it; waits for money"),
        ),
        (
            a_view(
                processed="old",
                processed_at_s=DONE_S,
                processed_source="old",
                source_changes="its plays",
                newer_model="v2 serves now, and v1 annotated it",
                money_out="waits for money",
            ),
            Pickup(True, "its plays changed", 1),
        ),
        (
            a_view(processed="old", processed_at_s=DONE_S, processed_source=a_view().source_hash),
            Pickup(True, "a decision on its cameras was taken", 1),
        ),
        (
            a_view(
                processed="old",
                processed_at_s=DONE_S,
                processed_source=a_view().source_hash,
                teams_changed=True,
            ),
            Pickup(True, "its teams changed", 1),
        ),
        (a_view(is_back=True), Pickup(True, "it is back", 1)),
        (a_view(processed="old", processed_at_s=DONE_S, away="no video"), Pickup(False, "no video")),
        (a_view(processed="new", processed_at_s=DONE_S), Pickup(False, "up to date", is_current=True)),
        (a_view(run_live=True), Pickup(False, "its run is going")),
        (
            a_view(unfinished="removal"),
            Pickup(
                False,
                "its removal has not ended: where none is running, run `uball remove` again",
            ),
        ),
        (
            a_view(seen_before=None),
            Pickup(False, "still settling: seen for the first time", is_settling=True),
        ),
        (
            a_view(seen_before="other"),
            Pickup(
                False,
                "still settling: its files or rows changed since the last look",
                is_settling=True,
            ),
        ),
        (a_view(attempts=failed(20.0)), Pickup(False, "attempt 1 failed; the next in 40 s")),
        (a_view(attempts=failed(61.0), next_attempt=2), Pickup(True, "new game", 2)),
        (a_view(attempts=failed(900.0, 200.0)), Pickup(False, "attempt 2 failed; the next in 100 s")),
        (a_view(attempts=failed(900.0, 301.0), next_attempt=3), Pickup(True, "new game", 3)),
    ],
    ids=[
        "new",
        "changed",
        "its plays changed",
        "a newer model",
        "no money for it",
        "changed itself, whatever the money",
        "a decision",
        "other teams",
        "back",
        "away",
        "up to date",
        "run going",
        "unfinished",
        "first look",
        "still copied",
        "backing off",
        "second attempt",
        "backing off longer",
        "third attempt",
    ],
)
def test_a_game_is_started_or_told_why_not(view: GameView, expected: Pickup) -> None:
    assert pick_up(view, POLICY, NOW_S) == expected


def test_after_the_last_attempt_a_person_is_told() -> None:
    decided = pick_up(a_view(attempts=failed(9000.0, 8000.0, 7000.0)), POLICY, NOW_S)
    assert (decided.due, decided.attempt) == (False, 0)
    assert decided.reason.startswith("gave up after 3 attempts: a person must see the runs")


FOR_GOOD = Attempt(NOW_S - 9_000.0, "failed", "plays: no column angle: add it")
HELD = (
    "held: its run at just this content ended for good: plays: no column angle: add it. Mend that; where "
    "its files and rows stay the same, start it by hand then (`uball run g1`, or materialise it)"
)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (a_view(attempts=(FOR_GOOD,)), Pickup(False, HELD, is_held=True)),
        (a_view(attempts=(*failed(9_900.0), FOR_GOOD)), Pickup(False, HELD, is_held=True)),
        (a_view(attempts=(FOR_GOOD,), run_live=True), Pickup(False, "its run is going")),
        (
            a_view(attempts=(FOR_GOOD,), seen_before="other"),
            Pickup(
                False,
                "still settling: its files or rows changed since the last look",
                is_settling=True,
            ),
        ),
        (
            a_view(attempts=(FOR_GOOD,), processed="B", processed_at_s=DONE_S, next_attempt=2),
            Pickup(True, "its files or rows changed", 2),
        ),
        (
            a_view(attempts=(FOR_GOOD,), processed="new", processed_at_s=DONE_S),
            Pickup(False, "up to date", is_current=True),
        ),
        (
            a_view(attempts=(FOR_GOOD,), processed="new", processed_at_s=DONE_S, lacks="a clip was lost"),
            Pickup(False, f"a clip was lost; {HELD}", is_lacking=True, is_held=True),
        ),
    ],
    ids=[
        "held",
        "after one that might have passed",
        "a person started it",
        "its content changes",
        "it came back to what failed, after another",
        "started by hand, and done",
        "collected again",
    ],
)
def test_what_failed_for_good_is_not_asked_for_again_at_the_same_content(
    view: GameView, expected: Pickup
) -> None:
    assert pick_up(view, POLICY, NOW_S) == expected


def test_a_game_that_came_back_to_what_it_was_starts_at_once_under_a_number_of_its_own() -> None:
    """Processed to A, then to B, now A again: A's old run says nothing of today."""
    view = a_view(processed="B", processed_at_s=DONE_S, attempts=succeeded(6_000.0), next_attempt=2)
    assert pick_up(view, POLICY, NOW_S) == Pickup(True, "its files or rows changed", 2)


def test_failures_from_before_it_was_last_processed_do_not_count() -> None:
    before = failed(9_000.0, 8_000.0, 7_000.0)
    view = a_view(processed="B", processed_at_s=DONE_S, attempts=before, next_attempt=4)
    assert pick_up(view, POLICY, NOW_S) == Pickup(True, "its files or rows changed", 4)


def test_runs_that_end_well_without_reaching_the_target_are_bounded_too() -> None:
    view = a_view(attempts=succeeded(3_000.0, 2_000.0, 1_000.0))
    assert not pick_up(view, POLICY, NOW_S).due


def test_an_annotated_game_does_not_depend_on_the_champion_and_one_without_plays_does() -> None:
    assert target_hash("s", 12, "v1") == target_hash("s", 12, "v2") == "s"
    assert len({target_hash("s", 0, None), target_hash("s", 0, "v1"), target_hash("s", 0, "v2"), "s"}) == 4


def test_what_a_person_decides_of_a_game_is_a_new_target() -> None:
    decided = [target_hash("s", 12, "v1", decided_hash) for decided_hash in ("", "a", "b")]
    assert len(set(decided)) == 3
    assert target_hash("s", 0, "v1", "a") != target_hash("s", 0, "v1")


def lacking(**changed: Any) -> GameView:
    return a_view(processed="new", processed_at_s=NOW_S - 30.0, lacks="a clip was lost", **changed)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (lacking(), Pickup(False, "a clip was lost: collected again in 30 s", is_lacking=True)),
        (
            replace(lacking(), processed_at_s=NOW_S - 61.0),
            Pickup(True, "a clip was lost: collected again", 1, is_lacking=True),
        ),
        (
            lacking(attempts=succeeded(100.0), next_attempt=2),
            Pickup(False, "a clip was lost: collected again in 200 s", is_lacking=True),
        ),
        (
            lacking(attempts=failed(301.0), next_attempt=2),
            Pickup(True, "a clip was lost: collected again", 2, is_lacking=True),
        ),
        (
            lacking(attempts=succeeded(5000.0, 4000.0), next_attempt=3),
            Pickup(
                False,
                "a clip was lost, also after 3 attempts: a person must see its reasons, and mend or change "
                "it",
                is_lacking=True,
            ),
        ),
        (lacking(run_live=True), Pickup(False, "its run is going")),
        (
            lacking(seen_before="other"),
            Pickup(False, "still settling: its files or rows changed since the last look", is_settling=True),
        ),
    ],
)
def test_a_game_that_lacks_something_is_collected_again_with_back_off_and_a_bound(
    view: GameView, expected: Pickup
) -> None:
    assert pick_up(view, POLICY, NOW_S) == expected


@pytest.mark.parametrize(
    ("failures", "due", "reason"),
    [
        (0, True, "grade F: the daily collection"),
        (1, False, "grade F, also after the daily collection: see its reasons"),
    ],
)
def test_the_daily_collection_tries_a_game_that_lacks_something_once(
    failures: int, due: bool, reason: str
) -> None:
    view = a_view(
        processed="new",
        processed_at_s=DONE_S,
        lacks="grade F",
        is_daily=True,
        attempts=failed(*[9.0] * failures),
    )
    decided = pick_up(view, POLICY, NOW_S)
    assert (decided.due, decided.is_lacking) == (due, True)
    assert decided.reason.startswith(reason)
