"""A whole set of plays measured as a game is: when each happened and who did it, not its label alone.

The model was shown these plays and looked for none: what it finds by itself, only a whole game tells
(`game_measure`). Belongs here: the measures over plays of several games, each game by itself. Not here: how
one of them is counted, or the shares of right labels (`metrics`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Any, TypeVar

from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.answers.box_score import player_box
from uball_assets.domain.answers.game_measure import spot_of
from uball_assets.domain.answers.matching import TOLERANCE_S, match_alike
from uball_assets.domain.answers.metrics import LabelScore, ScoredPlay, label_score, label_scores, rounded
from uball_assets.domain.answers.player_f1 import player_f1
from uball_assets.domain.answers.spotting import spotting
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import Play

_Told = TypeVar("_Told", Play, AnnotatedPlay)
_APART_S = 1e6
"""Games are laid out one after another, so far apart that no play of one is near a play of another."""


@dataclass(frozen=True)
class SetMeasure:
    game_count: int
    tight: float | None
    """SoccerNet's average mAP at whole widths of 1 to 5 s, each side of each game a stream of its own; None
    where nothing happened."""
    loose: float | None
    """At 5 to 60 s."""
    labelled: LabelScore
    """Label, side and time right, within 2 s to each side."""
    labels: dict[str, LabelScore]
    """The same by label."""
    player_macro: float | None
    """F1 of plays whose label, team, number and time within .48 s are right: the mean over labels; None where
    people named nobody."""
    players: LabelScore
    """The same, all labels together."""
    box: LabelScore
    """Entries of the games' box scores, who did what how often, as far as these plays make one."""

    def to_dict(self) -> dict[str, Any]:
        """JSON-able, four decimals."""
        return {name: rounded(value) for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> SetMeasure:
        scores = {name: LabelScore(**told[name]) for name in ("labelled", "players", "box")}
        labels = {label: LabelScore(**score) for label, score in told["labels"].items()}
        return cls(**{**told, **scores, "labels": labels})


def measure_set(pairs: Sequence[ScoredPlay]) -> SetMeasure:
    """Of plays and what was answered about each."""
    in_games = sorted(pairs, key=lambda pair: pair.game_id)
    games = [list(own) for _, own in groupby(in_games, key=lambda pair: pair.game_id)]
    true = [_laid_out(pair.truth, place) for place, own in enumerate(games) for pair in own]
    told = [
        _laid_out(pair.predicted, place) for place, own in enumerate(games) for pair in own if pair.predicted
    ]
    hits = [
        true[row].classification
        for row, _ in match_alike(true, told, lambda play: play.classification, TOLERANCE_S)
    ]
    spotted = spotting(
        [spot_of(pair.truth, pair.game_id) for pair in pairs],
        [spot_of(pair.predicted, pair.game_id) for pair in pairs if pair.predicted],
    )
    players = player_f1(true, told)
    return SetMeasure(
        game_count=len(games),
        tight=spotted.tight,
        loose=spotted.loose,
        labelled=label_score(len(hits), len(told), len(true)),
        labels=label_scores(
            [play.classification for play in true], [play.classification for play in told], hits
        ),
        player_macro=players.macro,
        players=players.overall,
        box=_box(games),
    )


def _box(games: Iterable[Sequence[ScoredPlay]]) -> LabelScore:
    """All games' entries together."""
    counted = [
        player_box([pair.truth for pair in own], [pair.predicted for pair in own if pair.predicted]).counted
        for own in games
    ]
    hits, told, true = (sum(column) for column in zip(*counted, strict=True)) if counted else (0, 0, 0)
    return label_score(hits, told, true)


def _laid_out(play: _Told, place: int) -> _Told:
    shift_s = _APART_S * place
    window = Window(play.window.start_s + shift_s, play.window.end_s + shift_s)
    moment_s = play.timestamp_game_s
    return replace(play, window=window, timestamp_game_s=None if moment_s is None else moment_s + shift_s)
