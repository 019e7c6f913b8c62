"""The measure of a whole game: what a model made of it against people's plays, in every way that counts.

Belongs here: putting the measures side by side. Not here: how one of them is counted (`metrics`, `spotting`,
`player_f1`, `box_score`). Moments are those of primary events: nobody times the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.answers.box_score import BoxScore, player_box, team_box
from uball_assets.domain.answers.matching import TOLERANCE_S, match_alike, moment_of
from uball_assets.domain.answers.metrics import (
    GameScores,
    LabelScore,
    game_scores,
    label_score,
    label_scores,
    rounded,
)
from uball_assets.domain.answers.player_f1 import PlayerF1, player_f1
from uball_assets.domain.answers.spotting import Spot, Spotting, spotting
from uball_assets.domain.plays.plays import Play


@dataclass(frozen=True)
class GameMeasure:
    tolerance_s: float
    """To each side, of plays and labels; the other measures have their own."""
    found: GameScores
    """Plays found, missed and invented, whatever their label; points by team."""
    labels: dict[str, LabelScore]
    """Right label, side and, within the tolerance, time."""
    labelled: LabelScore
    """The same, all labels together."""
    spotting: Spotting
    """SoccerNet's average mAP, each side of the court a stream of its own, as its halves are."""
    players: PlayerF1
    player_box: BoxScore
    team_box: BoxScore

    def to_dict(self) -> dict[str, Any]:
        """JSON-able, four decimals."""
        return {name: rounded(value) for name, value in asdict(self).items()}


def measure_game(
    true: Sequence[Play], told: Sequence[AnnotatedPlay], tolerance_s: float = TOLERANCE_S
) -> GameMeasure:
    hits = [
        true[row].classification
        for row, _ in match_alike(true, told, lambda play: play.classification, tolerance_s)
    ]
    return GameMeasure(
        tolerance_s=tolerance_s,
        found=game_scores(true, told, tolerance_s),
        labels=label_scores(
            [play.classification for play in true], [play.classification for play in told], hits
        ),
        labelled=label_score(len(hits), len(told), len(true)),
        spotting=spotting([spot_of(play) for play in true], [spot_of(play) for play in told]),
        players=player_f1(true, told),
        player_box=player_box(true, told),
        team_box=team_box(true, told),
    )


def spot_of(play: Play | AnnotatedPlay, game_id: str = "") -> Spot:
    """A model that gives no confidence is taken to be sure. `game_id`: where several games are measured."""
    moment = moment_of(play)
    confidence = play.confidence if isinstance(play, AnnotatedPlay) else None
    sure = 1.0 if confidence is None else confidence
    return Spot(moment.label, moment.time_game_s, sure, f"{game_id}{play.side}")
