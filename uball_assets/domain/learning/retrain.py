"""Retraining: is a new model due, and in words why or why not?

Level-triggered: asked again and again, the answer depends only on what is so now, never on what just
happened. So a missed tick, a crash or a failed training loses no game: the games that may be learned from
still differ from those that were.

Belongs here: the decision. Not here: its parts (`due`), who asks (`automation`) and what a manifest is
(`manifest`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from uball_assets.domain.hashing import content_hash
from uball_assets.domain.learning.attempts import Attempt
from uball_assets.domain.learning.due.batch import Coming, due_for_s, holds
from uball_assets.domain.learning.due.freeze import Held
from uball_assets.domain.learning.due.requests import NOTHING_ASKED, OpenRequests, Request
from uball_assets.domain.learning.due.undecided import Undecided
from uball_assets.domain.learning.due.words import DAY_S, count, duration, moment_of
from uball_assets.domain.learning.edits import words as edit_words
from uball_assets.domain.learning.manifest import Changes, Manifest, changes
from uball_assets.domain.learning.training_config import TrainingConfig

ASK = 'uball train --because "…"'
_BY_ITSELF = "nothing: it starts by itself"


@dataclass(frozen=True)
class Policy:
    first_thresholds: tuple[int, ...] = (1, 4, 5)
    """New or changed games that v1, v2, v3 need: a first model at once, then each a clear step."""
    then_every_games: int = 5
    """The same for every later version."""
    longest_wait_s: float = 7 * DAY_S
    """After this long any difference is enough: no game waits more than a week for others to join it."""
    settle_s: float = 3600.0
    """How long a training that is due waits for games that are still coming, so that a batch trains one
    model."""
    max_attempts: int = 3
    backoff_s: tuple[float, ...] = (60.0, 300.0, 1800.0)
    """Wait after the first, second, … failure; the last one repeats."""
    trainings_a_week: int = 7
    """In any seven days; a person's request is not held by it."""
    zone: tzinfo = UTC
    """Of the dates in the reasons."""

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
    requests: OpenRequests = NOTHING_ASKED
    """Trainings that were asked for, and no model has come of yet."""
    next_attempt: int = 1
    """The number that a run for this very target would have, on the record (`attempts`)."""
    target_hash: str = ""
    """What a training now would be for (`target_hash` below)."""
    config_changes: tuple[str, ...] = ()
    """What the newest model was told otherwise (`TrainingConfig.differences`)."""
    cancelled: bool = False
    """A person cancelled a training at this very target, and no model has come since."""
    waited_s: tuple[float, ...] = ()
    """How long each new or changed game has waited, in any order."""
    arrived_games: int = 0
    """Games that have arrived or changed outside and have no run yet (`batch.Coming`)."""
    kept_out: int = 0
    """Games with plays that are not to be learned from as they are: of grade F, or damaged."""
    held: Held | None = None
    """A pause or a freeze window."""
    undecided: Undecided | None = None
    """The newest model, where it has no decision."""
    trained_at_s: tuple[float, ...] = ()
    """When each model of the last seven days was made, Unix seconds."""
    drift: str = ""
    """Why the newest games show that the champion has got worse, a sentence; '' where they do not."""
    base_note: str = ""
    """That its base is about to retire, and what is done or to do (`domain.spending.rebase`); '' else."""
    next_check_s: float | None = None
    """When the calendar asks next (`due.cron`), Unix seconds; None where it never does."""


@dataclass(frozen=True)
class Decision:
    due: bool
    reason: str
    """A plain sentence with its numbers."""
    attempt: int
    """Which attempt at this set it is, from 1; 0 when not due."""
    gave_up: bool = False
    """A person is needed: shown as a standing alert."""
    only_decides: bool = False
    """No training: the newest model is scored and decided on."""
    needs: str = ""
    """What would have to happen for it to be otherwise."""
    next_s: float | None = None
    """When time alone may change it, Unix seconds."""


def target_hash(
    eligible: Manifest, config: TrainingConfig, config_changes: tuple[str, ...], request_number: int
) -> str:
    """What a training is for: attempts are counted at it. The eligible set, and with it the configuration
    where that changed, and the request where one waits (0: none)."""
    if not config_changes and not request_number:
        return eligible.hash
    return content_hash([eligible.hash, config.hash if config_changes else "", request_number])


