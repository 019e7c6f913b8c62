"""Retraining: is a new model due, and in words why or why not?

Level-triggered: asked again and again, the answer depends only on what is so now, never on what just
happened. So a missed tick, a crash or a failed training loses no game: the games that may be learned from
still differ from those that were.

Belongs here: the decision. Not here: who asks (`automation`) and what a manifest is (`manifest`).
"""

from __future__ import annotations

from dataclasses import dataclass

from uball_assets.domain.hashing import content_hash
from uball_assets.domain.learning.attempts import Attempt
from uball_assets.domain.learning.edits import words as edit_words
from uball_assets.domain.learning.manifest import Changes, Manifest, changes
from uball_assets.domain.learning.training_config import TrainingConfig

_DAY_S = 86_400.0


@dataclass(frozen=True)
class Policy:
    first_thresholds: tuple[int, ...] = (1, 4, 5)
    """New or changed games that v1, v2, v3 need: a first model at once, then each a clear step."""
    then_every_games: int = 5
    """The same for every later version."""
    longest_wait_s: float = 7 * _DAY_S
    """After this long any difference is enough: no game waits more than a week for others to join it."""
    settle_s: float = 3600.0
    """How long a ready game waits for others that are still being cut, so that a batch trains one model."""
    max_attempts: int = 3
    backoff_s: tuple[float, ...] = (60.0, 300.0, 1800.0)
    """Wait after the first, second, … failure; the last one repeats."""

    def games_needed(self, version: int) -> int:
        """New or changed games that make `version` (from 1) worth training."""
        if version <= len(self.first_thresholds):
            return self.first_thresholds[version - 1]
        return self.then_every_games

    def backoff_after(self, failure_count: int) -> float:
        """Seconds to wait after that many failures in a row (from 1)."""
        return self.backoff_s[min(failure_count, len(self.backoff_s)) - 1] if self.backoff_s else 0.0


@dataclass(frozen=True)
class Situation:
    """What is so now. Times in seconds."""

    eligible: Manifest
    learned: Manifest | None
    """What the newest model learned from; None before the first."""
    models_so_far: int
    live_game_runs: int
    oldest_waiting_s: float | None
    """How long the longest waiting new, changed or removed game has waited; None if none waits."""
    attempts: tuple[Attempt, ...]
    """Attempts at this very target (`target_hash`)."""
    now_s: float
    training_live: bool
    forced: bool
    """A person asked for a training, and no model has come of it yet."""
    next_attempt: int = 1
    """The number that a run for this very target would have, on the record (`attempts`)."""
    target_hash: str = ""
    """What a training now would be for (`target_hash` below)."""
    config_changes: tuple[str, ...] = ()
    """What the newest model was told otherwise (`TrainingConfig.differences`)."""
    cancelled: bool = False
    """A person cancelled a training at this very target, and no model has come since."""


@dataclass(frozen=True)
class Decision:
    due: bool
    reason: str
    """A plain sentence with its numbers."""
    attempt: int
    """Which attempt at this set it is, from 1; 0 when not due."""
    gave_up: bool = False
    """A person is needed: shown as a standing alert."""


def target_hash(
    eligible: Manifest, config: TrainingConfig, config_changes: tuple[str, ...], request_number: int
) -> str:
    """What a training is for: attempts are counted at it. The eligible set, and with it the configuration
    where that changed, and the person's request where one waits (0: none)."""
    if not config_changes and not request_number:
        return eligible.hash
    return content_hash([eligible.hash, config.hash if config_changes else "", request_number])


