"""Why, for people: what is so, what would have to happen, and when it is looked at next.

Belongs here: the answers of `uball why`, put together from the rules' own words. Not here: the rules
(`domain.learning.retrain`, `domain.learning.pickup`, `domain.serving`) or finding out what is so
(`automation`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, tzinfo
from typing import Any

from uball_assets.domain.learning.due.freeze import Held
from uball_assets.domain.learning.due.undecided import Undecided
from uball_assets.domain.learning.due.words import moment_of
from uball_assets.domain.learning.pickup import Pickup
from uball_assets.domain.learning.retrain import ASK, Decision


@dataclass(frozen=True)
class Explained:
    so: str
    """What is so."""
    needs: str
    """What would have to happen for it to be otherwise."""
    next_look: str
    """When it is looked at next."""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Looks:
    """Who looks, and how often."""

    is_on: bool
    """Sensors run."""
    interval_s: float
    zone: tzinfo = UTC
    next_collection_s: float | None = None
    """When games that lack something are collected again."""
    by: str = "retrain_sensor and games_sensor"

    def words(self, at_s: float | None = None) -> str:
        """`every 30 s`, and with a moment from which time alone changes the answer."""
        if not self.is_on:
            are = "are" if " and " in self.by else "is"
            return f"when {self.by} {are} switched on (UBALL_AUTOMATION_ON, or in the UI)"
        then = f"; time alone changes it on {moment_of(at_s, self.zone)}" if at_s is not None else ""
        return f"every {self.interval_s:.0f} s by its sensor{then}"


def explain_training(decision: Decision, looks: Looks) -> Explained:
    return Explained(decision.reason, decision.needs, looks.words(decision.next_s))


@dataclass(frozen=True)
class LastPromotion:
    """The newest decision on the record."""

    challenger: str
    promoted: bool
    reason: str


def explain_promotion(
    last: LastPromotion | None, undecided: Undecided | None, held: Held | None, looks: Looks, ask: str = ASK
) -> Explained:
    """`ask`: the command by which a person asks for a training."""
    if held:
        return Explained(held.reason, held.remedy, looks.words(held.until_s))
    if undecided:
        return Explained(undecided.words, "nothing: a run that only decides starts by itself", looks.words())
    if last is None:
        return Explained("there is no model to promote yet", f"a training: {ask}", looks.words())
    return Explained(
        last.reason, f"another model is trained, or a person asks: {ask}", "after the next training"
    )


def explain_trial(standing: str, is_going: bool, looks: Looks) -> Explained:
    """`standing`: how the model on trial stands, or why the last trial ended."""
    if is_going:
        return Explained(
            standing,
            "games come that people annotate, or a person decides: uball promote, rollback",
            looks.words(),
        )
    return Explained(
        f"ended: {standing}",
        "another model is trained, or a person asks: uball shadow",
        "after the next training",
    )


@dataclass(frozen=True)
class GameFacts:
    """What the record and the sources say of one game."""

    game_id: str
    pickup: Pickup | None
    """The rule's own answer; None where its sources hold nothing of it."""
    grade: str | None = None
    """None before it was processed, and where nobody wrote its plays."""
    reasons: Sequence[str] = ()
    """Of its grade."""
    is_processed: bool = False
    is_removed: bool = False
    is_trainable: bool = False
    has_plays: bool = True
    is_in_review: bool = False
    """Reviewers decided plays of it, and nobody has said that these are all."""
    learned_by: str | None = None
    """The newest model, where it has learned the game as it is."""
    earlier_by: str | None = None
    """The last model that learned from it, as it was then."""
    annotated_by: str | None = None


def explain_game(facts: GameFacts, training: Decision, looks: Looks) -> Explained:
    """From its files to the model: the first thing that it waits for."""
    if facts.is_removed and facts.pickup is None:
        still = f"; {facts.earlier_by} has learned it" if facts.earlier_by else ""
        return Explained(f"it was taken out{still}", "it is imported again", looks.words())
    if facts.pickup and not facts.pickup.is_current and not facts.pickup.is_lacking:
        return Explained(facts.pickup.reason, _to_process(facts.pickup), looks.words())
    if not facts.is_processed:
        return Explained(
            "nothing of it is in the sources", "its videos and plays are imported", looks.words()
        )
    if not facts.has_plays and facts.is_in_review:
        return Explained(
            "its review is open: the plays that were decided count when somebody closes it",
            "its review is closed",
            looks.words(),
        )
    if not facts.has_plays:
        by = f"annotated by {facts.annotated_by}" if facts.annotated_by else "annotated by no model yet"
        return Explained(
            f"nobody wrote its plays; {by}", "people write its plays, or another model serves", looks.words()
        )
    if not facts.is_trainable:
        why = "; ".join(facts.reasons) or (facts.pickup.reason if facts.pickup else "no reason was recorded")
        return Explained(
            f"grade {facts.grade or '?'}, stays out of training: {why}",
            "what is wrong is mended at its source",
            looks.words(looks.next_collection_s),
        )
    grade = f"grade {facts.grade or '?'}"
    if facts.learned_by:
        return Explained(
            f"{grade}, learned by {facts.learned_by}", "nothing: it is as it should be", looks.words()
        )
    before = f" (as it was before by {facts.earlier_by})" if facts.earlier_by else ""
    return Explained(
        f"{grade}, not learned yet{before}; training: {training.reason}",
        training.needs,
        looks.words(training.next_s),
    )


def _to_process(pickup: Pickup) -> str:
    if pickup.due:
        return "nothing: its run starts by itself"
    if pickup.is_settling:
        return "it looks the same twice"
    return "its run ends" if "run is going" in pickup.reason else "as the reason says"
