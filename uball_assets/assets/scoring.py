"""Scoring a model on plays whose truth is known: the evaluation set, or a whole game before it is learned
from.

Belongs here: questions from plays, answers to scores. Shared by `evaluation` and `annotations`. Not here: how
a score is counted (`domain.answers.metrics`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from uball_assets.domain.answers.evaluation_set import EvaluationEmpty, EvaluationPlay
from uball_assets.domain.answers.metrics import Interval, ScoredPlay, Scores, play_scores
from uball_assets.domain.clipping.reports import CameraClips, Clip
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.plays.plays import Play
from uball_assets.services.asking.annotations import Annotations, PlayQuestion


def questions(plays: Sequence[EvaluationPlay], empties: Sequence[EvaluationEmpty] = ()) -> list[PlayQuestion]:
    return [
        PlayQuestion(
            play.truth.play_id,
            play.truth.side,
            play.truth.window,
            play.clips,
            play.teams,
            is_one_play=True,
        )
        for play in plays
    ] + [
        PlayQuestion(
            each.empty.empty_id,
            each.empty.side,
            each.empty.window,
            each.clips,
            each.teams,
            is_one_play=True,
        )
        for each in empties
    ]


def seen_plays(
    plays: Sequence[Play], cameras: Sequence[CameraClips], teams: Teams | None
) -> list[EvaluationPlay]:
    """A game's plays that at least one camera has a clip of."""
    clips: dict[str, list[Clip]] = {}
    for camera in cameras:
        for clip in camera.clips:
            clips.setdefault(clip.play_id, []).append(clip)
    return [
        EvaluationPlay(play, tuple(clips[play.play_id]), teams) for play in plays if play.play_id in clips
    ]


def scored_plays(plays: Sequence[EvaluationPlay], answers: Annotations) -> list[ScoredPlay]:
    """Each play beside what was said of it."""
    predicted = {play.play_key: play for play in answers.plays}
    return [
        ScoredPlay(play.truth.play_id, play.truth, predicted.get(play.truth.play_id), play.game_id)
        for play in plays
    ]


def score(
    plays: Sequence[EvaluationPlay], answers: Annotations, empties: Sequence[EvaluationEmpty] = ()
) -> Scores:
    """What was said against what people wrote: merged by play, and each camera on its own."""
    predicted = {play.play_key for play in answers.plays}
    truth = {play.truth.play_id: play.truth for play in plays}
    pairs = scored_plays(plays, answers)
    cameras: dict[Angle, list[bool]] = {}
    of_plays = [(play_id, answer) for play_id, answer in answers.per_camera if play_id in truth]
    for play_id, answer in of_plays:
        right = answer.answer is not None and answer.answer.classification == truth[play_id].classification
        cameras.setdefault(answer.angle, []).append(right)
    answered = sum(answer.is_answer for _, answer in of_plays)
    saw_nothing = {play_id for play_id, answer in answers.per_camera if answer.saw_no_play}
    names = [each.empty.empty_id for each in empties]
    empty_right = [name in saw_nothing and name not in predicted for name in names]
    return play_scores(pairs, cameras, len(of_plays), answered, empty_right)


def interval(value: Interval) -> dict[str, Any]:
    """For the record: rounded, None where nothing was measured."""
    return {
        "low": round(value.low, 4),
        "value": None if value.value is None else round(value.value, 4),
        "high": round(value.high, 4),
        "n": value.n,
    }


def share(value: Interval) -> str:
    """`83.1%`; '-' where nothing was measured."""
    return "-" if value.value is None else f"{value.value:.1%}"


def bounds(value: Interval) -> str:
    """`76 to 89`, in percent."""
    return "-" if value.value is None else f"{100 * value.low:.0f} to {100 * value.high:.0f}"


def percent(value: Interval) -> str:
    """`83.1 % (76 to 89, n = 142)`."""
    if value.value is None:
        return "not measured (n = 0)"
    return f"{value.value:.1%} ({value.low:.0%} to {value.high:.0%}, n = {value.n})"