def decide(situation: Situation, policy: Policy) -> Decision:
    """Whether to start a training now.

    Due when a person forces it, when what a training is told has changed, or when the eligible games differ
    from those learned, they have settled, and enough of them are new or changed or one has waited too long.
    Removed games do not count as enough.
    """
    hindrance = _hindrance(situation)
    if hindrance:
        return Decision(due=False, reason=hindrance, attempt=0)
    worth, reason = _is_worth_it(situation, policy)
    if not worth:
        return Decision(due=False, reason=reason, attempt=0)
    if situation.cancelled:
        why = (
            f"held back: {reason.removeprefix('due: ')}, but a person cancelled this training; materialise "
            "tuned_model, force it (`uball tune --force`), or let a game change"
        )
        return Decision(due=False, reason=why, attempt=0)
    failures = _failures(situation.attempts)
    if failures and failures[-1].for_good:
        why = (
            f"held back: {reason.removeprefix('due: ')}, but the training of this very set failed for good: "
            f"{failures[-1].for_good}. Mend that, then force a training (`uball tune --force`), materialise "
            "tuned_model, or let a game change"
        )
        return Decision(due=False, reason=why, attempt=0, gave_up=True)
    if len(failures) >= policy.max_attempts:
        why = (
            f"gave up after {_count(len(failures), 'attempt')} at this training set (standing alert): "
            "mend what failed, then force a training (`uball tune --force`) or let a game change"
        )
        return Decision(due=False, reason=why, attempt=0, gave_up=True)
    holdup = _backing_off(failures, situation, policy) or _unsettled(situation, policy)
    if holdup:
        return Decision(due=False, reason=holdup, attempt=0)
    number = len(failures) + 1
    again = f"; attempt {number} of {policy.max_attempts}" if failures else ""
    return Decision(due=True, reason=reason + again, attempt=number)


def _hindrance(situation: Situation) -> str | None:
    """Why no training makes sense, whatever the policy."""
    eligible, learned = situation.eligible, situation.learned
    if situation.training_live:
        return "waiting: a training is running"
    if not eligible.games:
        return "waiting: no game is ready to be learned from"
    is_asked = situation.forced or situation.config_changes
    if learned and eligible.hash == learned.hash and not is_asked:
        return f"up to date: the newest model has learned from all {_count(len(eligible.games), 'game')}"
    if eligible.train_count == 0:
        return f"waiting: {_count(len(eligible.games), 'game')} ready, with no play on the training side"
    return None


def _is_worth_it(situation: Situation, policy: Policy) -> tuple[bool, str]:
    difference = changes(situation.eligible, situation.learned)
    version = situation.models_so_far + 1
    needed = policy.games_needed(version)
    games = _difference_words(difference)
    words = ", ".join(filter(None, [games, *situation.config_changes]))
    waited_s = situation.oldest_waiting_s or 0.0
    if len(difference.added) + len(difference.changed) >= needed:
        return True, f"due: {words}, {needed} needed for v{version}"
    if games and waited_s >= policy.longest_wait_s:
        return True, f"due: {words}, waiting for {_duration(waited_s)}"
    if situation.forced:
        return True, f"due: forced, with {words or 'nothing changed'}"
    if situation.config_changes:
        return True, f"due: {words}"
    return False, f"waiting: {words}, {needed} needed for v{version}"


def _failures(attempts: tuple[Attempt, ...]) -> list[Attempt]:
    """Those since the last success, oldest first."""
    failures: list[Attempt] = []
    for attempt in sorted(attempts, key=lambda attempt: attempt.at_s):
        failures = [] if attempt.outcome == "succeeded" else [*failures, attempt]
    return failures


def _backing_off(failures: list[Attempt], situation: Situation, policy: Policy) -> str | None:
    if not failures:
        return None
    left_s = failures[-1].at_s + policy.backoff_after(len(failures)) - situation.now_s
    if left_s <= 0:
        return None
    return f"waiting: attempt {len(failures)} failed, attempt {len(failures) + 1} in {_duration(left_s)}"


def _unsettled(situation: Situation, policy: Policy) -> str | None:
    if situation.live_game_runs == 0 or (situation.oldest_waiting_s or 0.0) >= policy.settle_s:
        return None
    runs = _count(situation.live_game_runs, "game run")
    return f"waiting: {runs} still going; no game waits for others longer than {_duration(policy.settle_s)}"


def _difference_words(difference: Changes) -> str:
    counts = {"new": difference.added, "changed": difference.changed, "removed": difference.removed}
    words = [_count(len(games), f"{what} game") for what, games in counts.items() if games]
    if difference.reworded:
        words.append(f"{_count(len(difference.reworded), 'game')} only worded otherwise")
    edited = edit_words(difference.edits.values())
    return ", ".join(words) + (f" ({edited})" if edited else "")


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _duration(seconds: float) -> str:
    for unit_s, unit in ((_DAY_S, "day"), (3600.0, "hour"), (60.0, "minute")):
        if seconds >= unit_s:
            return _count(int(seconds // unit_s), unit)
    return _count(max(1, round(seconds)), "second")
