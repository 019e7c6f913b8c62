from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from uball_assets.domain.learning.attempts import Attempt
from uball_assets.domain.learning.due.freeze import Held
from uball_assets.domain.learning.due.requests import Kind, OpenRequests, Request
from uball_assets.domain.learning.due.undecided import Undecided
from uball_assets.domain.learning.manifest import GameExamples, Manifest
from uball_assets.domain.learning.retrain import Policy, Situation, decide, target_hash
from uball_assets.domain.learning.training_config import TrainingConfig

DAY_S = 86_400.0
POLICY = Policy()
NOW_S = 1_000_000.0


def asked_for(kind: Kind = Kind.PERSON, age_s: float = 10.0) -> Request:
    return Request(1, kind, "ann", "to try it", NOW_S - age_s, None, from_base=False)


ASKED = OpenRequests(person=asked_for())


def games(*named: str, train_count: int = 8) -> Manifest:
    """`g1` is a game as it first came, `g1:2` the same game with its second content."""
    return Manifest(
        tuple(
            GameExamples(name.split(":")[0], name, train_count, 2, f"{name}/t.jsonl", f"{name}/v.jsonl")
            for name in named
        )
    )


def a_situation(**changed: Any) -> Situation:
    situation = Situation(
        eligible=games("g1"),
        learned=None,
        models_so_far=0,
        live_game_runs=0,
        oldest_waiting_s=60.0,
        attempts=(),
        now_s=1_000_000.0,
        training_live=False,
    )
    return replace(situation, **changed)


def ids(count: int) -> list[str]:
    return [f"g{number}" for number in range(count)]


def failed(*ages_s: float) -> tuple[Attempt, ...]:
    return tuple(Attempt(1_000_000.0 - age_s, "failed") for age_s in ages_s)


@pytest.mark.parametrize(
    ("models_so_far", "learned_count", "eligible_count", "due", "reason"),
    [
        (0, 0, 1, True, "due: 1 new game, 1 needed for v1"),
        (1, 1, 3, False, "waiting: 2 new games, 4 needed for v2"),
        (1, 1, 5, True, "due: 4 new games, 4 needed for v2"),
        (2, 5, 9, False, "waiting: 4 new games, 5 needed for v3"),
        (2, 5, 10, True, "due: 5 new games, 5 needed for v3"),
        (3, 10, 14, False, "waiting: 4 new games, 5 needed for v4"),
        (9, 40, 45, True, "due: 5 new games, 5 needed for v10"),
    ],
)
def test_each_version_needs_its_number_of_games(
    models_so_far: int, learned_count: int, eligible_count: int, due: bool, reason: str
) -> None:
    decision = decide(
        a_situation(
            eligible=games(*ids(eligible_count)),
            learned=games(*ids(learned_count)) if learned_count else None,
            models_so_far=models_so_far,
        ),
        POLICY,
    )
    assert (decision.due, decision.reason, decision.attempt) == (due, reason, int(due))


LEARNED = {"learned": games("g1", "g2"), "models_so_far": 1}
ONE_NEW = {**LEARNED, "eligible": games("g1", "g2", "g3")}


