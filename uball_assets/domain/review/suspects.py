"""Suspects: plays whose label may be wrong, each with what speaks against it, best first.

Best is what a look is worth the most at: where a wrong label is likely, and matters.

Belongs here: what a suspect is, and their order. Not here: where the evidence comes from (`contradictions`,
`labelled_apart`, `score_check`). A suspect changes nothing: a person looks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from uball_assets.domain.answers.matching import moment_of
from uball_assets.domain.answers.metrics import distance_of
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.plays.labels import points
from uball_assets.domain.plays.plays import Play

LEAST_CHANCE = 0.03
"""Below it a look finds a wrong label less often than once in thirty: a random play is as good."""
_MATTERS = 2.0
"""Times as much: a label that changes the score, or tells 3PT from 4PT, which the model is for."""


class Kind(StrEnum):
    """What speaks against a label."""

    ANSWER = "answer"
    """A model that had not learned the play says otherwise."""
    APART = "labelled apart"
    """Another row has the same moment under another label."""
    SCORE = "score"
    """The official score lacks, or has over, what this label's change would bring."""


@dataclass(frozen=True)
class Evidence:
    """One thing that speaks against what people wrote of a play."""

    play_id: str
    kind: Kind
    label: str
    """What the play would be by it."""
    chance: float
    """That the written label is wrong, 0 to 1, by this evidence."""
    says: str
    """A sentence."""
    cameras: tuple[Angle, ...] = ()
    """That speak against the label; empty where it is no matter of cameras."""


@dataclass(frozen=True)
class SuspectClip:
    angle: Angle
    name: str
    """The object's, in the training store."""


@dataclass(frozen=True)
class Suspect:
    key: str
    """The same for as long as the play bears this label: a decision on it stands until somebody writes
    another one."""
    game_id: str
    play_id: str
    side: Side
    moment_game_s: float
    written: str
    """What people wrote."""
    suggested: str
    """What the strongest evidence says."""
    chance: float
    """That the written label is wrong, 0 to 1: the strongest evidence's. They are not multiplied, for one
    rests on another."""
    worth: float
    """Of a look: the chance, doubled where points or 3PT against 4PT are at stake."""
    evidence: tuple[Evidence, ...]
    """The strongest first."""
    clips: tuple[SuspectClip, ...]
    """Of every camera, far view first; empty where none was cut."""


def suspects(
    plays: Sequence[Play], evidence: Iterable[Evidence], clips: Mapping[str, Sequence[SuspectClip]]
) -> list[Suspect]:
    """One for each play with evidence of `LEAST_CHANCE` or more, best first. `clips`: by play."""
    by_play: dict[str, list[Evidence]] = defaultdict(list)
    for one in evidence:
        by_play[one.play_id].append(one)
    found = [
        _suspect(play, by_play[play.play_id], clips.get(play.play_id, ()))
        for play in plays
        if play.play_id in by_play
    ]
    return best_first(suspect for suspect in found if suspect.chance >= LEAST_CHANCE)


def best_first(found: Iterable[Suspect]) -> list[Suspect]:
    """In the order in which looks are worth the most; of several games too."""
    return sorted(found, key=rank)


def rank(suspect: Suspect) -> tuple[float, str]:
    """Lowest first."""
    return -suspect.worth, suspect.key


def stake(written: str, suggested: str) -> float:
    """How much it matters which of two labels a play bears."""
    changes_points = points(written) != points(suggested)
    tells_distance = {distance_of(written), distance_of(suggested)} == {"3PT", "4PT"}
    return _MATTERS if changes_points or tells_distance else 1.0


def _suspect(play: Play, evidence: Iterable[Evidence], clips: Sequence[SuspectClip]) -> Suspect:
    ranked = sorted(evidence, key=lambda one: (-one.chance, one.kind, one.label))
    strongest = ranked[0]
    return Suspect(
        key=f"{play.play_id}:{play.classification}",
        game_id=play.game_id,
        play_id=play.play_id,
        side=play.side,
        moment_game_s=round(moment_of(play).time_game_s, 3),
        written=play.classification,
        suggested=strongest.label,
        chance=strongest.chance,
        worth=round(strongest.chance * stake(play.classification, strongest.label), 4),
        evidence=tuple(ranked),
        clips=tuple(sorted(clips, key=lambda clip: (not clip.angle.is_far, clip.angle))),
    )
