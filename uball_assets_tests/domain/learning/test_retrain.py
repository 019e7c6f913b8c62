from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from uball_assets.domain.learning.attempts import Attempt
from uball_assets.domain.learning.manifest import GameExamples, Manifest
from uball_assets.domain.learning.retrain import Decision, Policy, Situation, decide, target_hash
from uball_assets.domain.learning.training_config import TrainingConfig

DAY_S = 86_400.0
POLICY = Policy()


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
        forced=False,
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
    assert decision == Decision(due=due, reason=reason, attempt=int(due))


LEARNED = {"learned": games("g1", "g2"), "models_so_far": 1}
ONE_NEW = {**LEARNED, "eligible": games("g1", "g2", "g3")}


@pytest.mark.parametrize(
    ("changed", "due", "reason"),
    [
        ({"eligible": games()}, False, "waiting: no game is ready to be learned from"),
        ({"eligible": games("g1", train_count=0)}, False, "waiting: 1 game ready, with no play on the"),
        ({"training_live": True}, False, "waiting: a training is running"),
        ({"training_live": True, "forced": True}, False, "waiting: a training is running"),
        (
            {**LEARNED, "eligible": games("g2", "g1")},
            False,
            "up to date: the newest model has learned from all",
        ),
        (
            {**LEARNED, "eligible": games("g2", "g1"), "forced": True},
            True,
            "due: forced, with nothing changed",
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
        ({**ONE_NEW, "forced": True}, True, "due: forced, with 1 new game"),
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
            "waiting: 2 game runs still going; no game waits for others longer than 1 h",
        ),
        ({"live_game_runs": 2, "forced": True}, False, "waiting: 2 game runs still going"),
        ({"live_game_runs": 2, "oldest_waiting_s": None}, False, "waiting: 2 game runs still going"),
        ({"live_game_runs": 2, "oldest_waiting_s": 3600.0}, True, "due: 1 new game, 1 needed for v1"),
        ({"attempts": failed(59)}, False, "waiting: attempt 1 failed, attempt 2 in 1 second"),
        ({"attempts": failed(60)}, True, "due: 1 new game, 1 needed for v1; attempt 2 of 3"),
        ({"attempts": failed(299, 500)}, False, "waiting: attempt 2 failed, attempt 3 in 1 second"),
        ({"attempts": failed(300, 500)}, True, "due: 1 new game, 1 needed for v1; attempt 3 of 3"),
        (
            {"attempts": failed(9000, 9000, 9000)},
            False,
            "gave up after 3 attempts at this training set (standing",
        ),
        ({"attempts": failed(9000, 9000, 9000), "live_game_runs": 1}, False, "gave up after 3 attempts"),
        (
            {**ONE_NEW, "forced": True, "attempts": (*failed(9, 9, 9), Attempt(999_999.0, "succeeded"))},
            True,
            "due: forced",
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
        "tuned_model: over the ceiling of $50. Mend that, then force a training (`uball tune --force`), "
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


@dataclass(frozen=True)
class League:
    """A league that lands and edits games and trains when due; each step takes a day."""

    policy: Policy
    now_s: float = 0.0
    contents: tuple[int, ...] = ()
    """How often each game was written."""
    changed_at_s: tuple[float, ...] = ()
    trained: tuple[Manifest, ...] = ()
    attempts: tuple[tuple[str, Attempt], ...] = ()

    @property
    def eligible(self) -> Manifest:
        return games(*(f"g{number}:{content}" for number, content in enumerate(self.contents)))

    @property
    def learned(self) -> Manifest | None:
        return self.trained[-1] if self.trained else None

    def situation(self, forced: bool = False) -> Situation:
        learned = {game.examples_hash for game in self.learned.games} if self.learned else set()
        waiting = [
            self.now_s - at_s
            for game, at_s in zip(self.eligible.games, self.changed_at_s, strict=True)
            if game.examples_hash not in learned
        ]
        attempts = tuple(attempt for at_hash, attempt in self.attempts if at_hash == self.eligible.hash)
        return Situation(
            eligible=self.eligible,
            learned=self.learned,
            models_so_far=len(self.trained),
            live_game_runs=1,
            oldest_waiting_s=max(waiting, default=None),
            attempts=() if forced else attempts,
            now_s=self.now_s,
            training_live=False,
            forced=forced,
        )

    def stepped(self, action: str, forced: bool = False) -> League:
        later = replace(self, now_s=self.now_s + DAY_S)
        if action == "land":
            return replace(
                later, contents=(*self.contents, 1), changed_at_s=(*self.changed_at_s, later.now_s)
            )
        if action == "edit":
            first, *rest = self.contents
            return replace(
                later, contents=(first + 1, *rest), changed_at_s=(later.now_s, *self.changed_at_s[1:])
            )
        if not decide(later.situation(forced), self.policy).due:
            return later
        if action == "train":
            return replace(later, trained=(*self.trained, self.eligible))
        failure = (self.eligible.hash, Attempt(later.now_s, "failed"))
        return replace(later, attempts=(*self.attempts, failure))


def every_history(league: League, steps: int) -> Iterator[League]:
    """The league after every order of landing, editing, training and failing, with at most three games."""
    yield league
    if steps:
        actions = [
            "train",
            "fail",
            *["land"][: len(league.contents) < 3],
            *["edit"][: len(league.contents) > 0],
        ]
        for action in actions:
            yield from every_history(league.stepped(action), steps - 1)


SMALL = Policy(first_thresholds=(1, 2), then_every_games=3, settle_s=1.5 * DAY_S)


@pytest.mark.parametrize("policy", [POLICY, SMALL], ids=["the league's", "small thresholds"])
def test_after_any_history_every_game_is_learned_and_no_set_twice(policy: Policy) -> None:
    histories = given_up = 0
    for history in every_history(League(policy), steps=6):
        league = history
        for _ in range(8):
            league = league.stepped("train")
        if decide(league.situation(), policy).gave_up:
            assert len([at for at, _ in league.attempts if at == league.eligible.hash]) == policy.max_attempts
            league = league.stepped("train", forced=True)
            given_up += 1
        assert not league.contents or league.learned == league.eligible
        hashes = [manifest.hash for manifest in league.trained]
        assert len(set(hashes)) == len(hashes)
        histories += 1
    assert histories > 1000
    assert given_up > 10


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