@pytest.mark.parametrize(
    ("changed", "due", "reason"),
    [
        ({"eligible": games()}, False, "waiting: no game is ready to be learned from"),
        ({"eligible": games("g1", train_count=0)}, False, "waiting: 1 game ready, with no play on the"),
        ({"training_live": True}, False, "waiting: a training is running"),
        ({"training_live": True, "requests": ASKED}, False, "waiting: a training is running"),
        (
            {**LEARNED, "eligible": games("g2", "g1")},
            False,
            "up to date: the newest model has learned from all",
        ),
        (
            {**LEARNED, "eligible": games("g2", "g1"), "requests": ASKED},
            True,
            "due: asked for by ann (to try it), with nothing changed",
        ),
        (
            {**LEARNED, "eligible": games("g2", "g1"), "config_changes": ("seed 8 instead of 7",)},
            True,
            "due: seed 8 instead of 7",
        ),
        (
            {**LEARNED, "eligible": games("g2", "g1"), "config_changes": ("s",), "attempts": failed(9, 9, 9)},
            False,
            "gave up after 3 attempts",
        ),
        (
            {**ONE_NEW, "config_changes": ("epochs 2 instead of 1",)},
            True,
            "due: 1 new game, epochs 2 instead of 1",
        ),
        (
            {**LEARNED, "eligible": games(), "config_changes": ("epochs 2 instead of 1",)},
            False,
            "waiting: no game",
        ),
        ({**LEARNED, "eligible": games("g2", "g1"), "oldest_waiting_s": 9 * DAY_S}, False, "up to date"),
        (ONE_NEW, False, "waiting: 1 new game, 4 needed for v2"),
        ({**ONE_NEW, "oldest_waiting_s": None}, False, "waiting: 1 new game, 4 needed for v2"),
        ({**ONE_NEW, "requests": ASKED}, True, "due: asked for by ann (to try it), with 1 new game"),
        ({**ONE_NEW, "oldest_waiting_s": 7 * DAY_S}, True, "due: 1 new game, waiting for 7 days"),
        ({**ONE_NEW, "oldest_waiting_s": 7 * DAY_S - 1}, False, "waiting: 1 new game"),
        (
            {**LEARNED, "eligible": games("g1:2", "g2:2", "g3", "g4")},
            True,
            "due: 2 new games, 2 changed games, 4 needed for v2",
        ),
        ({**LEARNED, "eligible": games("g1")}, False, "waiting: 1 removed game, 4 needed for v2"),
        (
            {**LEARNED, "eligible": games("g1"), "oldest_waiting_s": 8 * DAY_S},
            True,
            "due: 1 removed game, waiting",
        ),
        (
            {"live_game_runs": 2},
            False,
            "waiting: 2 game runs still going; a batch is held together for 1 hour at most",
        ),
        ({"live_game_runs": 2, "requests": ASKED}, False, "waiting: 2 game runs still going"),
        ({"live_game_runs": 2, "oldest_waiting_s": None}, False, "waiting: 2 game runs still going"),
        ({"live_game_runs": 2, "oldest_waiting_s": 3600.0}, True, "due: 1 new game, 1 needed for v1"),
        ({"attempts": failed(59)}, False, "waiting: attempt 1 failed, attempt 2 in 1 second"),
        ({"attempts": failed(60)}, True, "due: 1 new game, 1 needed for v1; attempt 2 of 3"),
        ({"attempts": failed(299, 500)}, False, "waiting: attempt 2 failed, attempt 3 in 1 second"),
        ({"attempts": failed(300, 500)}, True, "due: 1 new game, 1 needed for v1; attempt 3 of 3"),
        (
            {"attempts": failed(9000, 9000, 9000)},
            False,
            "gave up after 3 attempts at this training set: see its runs; mend what failed",
        ),
        ({"attempts": failed(9000, 9000, 9000), "live_game_runs": 1}, False, "gave up after 3 attempts"),
        (
            {**ONE_NEW, "requests": ASKED, "attempts": (*failed(9, 9, 9), Attempt(999_999.0, "succeeded"))},
            True,
            "due: asked for by ann",
        ),
    ],
)
def test_the_decision_and_its_reason(changed: dict[str, Any], due: bool, reason: str) -> None:
    decision = decide(a_situation(**changed), POLICY)
    assert decision.due is due
    assert decision.reason.startswith(reason)
    assert decision.gave_up is reason.startswith("gave up")
    assert (decision.attempt > 0) is due


def test_a_training_that_failed_for_good_is_held_until_a_person_or_a_game_asks_for_another() -> None:
    for_good = Attempt(900_000.0, "failed", "tuned_model: over the ceiling of $50")
    decision = decide(a_situation(attempts=(for_good,)), POLICY)
    assert (decision.due, decision.attempt, decision.gave_up) == (False, 0, True)
    assert decision.reason == (
        "held back: 1 new game, 1 needed for v1, but the training of this very set failed for good: "
        "tuned_model: over the ceiling of $50. Mend that, then force a training (`uball train`), "
        "materialise tuned_model, or let a game change"
    )
    trained_by_hand = (for_good, Attempt(950_000.0, "succeeded"))
    assert decide(a_situation(attempts=trained_by_hand), POLICY).due


@pytest.mark.parametrize(("failures", "attempt"), [((), 1), ((9000,), 2), ((9000, 8000), 3)])
def test_attempts_are_numbered(failures: tuple[float, ...], attempt: int) -> None:
    assert decide(a_situation(attempts=failed(*failures)), POLICY).attempt == attempt


def test_an_attempt_that_vanished_counts_so_that_attempts_stay_bounded() -> None:
    attempts = tuple(Attempt(at_s, "started") for at_s in (1.0, 2.0, 3.0))
    assert decide(a_situation(attempts=attempts), POLICY).gave_up


def test_a_policy_without_backoff_tries_again_at_once() -> None:
    assert decide(a_situation(attempts=failed(0)), Policy(backoff_s=())).due