def decide(situation: Situation, policy: Policy) -> Decision:
    """Whether to start a training now, or to decide on the newest model first.

    Due when somebody asks for it, when what a training is told has changed, or when the eligible games differ
    from those learned, no more of their batch are coming, and enough of them are new or changed or one has
    waited too long. Removed games do not count as enough.
    """
    if situation.training_live:
        return _not_now("waiting: a training is running", "it ends")
    if held := situation.held:
        return _not_now(held.reason, held.remedy, held.until_s)
    undecided = situation.undecided if situation.eligible.games else None
    first = _decided_first(undecided, situation.now_s, policy) if undecided else None
    if first and not first.gave_up:
        return first
    decision = _train(situation, policy)
    notes = [note for note in (first.reason if first else "", situation.base_note) if note]
    return _with_notes(decision, notes, gave_up=first is not None)


def _train(situation: Situation, policy: Policy) -> Decision:
    if hindrance := _hindrance(situation):
        return _not_now(
            hindrance, f"a game comes or changes, or a person asks: {ASK}", situation.next_check_s
        )
    worth = _is_worth_it(situation, policy)
    if not worth.is_worth:
        return _not_now(worth.reason, worth.needs, worth.next_s)
    if situation.cancelled:
        why = f"held back: {worth.reason.removeprefix('due: ')}, but a person cancelled this training"
        return _not_now(why, f"materialise tuned_model, ask again ({ASK}), or let a game change")
    failures = _failures(situation.attempts)
    if failures and failures[-1].for_good:
        why = (
            f"held back: {worth.reason.removeprefix('due: ')}, but the training of this very set failed for "
            f"good: {failures[-1].for_good}. Mend that, then force a training (`uball train`), materialise "
            "tuned_model, or let a game change"
        )
        needs = f"mend that, then ask for it ({ASK}), or let a game change"
        return Decision(False, why, 0, gave_up=True, needs=needs)
    if len(failures) >= policy.max_attempts:
        why = f"gave up after {count(len(failures), 'attempt')} at this training set: see its runs"
        needs = f"mend what failed, then ask for it ({ASK}) or let a game change"
        return Decision(False, f"{why}; {needs}", 0, gave_up=True, needs=needs)
    return (
        _backing_off(failures, situation.now_s, policy)
        or _over_the_week(situation, policy, worth.reason)
        or _together(situation, policy, worth.due_s)
        or _now(worth.reason, failures, policy)
    )


def _decided_first(undecided: Undecided, now_s: float, policy: Policy) -> Decision:
    failures = _failures(undecided.attempts)
    if len(failures) >= policy.max_attempts:
        why = f"{undecided.words}: gave up after {count(len(failures), 'attempt')}, see its runs"
        needs = "mend what failed; it is tried again after the next daily collection, or by scoring_job"
        return Decision(False, f"{why}; {needs}", 0, gave_up=True, needs=needs)
    waiting = _backing_off(failures, now_s, policy, undecided.words)
    return waiting or _now(f"due: {undecided.words}", failures, policy, only_decides=True)


def _with_notes(decision: Decision, notes: Sequence[str], *, gave_up: bool) -> Decision:
    if not notes:
        return decision
    return Decision(
        decision.due,
        "; ".join([decision.reason, *notes]),
        decision.attempt,
        gave_up=decision.gave_up or (gave_up and not decision.due),
        needs=decision.needs,
        next_s=decision.next_s,
    )


def _hindrance(situation: Situation) -> str | None:
    """Why no training makes sense, whatever the policy."""
    eligible, learned = situation.eligible, situation.learned
    if not eligible.games:
        return "waiting: no game is ready to be learned from"
    is_asked = situation.requests.person or situation.config_changes
    if learned and eligible.hash == learned.hash and not is_asked:
        drifted = f"; {situation.drift}: nothing new is there to learn from" if situation.drift else ""
        games = count(len(eligible.games), "game")
        out = situation.kept_out
        are = "are not fit to learn from and stay" if out > 1 else "is not fit to learn from and stays"
        others = f"; {count(out, 'other game')} {are} out" if out else ""
        return f"up to date: the newest model has learned from all {games}{others}{drifted}"
    if eligible.train_count == 0:
        return f"waiting: {count(len(eligible.games), 'game')} ready, with no play on the training side"
    return None


@dataclass(frozen=True)
class _Worth:
    is_worth: bool
    reason: str
    due_s: float | None = None
    """For how long it has been worth it; None where nobody knows."""
    needs: str = ""
    next_s: float | None = None


