"""Signs of drift: have the games, or the model's answers to them, become others than they were?

A model may get worse because the world before its cameras has changed: a darker hall, a new recorder, a
camera that misses, another way of playing. Each sign compares the newest games with those before them; a sign
that is as strong as chance makes one of many among all that are looked at is none.

Belongs here: the numbers of a game, and the test. Not here: whether the model got worse (`drift`), keeping a
game's numbers (`assets.versions.drifting`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from uball_assets.domain.answers.metrics import NO_ANSWER, Scores
from uball_assets.domain.clipping.reports import CameraClips
from uball_assets.domain.footage.rig import Rig

FEWEST_NEW, FEWEST_BEFORE = 5, 10
"""Games without which no shuffle of them is rare enough to count."""
MOST_BEFORE = 50
"""Older games tell of another season."""
LIKELY = 0.005
"""Of all signs together, at each look; with a look after every game, and 1 %, a sign was raised in 45 of 100
seasons without any change."""
_SHUFFLES = 4999
_SEED = 7

INPUTS = ("clip_s", "brightness", "sharpness", "bitrate_kbps", "coverage", "offset_s")
ANSWERS = ("invalid_share", "confidence")
WORDS = {
    "clip_s": "clip length, s",
    "brightness": "brightness, 0 to 255",
    "sharpness": "sharpness",
    "bitrate_kbps": "bitrate, kbit/s",
    "coverage": "share of clips that cameras gave",
    "offset_s": "largest camera offset, s",
    "invalid_share": "share of invalid answers",
    "confidence": "how sure the model is",
    "labels": "mix of labels",
    "answered_labels": "mix of answered labels",
}


@dataclass(frozen=True)
class GameNumbers:
    """What of a game is watched. A number that was not measured is not there."""

    game_id: str
    numbers: Mapping[str, float]
    labels: Mapping[str, int]
    """As people wrote them: label -> plays."""
    answered_labels: Mapping[str, int]

    def without_answers(self) -> GameNumbers:
        """Of another model, whose answers are no measure."""
        inputs = {name: value for name, value in self.numbers.items() if name not in ANSWERS}
        return replace(self, numbers=inputs, answered_labels={})


@dataclass(frozen=True)
class Sign:
    name: str
    before: str
    now: str
    p_value: float | None
    """Corrected for the number of signs; None: not enough games yet."""
    missing_games: int = 0

    @property
    def is_drift(self) -> bool:
        return self.p_value is not None and self.p_value <= LIKELY

    @property
    def verdict(self) -> str:
        if self.p_value is None:
            return f"not enough yet, {self.missing_games} more games needed"
        return f"{'changed' if self.is_drift else 'as before'} (p = {self.p_value:.3f})"

    def __str__(self) -> str:
        if self.p_value is None:
            return f"{WORDS[self.name]}: {self.verdict}"
        return f"{WORDS[self.name]}: {self.before} before, {self.now} now (p = {self.p_value:.3f})"


def numbers_of(rig: Rig, cameras: Sequence[CameraClips], scores: Scores) -> GameNumbers:
    """Of a game that people annotated and a model answered; means over its clips, and over its answers."""
    clips = [clip for camera in cameras for clip in camera.clips]
    wanted = sum(camera.wanted for camera in cameras)
    seconds = sum(clip.duration_s for clip in clips)
    invalid = 1 - (scores.clips_answered or 0) / scores.clips_asked if scores.clips_asked else None
    measured = {
        "clip_s": _mean(clip.duration_s for clip in clips),
        "brightness": _mean(clip.brightness for clip in clips),
        "sharpness": _mean(clip.sharpness for clip in clips),
        "bitrate_kbps": sum(clip.size_bytes for clip in clips) * 8 / 1000 / seconds if seconds else None,
        "coverage": len(clips) / wanted if wanted else None,
        "offset_s": max((abs(camera.sync_offset_s) for camera in rig.cameras), default=None),
        "invalid_share": invalid,
        "confidence": _mean(play.confidence for play in scores.plays),
    }
    return GameNumbers(
        rig.game_id,
        {name: value for name, value in measured.items() if value is not None},
        Counter(play.truth for play in scores.plays),
        Counter(play.answer for play in scores.plays if play.answer != NO_ANSWER),
    )


def looked_at(count: int) -> int:
    """Of so many games those that the newest look is at: each game is among the newest once. Where they are
    too few to be tested, all of them."""
    return count if count < FEWEST_BEFORE + FEWEST_NEW else count - count % FEWEST_NEW


def newest_signs(games: Sequence[GameNumbers]) -> list[Sign]:
    """Of games in the order of play, those that are looked at: the newest few against those before."""
    before = games[:-FEWEST_NEW]
    return signs(before[-MOST_BEFORE:], games[-FEWEST_NEW:])


def signs(before: Sequence[GameNumbers], now: Sequence[GameNumbers]) -> list[Sign]:
    """Of every number and both mixes, the most telling first. `now`: the newest games."""
    found = [_of_number(name, before, now) for name in (*INPUTS, *ANSWERS)]
    found += [
        _of_mix("labels", before, now, lambda game: game.labels),
        _of_mix("answered_labels", before, now, lambda game: game.answered_labels),
    ]
    tested = sum(sign.p_value is not None for sign in found)
    corrected = [
        sign
        if sign.p_value is None
        else Sign(sign.name, sign.before, sign.now, min(1.0, sign.p_value * tested))
        for sign in found
    ]
    return sorted(corrected, key=lambda sign: 2.0 if sign.p_value is None else sign.p_value)


def _of_number(name: str, before: Sequence[GameNumbers], now: Sequence[GameNumbers]) -> Sign:
    old, new = ([game.numbers[name] for game in games if name in game.numbers] for games in (before, now))
    if lacking := _lacking(len(old), len(new)):
        return Sign(name, "", "", None, lacking)
    values = np.array([[value] for value in (*old, *new)], dtype=float)
    p_value = _shuffled(values, len(old))
    return Sign(name, f"{np.mean(old):.3g}", f"{np.mean(new):.3g}", p_value)


def _of_mix(
    name: str,
    before: Sequence[GameNumbers],
    now: Sequence[GameNumbers],
    mix_of: Callable[[GameNumbers], Mapping[str, int]],
) -> Sign:
    """By whole games, whose plays are alike: a chi-square test over plays would cry wolf."""
    old, new = ([mix_of(game) for game in games if mix_of(game)] for games in (before, now))
    if lacking := _lacking(len(old), len(new)):
        return Sign(name, "", "", None, lacking)
    labels = sorted({label for mix in (*old, *new) for label in mix})
    shares = np.array([[mix.get(label, 0) / sum(mix.values()) for label in labels] for mix in (*old, *new)])
    p_value = _shuffled(shares, len(old))
    one, other = shares[: len(old)].mean(axis=0), shares[len(old) :].mean(axis=0)
    most = int(np.abs(one - other).argmax())
    return Sign(name, f"{labels[most]} {one[most]:.0%}", f"{labels[most]} {other[most]:.0%}", p_value)


def _shuffled(rows: NDArray[np.float64], count_before: int) -> float:
    """How often the same games in another order lie as far apart (seeded; each row is a game)."""
    count = len(rows)
    places = np.random.default_rng(_SEED).random((_SHUFFLES, count)).argsort(axis=1)
    is_before = np.vstack([np.arange(count), places]) < count_before
    one = is_before @ rows / count_before
    other = ~is_before @ rows / (count - count_before)
    apart = np.abs(one - other).sum(axis=1)
    return float((apart >= apart[0] - 1e-12).sum()) / (1 + _SHUFFLES) if apart[0] else 1.0


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _lacking(before: int, now: int) -> int:
    return max(0, FEWEST_BEFORE - before) + max(0, FEWEST_NEW - now)