def test_attempts_are_counted_anew_for_another_set_another_configuration_and_each_request() -> None:
    config = TrainingConfig("base-1", 1, 7, "p1")
    targets = [
        target_hash(games("g1"), config, (), 0),
        target_hash(games("g2"), config, (), 0),
        target_hash(games("g1"), config, ("seed 7 instead of 8",), 0),
        target_hash(games("g1"), replace(config, seed=9), ("seed 9 instead of 8",), 0),
        target_hash(games("g1"), config, (), 1),
        target_hash(games("g1"), config, (), 2),
    ]
    assert len(set(targets)) == len(targets)
    assert targets[0] == games("g1").hash


def undecided(*ages_s: float, is_scored: bool = False) -> Undecided:
    return Undecided("v1-2games", is_scored, failed(*ages_s))


@pytest.mark.parametrize(
    ("changed", "due", "only_decides", "reason"),
    [
        ({"undecided": undecided()}, True, True, "due: v1-2games is trained, and has no score yet"),
        ({"undecided": undecided(is_scored=True)}, True, True, "due: v1-2games is scored, and nobody has"),
        ({"undecided": undecided(), "training_live": True}, False, False, "waiting: a training is running"),
        (
            {"undecided": undecided(9)},
            False,
            False,
            "v1-2games is trained, and has no score yet: attempt 1 f",
        ),
        (
            {"undecided": undecided(99)},
            True,
            True,
            "due: v1-2games is trained, and has no score yet; attempt 2",
        ),
        (
            {"undecided": undecided(9, 9, 9)},
            False,
            False,
            "up to date: the newest model has learned from all",
        ),
        ({"undecided": undecided(9, 9, 9), "requests": ASKED}, True, False, "due: asked for by ann"),
        ({"undecided": undecided(), "eligible": games()}, False, False, "waiting: no game is ready"),
    ],
)
def test_a_model_that_nobody_decided_on_comes_first_and_stops_no_training_for_ever(
    changed: dict[str, Any], due: bool, only_decides: bool, reason: str
) -> None:
    decision = decide(a_situation(**{**LEARNED, "eligible": games("g1", "g2"), **changed}), POLICY)
    assert decision.reason.startswith(reason)
    assert (decision.due, decision.only_decides) == (due, only_decides)


def test_a_model_that_could_not_be_decided_on_is_told_at_each_tick() -> None:
    situation = a_situation(**LEARNED, undecided=undecided(9, 9, 9))
    decision = decide(replace(situation, eligible=games("g1", "g2")), POLICY)
    assert "v1-2games is trained, and has no score yet: gave up after 3 attempts" in decision.reason
    assert decision.gave_up


HELD = Held("no model changes: paused by ann until 2026-12-01 08:00 UTC (playoffs)", "it ends", 7.0)


@pytest.mark.parametrize("changed", [{}, {"requests": ASKED}, {"undecided": undecided()}])
def test_while_models_may_not_change_nothing_is_due_whatever_is_asked(changed: dict[str, Any]) -> None:
    decision = decide(a_situation(held=HELD, **changed), POLICY)
    assert (decision.due, decision.reason, decision.next_s) == (False, HELD.reason, 7.0)


MONTHLY, WEEKLY = asked_for(Kind.MONTHLY, DAY_S), asked_for(Kind.WEEKLY, DAY_S)


@pytest.mark.parametrize(
    ("changed", "due"),
    [
        ({"requests": OpenRequests(weekly=WEEKLY), "waited": 2 * DAY_S}, True),
        ({"requests": OpenRequests(weekly=WEEKLY), "waited": DAY_S / 2}, False),
        ({"requests": OpenRequests(weekly=WEEKLY), "removed": 2 * DAY_S}, False),
        ({"requests": OpenRequests(monthly=MONTHLY), "waited": 2 * DAY_S}, True),
        ({"requests": OpenRequests(monthly=MONTHLY), "waited": DAY_S / 2}, False),
        ({"requests": OpenRequests(monthly=MONTHLY), "removed": 2 * DAY_S}, True),
        ({"requests": OpenRequests(monthly=MONTHLY)}, False),
        ({"requests": OpenRequests(weekly=WEEKLY)}, False),
    ],
)
def test_the_calendar_takes_what_waited_when_it_asked_and_nothing_else(
    changed: dict[str, Any], due: bool
) -> None:
    waited_s, removed_s = changed.pop("waited", None), changed.pop("removed", None)
    eligible = games("g1", "g2", "g3") if waited_s else games("g1") if removed_s else games("g1", "g2")
    decision = decide(
        a_situation(
            **LEARNED,
            **changed,
            eligible=eligible,
            oldest_waiting_s=waited_s or removed_s,
            waited_s=(waited_s,) if waited_s else (),
        ),
        POLICY,
    )
    assert decision.due is due, decision.reason
    assert ("the weekly check" in decision.reason or "the monthly training" in decision.reason) is due


