"""Drift: has the champion become worse on games that were new to it?

Two answers side by side. The chart's line is what a person asks for: the last 50 plays, 5 points under the
baseline; on its own it raises a false alarm in 96 to 100 of 100 seasons without drift. The alarm is an
e-detector (Shiryaev and Roberts): in a season of 60 games without drift it sounds in 2 to 6 %, and finds a
drop of 10 points within some 14 games.

Belongs here: the two rules. Not here: which plays were new to a model (`assets`), the picture (`media`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

WINDOW_PLAYS = 50
LINE_POINTS = 5.0
ALARM_AT = 1000.0
"""The mean over the shares sought; reached by chance in at most one of 1,000 games on average."""
_SHARES = 24
_LEAST_DROP, _WORST_SHARE = 0.03, 0.6
"""Shares wrong that are sought: from 3 points above the baseline up to 60 %."""


@dataclass(frozen=True)
class GameResult:
    """A game that was new to the model that annotated it, and was then annotated by people."""

    game_id: str
    right: int
    wrong: int


@dataclass(frozen=True)
class DriftPoint:
    """After one game."""

    game_id: str
    recent_accuracy: float | None
    """On the last `WINDOW_PLAYS` plays; None while there are fewer."""
    is_below_line: bool
    evidence: float
    """The detector; drift at `ALARM_AT`."""


@dataclass(frozen=True)
class Drift:
    baseline: float
    points: tuple[DriftPoint, ...]
    missing_plays: int
    """How many more it takes until the first look at `WINDOW_PLAYS`."""

    @property
    def is_alarm(self) -> bool:
        return bool(self.points) and self.points[-1].evidence >= ALARM_AT

    def __str__(self) -> str:
        """What a person reads: the verdict with its numbers, or what is missing."""
        if not self.points:
            return "not enough yet: no game that was new to the model has been annotated by people"
        last = self.points[-1]
        if self.is_alarm:
            return (
                f"drift: evidence {last.evidence:,.0f} of {ALARM_AT:,.0f} that the model gets fewer than its "
                f"{self.baseline:.0%} of plays right, after {len(self.points)} new games"
            )
        if last.recent_accuracy is None:
            return f"not enough yet: {self.missing_plays} more plays of new games until {WINDOW_PLAYS}"
        line = "below" if last.is_below_line else "above"
        return (
            f"no drift: {last.recent_accuracy:.0%} of the last {WINDOW_PLAYS} plays right, {line} the line "
            f"of {self.baseline - LINE_POINTS / 100:.0%}; evidence {last.evidence:,.1f} of {ALARM_AT:,.0f}"
        )


def watch(
    games: Sequence[GameResult],
    baseline: float,
    *,
    window_plays: int = WINDOW_PLAYS,
    line_points: float = LINE_POINTS,
) -> Drift:
    """`games` in the order of play; `baseline`: share of plays right when the model was promoted."""
    wrong_share = min(max(1 - baseline, 0.01), _WORST_SHARE - _LEAST_DROP)
    sought = np.linspace(wrong_share + _LEAST_DROP, _WORST_SHARE, _SHARES)
    evidence = np.zeros(_SHARES)
    points: list[DriftPoint] = []
    for place, game in enumerate(games):
        gain = (sought / wrong_share) ** game.wrong * ((1 - sought) / (1 - wrong_share)) ** game.right
        evidence = (evidence + 1) * gain
        recent = _recent_accuracy(games[: place + 1], window_plays)
        below = recent is not None and recent < baseline - line_points / 100
        points.append(DriftPoint(game.game_id, recent, below, float(evidence.mean())))
    seen = sum(game.right + game.wrong for game in games)
    return Drift(baseline, tuple(points), max(0, window_plays - seen))


def _recent_accuracy(games: Sequence[GameResult], window_plays: int) -> float | None:
    """Whole games from the newest back, the oldest of them by its share, until the window is full."""
    right, left = 0.0, window_plays
    for game in reversed(games):
        count = game.right + game.wrong
        taken = min(count, left)
        right += game.right * taken / count if count else 0
        left -= taken
        if not left:
            return right / window_plays
    return None
