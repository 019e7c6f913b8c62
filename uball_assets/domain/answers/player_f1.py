"""Player F1: who did what when, all of it right or none (SoccerNet's player-centric challenge, FOOTPASS).

Belongs here: that one measure, on primary events. Not here: labels and moments without the player (`metrics`,
`spotting`) or all that a player did (`box_score`).

It counts answers of confidence .15 and more, within 12 frames at 25 a second, where label, team and number
agree. FOOTPASS' code pairs the confident first; here the pairing is the best there is, on one side of the
court.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.answers.matching import match_alike
from uball_assets.domain.answers.metrics import LabelScore, label_score, label_scores
from uball_assets.domain.footage.teams import shirt_of
from uball_assets.domain.plays.plays import Play

PLAYER_TOLERANCE_S = 0.48
"""To each side."""
LEAST_CONFIDENCE = 0.15


@dataclass(frozen=True)
class PlayerF1:
    macro: float | None
    """The mean F1 of labels that happened to somebody named, 0 to 1; None where nobody is named."""
    overall: LabelScore
    """All labels together."""
    labels: dict[str, LabelScore]
    nameless_true: int
    """Plays left out, for people wrote no team or no number; and with each an answer that tells it."""
    nameless_told: int
    """Answers without team or number: none of them can be right."""


def player_f1(true: Sequence[Play], told: Sequence[AnnotatedPlay]) -> PlayerF1:
    """An answer without a player is wrong, unless it tells a play that people left without one too."""
    named = [play for play in true if shirt_of(play.player_a)]
    nameless = [play for play in true if not shirt_of(play.player_a)]
    sure = [play for play in told if play.confidence is None or play.confidence >= LEAST_CONFIDENCE]
    hits = match_alike(named, sure, _label_and_player, PLAYER_TOLERANCE_S)
    hit_columns = {column for _, column in hits}
    others = [play for column, play in enumerate(sure) if column not in hit_columns]
    excused = {column for _, column in match_alike(nameless, others, _label, PLAYER_TOLERANCE_S)}
    wrong = [play for column, play in enumerate(others) if column not in excused]
    hit_labels = [named[row].classification for row, _ in hits]
    labels = label_scores(map(_label, named), [*hit_labels, *map(_label, wrong)], hit_labels)
    happened = [score.f1 or 0.0 for score in labels.values() if score.support]
    return PlayerF1(
        macro=sum(happened) / len(happened) if happened else None,
        overall=label_score(len(hits), len(hits) + len(wrong), len(named)),
        labels=labels,
        nameless_true=len(nameless),
        nameless_told=sum(shirt_of(play.player_a) is None for play in told),
    )


def _label(play: Play | AnnotatedPlay) -> str:
    return play.classification


def _label_and_player(play: Play | AnnotatedPlay) -> tuple[str, str | None]:
    return play.classification, shirt_of(play.player_a)
