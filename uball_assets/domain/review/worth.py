"""What a decision about a play is worth, and why it is asked for: the queue's order.

    a look's worth = the chance that what stands is wrong, times what is at stake

A suspect brings its own worth (`suspects`). Of a machine's play the chance is told by its cameras and its
confidence, at stake is more where 3PT or 4PT is said, and where the league has few plays of the label: those
teach the most. A fixed share is drawn by the hash of the play's id, and their place in the queue is drawn
too: what reviewers say of these alone tells how good the machine is, for nobody picked them.

Belongs here: reasons and numbers. Not here: which plays are there (`services.review`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from uball_assets.domain.answers.metrics import distance_of
from uball_assets.domain.review.suspects import Suspect

RANDOM_SHARE = {"machine": 0.05, "person": 0.02}
"""Of a machine's plays and of people's: 10 and 4 a game of 200."""
_SELDOM_AHEAD = 4
"""One in six that are drawn stands above a worth of 1, half below 0.13: where the others stand too, of which
few are worth much."""
HIGHEST_WORTH = 2.0
"""Of a suspect that is certainly wrong, and matters."""
_DISAGREE_CHANCE = 0.5
"""One of two cameras is wrong."""
_ONE_CAMERA_CHANCE = 0.3
"""Nothing backs it. Assumed."""
_WRONG_PLAYER_CHANCE = 0.5
"""That a player is wrong who is on no roster; rosters have their slips too. Assumed."""
_UNKNOWN_CHANCE = 0.3
"""The model gives no confidence. Assumed."""
UNCERTAIN_BELOW = 0.8
_LINE_STAKE = 2.0
_RARE_STAKE = 1.5
RARE_BELOW = 0.03
"""Of the league's plays."""
_LEAST_COUNTED = 100
"""Of fewer plays no share is told."""


class Word(StrEnum):
    SUSPECT = "suspect"
    CAMERAS_DISAGREE = "cameras_disagree"
    UNCERTAIN = "uncertain"
    RARE_LABEL = "rare_label"
    THREE_OR_FOUR = "three_or_four"
    RANDOM = "random"


@dataclass(frozen=True)
class Reason:
    word: Word
    sentence: str


DRAWN = Reason(Word.RANDOM, "drawn at random, so that the measure stays honest")


@dataclass(frozen=True)
class Worth:
    worth: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class MachineSays:
    """What a model said of a play, as far as a decision's worth hangs on it."""

    label: str
    confidence: float | None
    agreed: bool | None
    """None: one camera alone answered."""
    camera_labels: tuple[str, ...]
    """Of each camera alone; a camera that saw no play says `no play`."""
    doubted_players: tuple[str, ...] = ()
    """Whom it names and no roster has."""


def machine_worth(play_id: str, says: MachineSays, label_shares: Mapping[str, float]) -> Worth:
    """`label_shares`: of the league's plays, by label; empty where they are too few to tell."""
    chance = _UNKNOWN_CHANCE if says.confidence is None else 1.0 - says.confidence
    stake = 1.0
    reasons = []
    if says.agreed is False:
        chance = max(chance, _DISAGREE_CHANCE)
        told = " and ".join(dict.fromkeys(says.camera_labels)) or "different things"
        reasons.append(Reason(Word.CAMERAS_DISAGREE, f"its cameras say {told}"))
    elif says.agreed is None:
        chance = max(chance, _ONE_CAMERA_CHANCE)
        reasons.append(Reason(Word.UNCERTAIN, "one camera alone answered"))
    if says.confidence is not None and says.confidence < UNCERTAIN_BELOW:
        reasons.append(Reason(Word.UNCERTAIN, f"the model is {says.confidence:.0%} sure"))
    if says.doubted_players:
        chance = max(chance, _WRONG_PLAYER_CHANCE)
        named = " and ".join(says.doubted_players)
        reasons.append(Reason(Word.UNCERTAIN, f"no roster has {named}"))
    if any(distance_of(label) in ("3PT", "4PT") for label in (says.label, *says.camera_labels)):
        stake *= _LINE_STAKE
        reasons.append(Reason(Word.THREE_OR_FOUR, "3 or 4 points: which line?"))
    share = label_shares.get(says.label, 0.0)
    if label_shares and share < RARE_BELOW:
        stake *= _RARE_STAKE
        reasons.append(Reason(Word.RARE_LABEL, f"{says.label} is {share:.1%} of the league's plays"))
    return _with_draw(play_id, "machine", min(chance * stake, HIGHEST_WORTH), reasons)


def person_worth(play_id: str, suspect: Suspect | None) -> Worth | None:
    """None where nothing asks for a look at what a person wrote."""
    worth = suspect.worth if suspect else 0.0
    reasons = [Reason(Word.SUSPECT, each.says) for each in suspect.evidence] if suspect else []
    found = _with_draw(play_id, "person", worth, reasons)
    return found if found.reasons else None


def drawn(words: str) -> float:
    """0 to 1, the same for the same words for ever."""
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big") / 2**64


def label_shares(labels: Iterable[str]) -> dict[str, float]:
    """Empty where there are too few to tell."""
    listed = list(labels)
    if len(listed) < _LEAST_COUNTED:
        return {}
    return {label: listed.count(label) / len(listed) for label in set(listed)}


def _with_draw(play_id: str, kind: str, worth: float, reasons: Sequence[Reason]) -> Worth:
    if drawn(f"random {play_id}") >= RANDOM_SHARE[kind]:
        return Worth(round(worth, 4), tuple(reasons))
    place = drawn(f"place {play_id}") ** _SELDOM_AHEAD * HIGHEST_WORTH
    return Worth(round(max(worth, place), 4), (*reasons, DRAWN))
