"""Metrics: how good a model is, in plays a coach understands; never in tokens.

Belongs here: comparing predicted with true plays, and how sure a number is. Not here: who is promoted on it
(`promotion`) or how it looks (`media.pictures.charts`). A share is None where there was nothing to measure.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.answers.matching import TOLERANCE_S, match, moment_of
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.teams import color_of
from uball_assets.domain.plays.labels import LABELS, points
from uball_assets.domain.plays.plays import Event, Play

NO_ANSWER = "(none)"
UNKNOWN_TEAM = "(unknown)"


@dataclass(frozen=True)
class Interval:
    """A share of `n` with its 95 % interval; `value` is None when n is 0."""

    low: float
    value: float | None
    high: float
    n: int = 0

    def __str__(self) -> str:
        if self.value is None:
            return "nothing to measure"
        return f"{self.value:.0%} ({self.low:.0%} to {self.high:.0%}, n = {self.n})"


NOTHING_MEASURED = Interval(0.0, None, 1.0)


@dataclass(frozen=True)
class ScoredPlay:
    """A true play and what the model made of it; `predicted` is None where no camera gave an answer."""

    play_id: str
    truth: Play
    predicted: AnnotatedPlay | None
    game_id: str = ""

    @property
    def answer(self) -> str:
        return self.predicted.classification if self.predicted else NO_ANSWER

    @property
    def right(self) -> bool:
        return self.answer == self.truth.classification


@dataclass(frozen=True)
class LabelScore:
    precision: float | None
    recall: float | None
    f1: float | None
    support: int


@dataclass(frozen=True)
class PlayScore:
    """One play of a score, as far as the gate asks: of which game, what it was and what was answered."""

    play_id: str
    game_id: str
    truth: str
    """The label."""
    answer: str
    """`NO_ANSWER` where no camera gave one."""
    confidence: float | None
    """0 to 1; None where the model gives none."""
    points_true: int
    points_answered: int

    @property
    def is_right(self) -> bool:
        return self.answer == self.truth


@dataclass(frozen=True)
class Scores:
    """A model on the evaluation set. Tables are truth -> prediction -> plays."""

    play_count: int
    play_accuracy: Interval
    majority_class_accuracy: float | None
    """What always answering the commonest true label would get."""
    three_four: Interval
    """Among true 3PT and 4PT shots: is the distance right? Made or missed does not count here."""
    three_four_table: dict[str, dict[str, int]]
    make_miss: Interval
    """Among true shots: is made or missed right?"""
    team: Interval
    """Among plays whose team is known: is player A's team right?"""
    timestamp_error_s: float | None
    """Mean absolute error of the primary event's time, where both are known."""
    events_f1: float | None
    """Secondary events by label, one play at a time, all plays together."""
    labels: dict[str, LabelScore]
    confusion: dict[str, dict[str, int]]
    points_true: dict[str, int]
    points_predicted: dict[str, int]
    cameras: dict[str, Interval]
    right: dict[str, bool]
    """Play id -> right, for comparing two models play by play."""
    plays: tuple[PlayScore, ...] = ()
    """In the order of the set; empty in scores from before plays were kept one by one."""
    clips_asked: int | None = None
    """Questions, one a clip; None in scores from before they were counted."""
    clips_answered: int | None = None
    """Those with an answer of valid form: a play, or that there is none."""
    empty: Interval = NOTHING_MEASURED
    """Among windows without a play: where is told that there is none? No part of any other number."""

    def to_dict(self) -> dict[str, Any]:
        """JSON-able, four decimals."""
        return {name: rounded(value) for name, value in asdict(self).items()}


@dataclass(frozen=True)
class GameScores:
    """A whole game whose plays the model found itself."""

    true_count: int
    predicted_count: int
    matched: tuple[tuple[str, str], ...]
    """(play id, play key)."""
    missed: tuple[str, ...]
    invented: tuple[str, ...]
    detection: LabelScore
    labelled: LabelScore
    """Where only a find with the right label counts."""
    label_accuracy: Interval
    """Among matched plays."""
    timestamp_error_s: float | None
    points_true: dict[str, int]
    points_predicted: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """JSON-able, four decimals."""
        return {name: rounded(value) for name, value in asdict(self).items()}


