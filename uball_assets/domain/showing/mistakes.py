"""What a model got wrong of a game that people annotated, play by play: for its picture and its page.

Belongs here: which play bears which mark. Not here: the pairing (`answers.metrics`) or how a mark looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.answers.metrics import game_scores
from uball_assets.domain.plays.plays import Play


class Mistake(StrEnum):
    WRONG_LABEL = "wrong label"
    INVENTED = "invented"
    NOT_FOUND = "not found"


def mistakes(
    true_plays: Sequence[Play] | None, predicted: Sequence[AnnotatedPlay]
) -> tuple[dict[str, Mistake], dict[str, Mistake]]:
    """Those of people's plays, by id, and those of the model's, by key; none where people wrote none."""
    if true_plays is None:
        return {}, {}
    found = game_scores(true_plays, predicted)
    true = {play.play_id: play.classification for play in true_plays}
    told = {play.play_key: play.classification for play in predicted}
    wrong = {key: Mistake.WRONG_LABEL for play_id, key in found.matched if true[play_id] != told[key]}
    invented = dict.fromkeys(found.invented, Mistake.INVENTED)
    return dict.fromkeys(found.missed, Mistake.NOT_FOUND), wrong | invented
