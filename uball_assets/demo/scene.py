"""A stage: one half of the court over a whole game, as keyframes of people and balls.

Belongs here: who is where at which game time, and what can be heard. Not here: how a play is played (`moves`)
or drawn (`picture`). Positions in metres of the half (`court`), times in game time, seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from uball_assets.demo.court import HOOP_M, Floats

Spot = tuple[float, float]
Point = tuple[float, float, float]
HAND_M = 1.25
"""A dribbled ball's highest point."""
DRIBBLE_HZ = 1.7


@dataclass(frozen=True)
class Person:
    """Somebody on the half: `color` is the team's jersey, or `picture.REFEREE`."""

    player_id: str
    color: str
    number: int


@dataclass(frozen=True)
class Carry:
    """The ball in somebody's hands, dribbled or not."""

    start_game_s: float
    end_game_s: float
    who: int
    dribbled: bool


@dataclass(frozen=True)
class Flight:
    """The ball in the air: a parabola, at its middle `rise_m` above the straight line; rolling with 0."""

    start_game_s: float
    end_game_s: float
    start: Point
    end: Point
    rise_m: float


@dataclass(frozen=True)
class Sound:
    game_s: float
    kind: str
    """`bounce`, `swish`, `clank`, `whistle`, `cheer` or `clap`."""


@dataclass
class Stage:
    """People with their keyframes, written play by play, then asked for any moments."""

    people: Sequence[Person]
    homes: Sequence[Spot]
    keys: list[list[tuple[float, float, float]]] = field(init=False)
    raised: list[tuple[int, float, float, float]] = field(default_factory=list)
    """(who, from, to, jump in metres): arms up."""
    ball: list[Carry | Flight] = field(default_factory=list)
    spare: list[Flight] = field(default_factory=list)
    """A second ball that somebody beside the court kicked loose: it means nothing."""
    nets: list[float] = field(default_factory=list)
    sounds: list[Sound] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys = [[(-1e3, *home)] for home in self.homes]

    def where(self, who: int) -> Spot:
        """Where somebody's last keyframe put them."""
        return self.keys[who][-1][1:]

    def stay(self, who: int, until_game_s: float) -> None:
        self.move(who, until_game_s, self.where(who))

    def move(self, who: int, by_game_s: float, spot: Spot) -> None:
        """Walk or run in a straight line, to be there by then; earlier keyframes always win."""
        last = self.keys[who][-1][0]
        self.keys[who].append((max(by_game_s, last + 0.05), *spot))

    def carry(self, who: int, start_game_s: float, end_game_s: float, dribbled: bool = True) -> None:
        self.ball.append(Carry(start_game_s, end_game_s, who, dribbled))
        if dribbled:
            first = np.ceil((start_game_s - 0.3) * DRIBBLE_HZ) / DRIBBLE_HZ
            self.sounds += [
                Sound(float(t), "bounce")
                for t in np.arange(first, end_game_s, 1 / DRIBBLE_HZ)
                if t > start_game_s
            ]

    def fly(self, start_game_s: float, end_game_s: float, start: Point, end: Point, rise_m: float) -> None:
        self.ball.append(Flight(start_game_s, end_game_s, start, end, rise_m))

    def raise_arms(self, who: int, start_game_s: float, end_game_s: float, jump_m: float = 0.0) -> None:
        self.raised.append((who, start_game_s, end_game_s, jump_m))

    def at(self, times_game_s: Floats) -> Moments:
        """Everything on the half at these moments."""
        feet = np.zeros((len(times_game_s), len(self.people), 3))
        for who, keys in enumerate(self.keys):
            marks = np.array(keys)
            sway = 0.05 * np.sin(times_game_s * 1.3 + who * 1.7)
            feet[:, who, 0] = np.interp(times_game_s, marks[:, 0], marks[:, 1]) + sway
            feet[:, who, 1] = np.interp(times_game_s, marks[:, 0], marks[:, 2]) + sway
        arms = np.zeros(feet.shape[:2], dtype=bool)
        for who, start, end, jump_m in self.raised:
            during = (times_game_s >= start) & (times_game_s < end)
            arms[during, who] = True
            feet[during, who, 2] = jump_m * np.sin(np.pi * (times_game_s[during] - start) / (end - start))
        balls = np.full((len(times_game_s), 2, 3), np.nan)
        for part in self.ball:
            during = (times_game_s >= part.start_game_s) & (times_game_s < part.end_game_s)
            balls[during, 0] = _path(part, times_game_s[during], feet[during])
        for roll in self.spare:
            during = (times_game_s >= roll.start_game_s) & (times_game_s < roll.end_game_s)
            balls[during, 1] = _path(roll, times_game_s[during], feet[during])
        net = np.zeros(len(times_game_s), dtype=bool)
        for moment in self.nets:
            net |= (times_game_s >= moment) & (times_game_s < moment + 0.4)
        return Moments(feet, arms, balls, net)


@dataclass(frozen=True)
class Moments:
    """`n` moments of a half: feet `(n, people, 3)`, arms up `(n, people)`, balls `(n, 2, 3)`, net `(n,)`.

    A ball that is nowhere is NaN.
    """

    feet_m: Floats
    arms: NDArray[np.bool_]
    balls_m: Floats
    net: NDArray[np.bool_]


def _path(part: Carry | Flight, times_game_s: Floats, feet_m: Floats) -> Floats:
    if isinstance(part, Carry):
        held = feet_m[:, part.who].copy()
        toward = HOOP_M[:2] - held[:, :2]
        held[:, :2] += 0.35 * toward / np.maximum(np.linalg.norm(toward, axis=1, keepdims=True), 0.1)
        bounce = np.abs(np.cos(np.pi * times_game_s * DRIBBLE_HZ)) if part.dribbled else 1.0
        held[:, 2] += 0.15 + (HAND_M - 0.15) * bounce
        return held
    share = ((times_game_s - part.start_game_s) / (part.end_game_s - part.start_game_s))[:, None]
    line = np.array(part.start) * (1 - share) + np.array(part.end) * share
    line[:, 2] += part.rise_m * 4 * share[:, 0] * (1 - share[:, 0])
    return line