def wilson(successes: int, n: int, z: float = 1.96) -> Interval:
    """The share with its Wilson score interval, which holds for few plays and for shares near 0 and 1."""
    if n == 0:
        return Interval(0.0, None, 1.0, 0)
    share = successes / n
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return Interval(max(0.0, (centre - spread) / scale), share, min(1.0, (centre + spread) / scale), n)


def play_scores(
    pairs: Sequence[ScoredPlay],
    camera_right: Mapping[Angle, Sequence[bool]] | None = None,
    clips_asked: int | None = None,
    clips_answered: int | None = None,
    empty_right: Sequence[bool] = (),
) -> Scores:
    """Every measure over the plays; `camera_right` holds each camera's own answers, right or wrong,
    `empty_right` those to windows without a play."""
    truths = Counter(pair.truth.classification for pair in pairs)
    far_shots = [pair for pair in pairs if distance_of(pair.truth.classification) != "other"]
    shots = [pair for pair in pairs if _outcome(pair.truth.classification)]
    teams = [(team_of(p.truth.player_a), p.predicted and team_of(p.predicted.player_a)) for p in pairs]
    known_teams = [(true, answered) for true, answered in teams if true != UNKNOWN_TEAM]
    return Scores(
        play_count=len(pairs),
        play_accuracy=_share(pair.right for pair in pairs),
        majority_class_accuracy=max(truths.values()) / len(pairs) if pairs else None,
        three_four=_share(distance_of(p.answer) == distance_of(p.truth.classification) for p in far_shots),
        three_four_table=_three_four_table(far_shots),
        make_miss=_share(_outcome(pair.answer) == _outcome(pair.truth.classification) for pair in shots),
        team=_share((answered or "").casefold() == true.casefold() for true, answered in known_teams),
        timestamp_error_s=_timestamp_error_s((p.truth, p.predicted) for p in pairs),
        events_f1=_events_score(pairs).f1,
        labels=label_scores(
            [pair.truth.classification for pair in pairs],
            [pair.answer for pair in pairs],
            [pair.answer for pair in pairs if pair.right],
        ),
        confusion=_confusion(pairs),
        points_true=points_by_team(pair.truth for pair in pairs),
        points_predicted=points_by_team(pair.predicted for pair in pairs if pair.predicted),
        cameras={angle.value: _share(right) for angle, right in sorted((camera_right or {}).items())},
        right={pair.play_id: pair.right for pair in pairs},
        plays=tuple(_play_score(pair) for pair in pairs),
        clips_asked=clips_asked,
        clips_answered=clips_answered,
        empty=_share(empty_right),
    )


def game_scores(
    true_plays: Sequence[Play], predicted: Sequence[AnnotatedPlay], tolerance_s: float = TOLERANCE_S
) -> GameScores:
    """Plays found, missed and invented, matched by the moment of their primary event on their side."""
    found = match([moment_of(p) for p in true_plays], [moment_of(p) for p in predicted], tolerance_s)
    plays = [(true_plays[row], predicted[column]) for row, column in found]
    missed = [play for row, play in enumerate(true_plays) if row not in {pair[0] for pair in found}]
    invented = [play for column, play in enumerate(predicted) if column not in {pair[1] for pair in found}]
    right_count = sum(truth.classification == answered.classification for truth, answered in plays)
    return GameScores(
        true_count=len(true_plays),
        predicted_count=len(predicted),
        matched=tuple((truth.play_id, answered.play_key) for truth, answered in plays),
        missed=tuple(play.play_id for play in missed),
        invented=tuple(play.play_key for play in invented),
        detection=label_score(len(found), len(predicted), len(true_plays)),
        labelled=label_score(right_count, len(predicted), len(true_plays)),
        label_accuracy=wilson(right_count, len(found)),
        timestamp_error_s=_timestamp_error_s(plays),
        points_true=points_by_team(true_plays),
        points_predicted=points_by_team(predicted),
    )


def team_of(player: str | None) -> str:
    """`Gray` of `Player #7 (Gray)`."""
    return color_of(player) or UNKNOWN_TEAM


def secondary_events(play: Play | AnnotatedPlay) -> list[Event]:
    """The events beside the primary one, which people list among them or leave out."""
    events = list(play.events)
    primary = next((e for e in events if e.label == play.classification), None)
    if primary:
        events.remove(primary)
    return events