@pytest.mark.parametrize(
    ("kept_out", "says"),
    [
        (0, "from all 2 games"),
        (1, "from all 2 games; 1 other game is not fit to learn from and stays out"),
        (3, "from all 2 games; 3 other games are not fit to learn from and stay out"),
    ],
)
def test_all_games_are_those_that_may_be_learned_from_and_the_others_are_told(
    kept_out: int, says: str
) -> None:
    same = games("g1", "g2")
    decision = decide(a_situation(eligible=same, learned=same, kept_out=kept_out), Policy())
    assert decision.reason == f"up to date: the newest model has learned {says}"


def test_a_drifted_champion_makes_whatever_is_new_due_but_teaches_nothing_twice() -> None:
    drift = "12 of 50 plays right where 45 were"
    due = decide(a_situation(**ONE_NEW, drift=drift, waited_s=(60.0,)), POLICY)
    assert (due.due, due.reason) == (True, f"due: 1 new game, for {drift}")
    nothing = decide(a_situation(**LEARNED, eligible=games("g1", "g2"), drift=drift), POLICY)
    assert not nothing.due
    assert f"{drift}: nothing new is there to learn from" in nothing.reason


def test_a_batch_is_held_together_from_when_it_became_due_not_from_when_its_first_game_came() -> None:
    """One game had waited for days, and the training started between the runs of those that joined it."""
    joined = {
        "learned": games("g1"),
        "models_so_far": 1,
        "eligible": games("g1", "g2", "g3", "g4", "g5"),
        "oldest_waiting_s": 3 * DAY_S,
        "waited_s": (3 * DAY_S, 300.0, 200.0, 100.0),
    }
    held = decide(a_situation(**joined, live_game_runs=3, arrived_games=1), POLICY)
    assert held.reason == (
        "waiting: 3 game runs still going, 1 game arrived and not begun; a batch is held together for 1 hour "
        "at most"
    )
    assert held.next_s == NOW_S + 3500
    assert decide(a_situation(**joined, arrived_games=1), POLICY).due is False
    assert decide(a_situation(**joined), POLICY).due
    late = {**joined, "waited_s": (3 * DAY_S, 4000.0, 3900.0, 3600.0)}
    assert decide(a_situation(**late, live_game_runs=3, arrived_games=1), POLICY).due


def test_so_many_trainings_a_week_and_a_persons_over_them() -> None:
    made = tuple(NOW_S - days * DAY_S for days in (1, 2, 3, 4, 5, 6, 6.5))
    decision = decide(a_situation(trained_at_s=made), POLICY)
    assert not decision.due
    assert (
        "but 7 trainings in seven days are the ceiling (UBALL_TRAININGS_A_WEEK); the next on 1970-01-13"
        in (decision.reason)
    )
    assert decision.next_s == NOW_S + DAY_S / 2
    assert decide(a_situation(trained_at_s=made[1:]), POLICY).due
    assert decide(a_situation(trained_at_s=made, requests=ASKED), POLICY).due


def test_a_base_that_is_about_to_retire_stands_in_every_reason() -> None:
    assert decide(a_situation(base_note="ALERT it retires"), POLICY).reason.endswith("; ALERT it retires")


@pytest.mark.parametrize(
    ("changed", "needs", "next_s"),
    [
        ({"training_live": True}, "it ends", None),
        ({**LEARNED, "eligible": games("g1", "g2")}, "a game comes or changes, or a person asks", None),
        (ONE_NEW, "3 more new or changed games come, or it is 1970-01-19 13:45 UTC", NOW_S - 60 + 7 * DAY_S),
        ({**ONE_NEW, "next_check_s": NOW_S + 9}, "3 more new or changed games come", NOW_S + 9),
        ({"attempts": failed(50)}, "nothing: it starts by itself", NOW_S + 10),
        ({"attempts": failed(9, 9, 9)}, "mend what failed, then ask for it (uball train", None),
        ({}, "nothing: it starts by itself", None),
    ],
)
def test_it_says_what_would_have_to_happen_and_when_it_is_looked_at(
    changed: dict[str, Any], needs: str, next_s: float | None
) -> None:
    decision = decide(a_situation(**changed), POLICY)
    assert decision.needs.startswith(needs)
    assert decision.next_s == next_s
