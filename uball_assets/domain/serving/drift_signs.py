"""Signs of drift: have the games, or the model's answers to them, become others than they were?

A model may get worse because the world before its cameras has changed: a darker hall, a new recorder, a
camera that misses, another way of playing. Each sign compares the newest games with those before them; a sign
that is as strong as chance makes one of many among all that are looked at is none.

Belongs here: the numbers of a game, and the test. Not here: whether the model got worse (`drift`), reading a
game's numbers (`assets.versions`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST_NEW, FEWEST_BEFORE = 5, 10
"""Games without which no shuffle of them is rare enough to count."""
LIKELY = 0.01
"""Of all signs together: it is looked at after every game, so 5 % would cry wolf several times a season."""
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

    def __str__(self) -> str:
        what = WORDS[self.name]
        if self.p_value is None:
            return f"{what}: not enough yet, {self.missing_games} more games needed"
        return f"{what}: {self.before} before, {self.now} now (p = {self.p_value:.3f})"


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


def _lacking(before: int, now: int) -> int:
    return max(0, FEWEST_BEFORE - before) + max(0, FEWEST_NEW - now)