def points_by_team(plays: Iterable[Play | AnnotatedPlay]) -> dict[str, int]:
    """Points of primary and secondary events, for the team of the player who made them."""
    totals: Counter[str] = Counter()
    for play in plays:
        for event in events_of(play):
            if points(event.label):
                totals[team_of(event.player_a or play.player_a)] += points(event.label)
    return dict(sorted(totals.items()))


def points_of(play: Play | AnnotatedPlay) -> int:
    """Points of its primary and secondary events, whoever made them."""
    return sum(points(event.label) for event in events_of(play))


def events_of(play: Play | AnnotatedPlay) -> list[Event]:
    """The primary event first, then the others, each once."""
    return [Event(play.classification, play.player_a), *secondary_events(play)]


def _play_score(pair: ScoredPlay) -> PlayScore:
    return PlayScore(
        play_id=pair.play_id,
        game_id=pair.game_id,
        truth=pair.truth.classification,
        answer=pair.answer,
        confidence=pair.predicted.confidence if pair.predicted else None,
        points_true=points_of(pair.truth),
        points_answered=points_of(pair.predicted) if pair.predicted else 0,
    )


def _share(outcomes: Iterable[bool]) -> Interval:
    values = list(outcomes)
    return wilson(sum(values), len(values))


def label_score(hits: int, predicted_count: int, true_count: int) -> LabelScore:
    """Precision, recall and F1 of `hits`; each None where there was nothing to count."""
    total = predicted_count + true_count
    return LabelScore(
        precision=hits / predicted_count if predicted_count else None,
        recall=hits / true_count if true_count else None,
        f1=2 * hits / total if total else None,
        support=true_count,
    )


def distance_of(label: str) -> str:
    """`3PT` or `4PT` for such a shot, made or missed; else `other`."""
    return label[:3] if label.startswith(("3PT_", "4PT_")) else "other"


def _outcome(label: str) -> str | None:
    return label.rsplit("_", 1)[-1] if label.endswith(("_MAKE", "_MISS")) else None


def _three_four_table(shots: Sequence[ScoredPlay]) -> dict[str, dict[str, int]]:
    counted = Counter((distance_of(pair.truth.classification), distance_of(pair.answer)) for pair in shots)
    return {
        true: {answered: counted[true, answered] for answered in ("3PT", "4PT", "other")}
        for true in ("3PT", "4PT")
    }


def _confusion(pairs: Sequence[ScoredPlay]) -> dict[str, dict[str, int]]:
    """Labels that occur, in the league's order; the last column is no answer."""
    counted = Counter((pair.truth.classification, pair.answer) for pair in pairs)
    seen = {label for cell in counted for label in cell}
    order = [label for label in LABELS if label in seen]
    rows = [label for label in order if any(true == label for true, _ in counted)]
    return {true: {answered: counted[true, answered] for answered in [*order, NO_ANSWER]} for true in rows}


def label_scores(true: Iterable[str], told: Iterable[str], hits: Iterable[str]) -> dict[str, LabelScore]:
    """From the labels of what happened, of what was told, and of what of it was right; in the league's order,
    those that occur."""
    true_count, told_count, hit_count = Counter(true), Counter(told), Counter(hits)
    return {
        label: label_score(hit_count[label], told_count[label], true_count[label])
        for label in LABELS
        if true_count[label] or told_count[label]
    }


def _events_score(pairs: Sequence[ScoredPlay]) -> LabelScore:
    hits = true_count = told_count = 0
    for pair in pairs:
        true = Counter(event.label for event in secondary_events(pair.truth))
        answered = Counter(
            event.label for event in (secondary_events(pair.predicted) if pair.predicted else [])
        )
        hits += (true & answered).total()
        true_count += true.total()
        told_count += answered.total()
    return label_score(hits, told_count, true_count)


def _timestamp_error_s(plays: Iterable[tuple[Play, AnnotatedPlay | None]]) -> float | None:
    errors_s = [
        abs(truth.timestamp_game_s - answered.timestamp_game_s)
        for truth, answered in plays
        if answered and truth.timestamp_game_s is not None and answered.timestamp_game_s is not None
    ]
    return sum(errors_s) / len(errors_s) if errors_s else None


def rounded(value: Any) -> Any:
    """Every number in it to four decimals; tuples become lists."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(item) for item in value]
    return value
