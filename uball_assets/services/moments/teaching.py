"""Teaching the moment model: a few annotated films, some seconds, and the same weights every time.

Belongs here: scikit-learn's logistic regression on steps of films, and how well it does on the games that it
did not see. Not here: which games (`domain.moments.lessons`), reading their films (`films`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from uball_assets.domain.footage.angles import CAMERAS, Angle
from uball_assets.domain.moments.least_score import LOWEST, Tried
from uball_assets.domain.moments.moment_model import Look, Weights, candidates, is_moment
from uball_assets.domain.moments.motion import Flags, Motion, around, rows_of
from uball_assets.domain.moments.sieve import quietest

STRENGTH = 0.02
"""scikit-learn's C: found on the demo's games, each held out once."""
MOST_STEPS = 20_000
"""That one camera's weights are learned from: a fit then takes seconds and 50 MB, however long the films. All
steps of plays are among them, and of the others one in so many."""
_DIGITS = 9
"""Of weights: more than decides anything, fewer than a machine's arithmetic differs in."""


@dataclass(frozen=True)
class Film:
    """One camera's film of one annotated game."""

    game_id: str
    angle: Angle
    motion: Motion
    sync_offset_s: float
    moments_game_s: tuple[float, ...]
    """Of the plays of its side."""

    @cached_property
    def look(self) -> Look:
        return look_at(self.motion, self.sync_offset_s)

    @cached_property
    def is_moment(self) -> Flags:
        return is_moment(self.look.times_game_s, self.moments_game_s)

    @property
    def quietest(self) -> float | None:
        """As `sieve.quietest`, of its plays."""
        moments_file_s = [moment_s + self.sync_offset_s for moment_s in self.moments_game_s]
        return quietest(self.motion.bytes_a_step, moments_file_s)


def look_at(motion: Motion, sync_offset_s: float) -> Look:
    return Look(motion.times_file_s - sync_offset_s, rows_of(motion), motion.seen)


def teach(films: Sequence[Film]) -> dict[Angle, Weights]:
    """A set of weights for each camera that filmed moments and dead time."""
    by_angle: dict[Angle, list[Film]] = {}
    for film in sorted(films, key=lambda film: (film.angle, film.game_id)):
        by_angle.setdefault(film.angle, []).append(film)
    return {angle: weights for angle, shown in by_angle.items() if (weights := _weights(shown))}


def tried_on_each(films: Sequence[Film], apart_s: float) -> list[Tried]:
    """Each game's sides, with candidates by weights that have not learned the game; none with one game."""
    tried = []
    for game_id in sorted({film.game_id for film in films}):
        weights = teach([film for film in films if film.game_id != game_id])
        for side, angles in CAMERAS.items():
            shown = [
                film
                for film in films
                if film.game_id == game_id and film.angle in angles and film.angle in weights
            ]
            if shown:
                looks = [(film.look, weights[film.angle]) for film in shown]
                found = candidates(side, looks, LOWEST, apart_s)
                tried.append(Tried(shown[0].moments_game_s, tuple(found)))
    return tried


def _weights(films: Sequence[Film]) -> Weights | None:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
    from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped]
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    steps = [_steps(film, MOST_STEPS // len(films)) for film in films]
    told = np.concatenate([film.is_moment[some] for film, some in zip(films, steps, strict=True)])
    if len(np.unique(told)) < 2:
        return None
    shown = np.concatenate([around(film.look.rows, some) for film, some in zip(films, steps, strict=True)])
    with threadpool_limits(1):
        scaler = StandardScaler().fit(shown.astype(np.float64))
        learned = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=2000)
        learned.fit(scaler.transform(shown), told)
    values = learned.coef_[0] / scaler.scale_
    bias = float(learned.intercept_[0] - values @ scaler.mean_)
    return Weights(tuple(_rounded(value) for value in values), _rounded(bias))


def _steps(film: Film, most: int) -> Any:
    """All steps at moments, and of the others evenly as many as there is room for."""
    moments = np.flatnonzero(film.motion.seen & film.is_moment)
    others = np.flatnonzero(film.motion.seen & ~film.is_moment)
    stride = max(1, -(-len(others) // max(1, most - len(moments))))
    return np.sort(np.concatenate([moments, others[::stride]]))


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
