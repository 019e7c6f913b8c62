"""Contradictions: a model that had not learned a play says, surely, that it is another one.

Belongs here: what an honest answer is, how far it is trusted, what it says against a label. Not here: asking
(`services.asking`), or which games a model has learned (`domain.learning.lineage`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from uball_assets.domain.answers.annotate import AnnotatedPlay, ClipAnswer
from uball_assets.domain.answers.calibration import FEWEST_A_BIN
from uball_assets.domain.answers.metrics import NO_ANSWER, PlayScore
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.timeline import shared_part
from uball_assets.domain.plays.plays import Play
from uball_assets.domain.plays.splits import side_of_play
from uball_assets.domain.plays.twins import NEAR_FROM
from uball_assets.domain.review.slips import slip_rate
from uball_assets.domain.review.suspects import Evidence, Kind


@dataclass(frozen=True)
class HonestAnswer:
    """What a model said of a play that neither it nor a parent of it had learned."""

    play_id: str
    model: str
    """Its label, `v2-5games`."""
    label: str
    confidence: float | None
    """0 to 1; None where the model gives none."""
    trust: float
    """How often such an answer is right, 0 to 1 (`trust_in`)."""
    cameras: tuple[tuple[Angle, str], ...] = ()
    """What each camera's clip alone was said to show; empty where that was not kept."""


def is_honest(play_id: str, *, has_learned_game: bool) -> bool:
    """Whether an answer to the play can speak against its label. Of a game that it has learned a model knows
    the plays of the training side alone."""
    return not has_learned_game or side_of_play(play_id) == "validation"


def trust_in(scored: Sequence[PlayScore], confidence: float | None) -> float:
    """How often the model's answers of at least this confidence are right, by plays that it was scored on.

    Where fewer than `FEWEST_A_BIN` are as sure, all are counted; one right and one wrong are added, so that
    nothing is certain and a model that was never scored is as good as a coin.
    """
    answered = [play for play in scored if play.answer != NO_ANSWER]
    as_sure = [play for play in answered if confidence is not None and (play.confidence or 0.0) >= confidence]
    counted = as_sure if len(as_sure) >= FEWEST_A_BIN else answered
    return (sum(play.is_right for play in counted) + 1) / (len(counted) + 2)


def of_annotation(
    plays: Mapping[str, Play],
    annotated: Iterable[AnnotatedPlay],
    per_camera: Iterable[tuple[str, ClipAnswer]],
    model: str,
    scored: Sequence[PlayScore],
    *,
    has_learned_game: bool,
) -> list[HonestAnswer]:
    """From what a model said of a game's plays; an answer about other seconds than the play has now is left
    out. `plays`: by id, as they are written now."""
    cameras: dict[str, list[tuple[Angle, str]]] = {}
    for play_id, said in per_camera:
        if said.answer is not None:
            cameras.setdefault(play_id, []).append((said.angle, said.answer.classification))
    return [
        HonestAnswer(
            play.play_id,
            model,
            said.classification,
            said.confidence,
            trust_in(scored, said.confidence),
            tuple(cameras.get(play.play_id, ())),
        )
        for said in annotated
        if (play := plays.get(said.play_key))
        and is_honest(play.play_id, has_learned_game=has_learned_game)
        and shared_part(play.window, said.window) >= NEAR_FROM
    ]


def of_scores(
    plays: Mapping[str, Play],
    scored: Sequence[PlayScore],
    model: str,
    *,
    has_learned_game: bool,
) -> list[HonestAnswer]:
    """From a model's score on the evaluation set, which keeps its answer play by play."""
    return [
        HonestAnswer(one.play_id, model, one.answer, one.confidence, trust_in(scored, one.confidence))
        for one in scored
        if one.play_id in plays
        and one.answer != NO_ANSWER
        and is_honest(one.play_id, has_learned_game=has_learned_game)
    ]


def one_a_play(newest_first: Iterable[HonestAnswer]) -> dict[str, HonestAnswer]:
    """The newest model's answer to each play; of one model's the first. Models of one line err alike, so
    their answers are not added up."""
    chosen: dict[str, HonestAnswer] = {}
    for answer in newest_first:
        chosen.setdefault(answer.play_id, answer)
    return chosen


def contradictions(plays: Iterable[Play], answers: Mapping[str, HonestAnswer]) -> list[Evidence]:
    """Where the answer is another label than the written one, and no camera alone says the written one."""
    return [
        Evidence(
            play.play_id,
            Kind.ANSWER,
            answer.label,
            round(chance_wrong(play.classification, answer.label, answer.trust), 4),
            f"{answer.model}, which had not learned it, says {answer.label}{_sure(answer)}",
            tuple(angle for angle, label in answer.cameras if label == answer.label),
        )
        for play in plays
        if (answer := answers.get(play.play_id))
        and answer.label != play.classification
        and play.classification not in (label for _, label in answer.cameras)
    ]


def chance_wrong(written: str, answered: str, trust: float) -> float:
    """That the answer is right and people are not: the odds of the slip times the odds of the answer."""
    return chance_of(odds(slip_rate(answered, written)) * odds(trust))


def odds(chance: float) -> float:
    return chance / (1.0 - chance)


def chance_of(of_odds: float) -> float:
    return of_odds / (1.0 + of_odds)


def _sure(answer: HonestAnswer) -> str:
    """`, 0.97 sure; such answers are right in 95 %`"""
    sure = "" if answer.confidence is None else f", {answer.confidence:.2f} sure"
    return f"{sure}; such answers of it are right in {answer.trust:.0%}"
