"""Picking up games: has a game changed since it was last processed, and in words why it is or is not started.

Level-triggered like `retrain`: compares what is outside with what the record says was processed.

Belongs here: the decision for one game. Not here: looking outside (`services.sources`) or starting runs
(`automation`).
"""

from __future__ import annotations

from dataclasses import dataclass

from uball_assets.domain.hashing import content_hash
from uball_assets.domain.learning.attempts import Attempt
from uball_assets.domain.learning.retrain import Policy

_RECORD_STEP_S = 1.0
"""The record's times are whole seconds, rounded down: within one, an attempt may have come before."""
_TO_END = {
    "import": "where none is running, run the same `uball import` again, or `uball remove`",
    "removal": "where none is running, run `uball remove` again",
}


@dataclass(frozen=True)
class GameView:
    """One game as it is now. Hashes are `services.sources.source_hash`; None where there is none yet."""

    game_id: str
    source_hash: str
    seen_before: str | None
    """At the look before, or when it was processed: a file that is still being copied differs between two
    looks."""
    target: str
    """What it should be processed to (`target_hash`)."""
    processed: str | None
    """What the record says that it was processed to last."""
    processed_at_s: float | None
    """When, as the record says."""
    run_live: bool
    attempts: tuple[Attempt, ...]
    """Ended attempts at this very target, ever: a game may come back to what it was (A, B, A)."""
    next_attempt: int = 1
    """The number that a run for this target would have, on the record (`attempts`)."""
    processed_source: str | None = None
    """`source_hash` when it was last processed: the same where a newer model or a decision asks for it."""
    source_changes: str = ""
    """What of its sources is other than when it was processed: `its plays`; '' where nobody knows."""
    newer_model: str = ""
    """Nobody annotated it, and another model than the one that last did is to: which, and which did."""
    money_out: str = ""
    """Why the month's money does not let that model be asked (`asking_budget`)."""
    teams_changed: bool = False
    """The teams that its row tells are others than when it was processed."""
    unfinished: str | None = None
    """`import` or `removal` where one was begun and has not ended: the game is not whole."""
    lacks: str = ""
    """What it lacks though it is at its target (`lacking.Lack.said`); the attempts are then at this."""
    away: str = ""
    """Which source of it cannot be seen (`presence.Presence.away`): nothing of it is made anew."""
    is_back: bool = False
    """It had been retired, or removed."""
    is_daily: bool = False
    """The daily collection asks for it: once, and the attempts are those since."""


@dataclass(frozen=True)
class Pickup:
    due: bool
    reason: str
    attempt: int = 0
    """The run's number: no two runs for one target share one."""
    is_current: bool = False
    """It is what it should be."""
    is_settling: bool = False
    """It was not seen before as it is now."""
    is_lacking: bool = False
    """It is at its target, and yet not whole."""
    is_held: bool = False
    """Its run failed for good at just this content: only a person, or a change, starts it again."""


def target_hash(
    source_hash: str, play_count: int, champion: str | None, decided_hash: str = "", teams_hash: str = ""
) -> str:
    """What a game is processed to. One that nobody annotated is annotated again by each new champion.

    `decided_hash`: of what people decided of the game (`sync.SyncAudit`); '' while nobody did. `teams_hash`:
    of who plays, as prompts tell it (`teams`); '' where it is not known.
    """
    target = source_hash if play_count else content_hash([source_hash, champion])
    target = content_hash([target, decided_hash]) if decided_hash else target
    return content_hash([target, "teams", teams_hash]) if teams_hash else target


def pick_up(view: GameView, policy: Policy, now_s: float) -> Pickup:
    """Whether to start this game's chain now."""
    is_at_target = view.target == view.processed
    if is_at_target and not view.lacks:
        return Pickup(False, "up to date", is_current=True)
    if view.away:
        return Pickup(False, view.away)
    if view.unfinished:
        return Pickup(False, f"its {view.unfinished} has not ended: {_TO_END[view.unfinished]}")
    if view.run_live:
        return Pickup(False, "its run is going")
    if view.source_hash != view.seen_before:
        changed = "its files or rows changed since the last look"
        since = changed if view.seen_before else "seen for the first time"
        return Pickup(False, f"still settling: {since}", is_settling=True)
    if is_at_target:
        return _collect_again(view, policy, now_s)
    if view.money_out and view.newer_model and view.source_hash == view.processed_source:
        return Pickup(False, f"{_why(view)}; {view.money_out}")
    return _held_back(view, policy, now_s) or Pickup(True, _why(view), view.next_attempt)


def _held_back(view: GameView, policy: Policy, now_s: float) -> Pickup | None:
    """By the attempts that did not get it to its target."""
    failed = _in_vain(view)
    if failed and failed[-1].for_good:
        return Pickup(False, _held(view.game_id, failed[-1]), is_held=True)
    if len(failed) >= policy.max_attempts:
        return Pickup(
            False,
            f"gave up after {len(failed)} attempts: a person must see the runs, and mend or change it",
        )
    if failed:
        left_s = failed[-1].at_s + policy.backoff_after(len(failed)) - now_s
        if left_s > 0:
            return Pickup(False, f"attempt {len(failed)} failed; the next in {left_s:.0f} s")
    return None


def _collect_again(view: GameView, policy: Policy, now_s: float) -> Pickup:
    """The run that left it lacking was the first attempt."""
    if view.attempts and view.attempts[-1].for_good:
        said = f"{view.lacks}; {_held(view.game_id, view.attempts[-1])}"
        return Pickup(False, said, is_lacking=True, is_held=True)
    tries = 1 + len(view.attempts)
    if view.is_daily and tries > 1:
        said = f"{view.lacks}, also after the daily collection: see its reasons, mend or change it"
        return Pickup(False, said, is_lacking=True)
    if view.is_daily:
        return Pickup(True, f"{view.lacks}: the daily collection", view.next_attempt, is_lacking=True)
    if tries >= policy.max_attempts:
        said = (
            f"{view.lacks}, also after {tries} attempts: a person must see its reasons, and mend or change it"
        )
        return Pickup(False, said, is_lacking=True)
    last_s = view.attempts[-1].at_s if view.attempts else view.processed_at_s or 0.0
    left_s = last_s + policy.backoff_after(tries) - now_s
    if left_s > 0:
        return Pickup(False, f"{view.lacks}: collected again in {left_s:.0f} s", is_lacking=True)
    return Pickup(True, f"{view.lacks}: collected again", view.next_attempt, is_lacking=True)


def _held(game_id: str, attempt: Attempt) -> str:
    """A right, a setting, a ceiling: some causes are mended while the content stays as it is."""
    return (
        f"held: its run at just this content ended for good: {attempt.for_good}. Mend that; where its files "
        f"and rows stay the same, start it by hand then (`uball run {game_id}`, or materialise it)"
    )


def _why(view: GameView) -> str:
    if view.processed is None:
        return "it is back" if view.is_back else "new game"
    if view.source_hash != view.processed_source:
        return f"{view.source_changes or 'its files or rows'} changed"
    if view.newer_model:
        return f"to be annotated again: {view.newer_model}"
    return "its teams changed" if view.teams_changed else "a decision on its cameras was taken"


def _in_vain(view: GameView) -> list[Attempt]:
    """Attempts since the game was last processed: it is not at its target, so none of them, whatever its
    outcome, got it there."""
    since_s = view.processed_at_s
    return [
        attempt for attempt in view.attempts if since_s is None or attempt.at_s >= since_s + _RECORD_STEP_S
    ]