def _is_worth_it(situation: Situation, policy: Policy) -> _Worth:
    difference = changes(situation.eligible, situation.learned)
    version = situation.models_so_far + 1
    needed = policy.games_needed(version)
    found = len(difference.added) + len(difference.changed)
    games = _difference_words(difference)
    words = ", ".join(filter(None, [games, *situation.config_changes]))
    waited_s = situation.oldest_waiting_s
    if found >= needed:
        return _Worth(True, f"due: {words}, {needed} needed for v{version}", _enough_for(situation, needed))
    if games and (waited_s or 0.0) >= policy.longest_wait_s:
        since_s = (waited_s or 0.0) - policy.longest_wait_s
        return _Worth(True, f"due: {words}, waiting for {duration(waited_s or 0.0)}", since_s)
    if asked := _asked(situation, found):
        return _Worth(
            True, f"due: {asked.words}, with {words or 'nothing changed'}", situation.now_s - asked.at_s
        )
    if situation.config_changes:
        return _Worth(True, f"due: {words}", waited_s)
    if situation.drift and found:
        return _Worth(True, f"due: {words}, for {situation.drift}", waited_s)
    lacking = count(needed - found, "more new or changed game")
    until_s = situation.now_s + policy.longest_wait_s - waited_s if waited_s is not None else None
    or_then = f", or it is {moment_of(until_s, policy.zone)}" if until_s is not None else ""
    return _Worth(
        False,
        f"waiting: {words}, {needed} needed for v{version}",
        needs=f"{lacking} come{or_then}, or a person asks: {ASK}",
        next_s=min((at for at in (until_s, situation.next_check_s) if at is not None), default=None),
    )


def _enough_for(situation: Situation, needed: int) -> float | None:
    for_s = due_for_s(situation.waited_s, needed)
    return situation.oldest_waiting_s if for_s is None else for_s


def _asked(situation: Situation, new_or_changed: int) -> Request | None:
    """The request that makes this due: a person's always, the calendar's for what waited before it."""
    asked = situation.requests
    if asked.person:
        return asked.person
    oldest_s = situation.now_s - (situation.oldest_waiting_s or 0.0)
    if asked.monthly and situation.oldest_waiting_s is not None and oldest_s <= asked.monthly.at_s:
        return asked.monthly
    if asked.weekly and new_or_changed:
        oldest_new_s = situation.now_s - max(situation.waited_s, default=0.0)
        return asked.weekly if oldest_new_s <= asked.weekly.at_s else None
    return None


def _failures(attempts: tuple[Attempt, ...]) -> list[Attempt]:
    """Those since the last success, oldest first."""
    failures: list[Attempt] = []
    for attempt in sorted(attempts, key=lambda attempt: attempt.at_s):
        failures = [] if attempt.outcome == "succeeded" else [*failures, attempt]
    return failures


def _backing_off(
    failures: list[Attempt], now_s: float, policy: Policy, what: str = "waiting"
) -> Decision | None:
    if not failures:
        return None
    at_s = failures[-1].at_s + policy.backoff_after(len(failures))
    if at_s <= now_s:
        return None
    why = f"{what}: attempt {len(failures)} failed, attempt {len(failures) + 1} in {duration(at_s - now_s)}"
    return _not_now(why, _BY_ITSELF, at_s)


def _over_the_week(situation: Situation, policy: Policy, reason: str) -> Decision | None:
    made = sorted(situation.trained_at_s)
    if situation.requests.person or len(made) < policy.trainings_a_week:
        return None
    frees_s = made[len(made) - policy.trainings_a_week] + 7 * DAY_S
    why = (
        f"waiting: {reason}, but {count(len(made), 'training')} in seven days are the ceiling "
        f"(UBALL_TRAININGS_A_WEEK); the next on {moment_of(frees_s, policy.zone)}"
    )
    return _not_now(why, f"the week passes, the ceiling is raised, or a person asks: {ASK}", frees_s)


def _together(situation: Situation, policy: Policy, due_s: float | None) -> Decision | None:
    coming = Coming(situation.live_game_runs, situation.arrived_games)
    why = holds(coming, due_s, policy.settle_s)
    until_s = None if due_s is None else situation.now_s - due_s + policy.settle_s
    return _not_now(why, "they end, or the time passes", until_s) if why else None


def _now(reason: str, failures: list[Attempt], policy: Policy, *, only_decides: bool = False) -> Decision:
    number = len(failures) + 1
    again = f"; attempt {number} of {policy.max_attempts}" if failures else ""
    return Decision(True, reason + again, number, only_decides=only_decides, needs=_BY_ITSELF)


def _not_now(reason: str, needs: str, next_s: float | None = None) -> Decision:
    return Decision(False, reason, 0, needs=needs, next_s=next_s)


def _difference_words(difference: Changes) -> str:
    counts = {"new": difference.added, "changed": difference.changed, "removed": difference.removed}
    words = [count(len(games), f"{what} game") for what, games in counts.items() if games]
    if difference.reworded:
        words.append(f"{count(len(difference.reworded), 'game')} only worded otherwise")
    edited = edit_words(difference.edits.values())
    return ", ".join(words) + (f" ({edited})" if edited else "")
