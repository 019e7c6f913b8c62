"""Drift: has the champion become worse on games that were new to it?

Two answers side by side. The chart's line is what a person asks for: the last 50 plays, 5 points under the
baseline; on its own it raises a false alarm in 96 to 100 of 100 seasons without drift. The alarm is an
e-detector (Shiryaev and Roberts); `docs/gates.md` has how often it is right, simulated. It goes on from game
to game by what the last one left, so it costs no more the longer a model serves.

Belongs here: the two rules. Not here: which plays were new to a model (`assets`), the picture (`media`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from uball_assets.domain.answers.metrics import wilson

WINDOW_PLAYS = 50
LINE_POINTS = 5.0
ALARM_AT = 1000.0
"""The mean over the shares sought; reached by chance in at most one of 1,000 games on average."""
_MOST_EVIDENCE = 1e12
"""More says no more, and would grow beyond numbers where drift stands for long."""
_SHARES = 24
_LEAST_DROP, _WORST_SHARE = 0.03, 0.6
"""Shares wrong that are sought: so many, from 3 points above the baseline up to 60 %."""


@dataclass(frozen=True)
class Line:
    """What a person asks for: so many points under the baseline, on the last plays."""

    window_plays: int = WINDOW_PLAYS
    """A baseline of fewer plays is none either."""
    points: float = LINE_POINTS
    what: str = "plays"
    """What is right or wrong: a model of forecasts tells games."""


@dataclass(frozen=True)
class Baseline:
    """What the model got right when it was promoted."""

    share: float
    plays: int

    @property
    def for_sure(self) -> float:
        """One standard error lower: a baseline that was measured too high by chance would be an alarm for
        ever. Measured on 50 plays, the share itself raises one in 23 of 100 seasons without drift."""
        return wilson(round(self.share * self.plays), self.plays, z=1.0).low


@dataclass(frozen=True)
class GameResult:
    """A game that was new to the model that annotated it, and was then annotated by people."""

    game_id: str
    right: int
    wrong: int

    @property
    def play_count(self) -> int:
        return self.right + self.wrong


@dataclass(frozen=True)
class DriftPoint:
    """After one game: all that the next one goes on from, beside the window's games."""

    game: GameResult
    games: int
    """New to the model so far, this one the last."""
    plays: int
    recent_accuracy: float | None
    """On the window's plays; None while there are fewer."""
    evidence_by_share: tuple[float, ...]
    """The detector, for each share that is sought; empty while there is no baseline."""

    @property
    def evidence(self) -> float:
        """Drift at `ALARM_AT`."""
        return sum(self.evidence_by_share) / _SHARES

    @property
    def is_alarm(self) -> bool:
        return self.evidence >= ALARM_AT


@dataclass(frozen=True)
class Drift:
    baseline: Baseline | None
    points: tuple[DriftPoint, ...]
    """The newest, in the order of play."""
    line: Line = Line()

    @property
    def is_alarm(self) -> bool:
        return bool(self.points) and self.points[-1].is_alarm

    def newest(self) -> dict[str, Any]:
        """The newest game's point, for the record. There is one."""
        point = self.points[-1]
        return {
            "right": point.game.right,
            "wrong": point.game.wrong,
            "games": point.games,
            "plays": point.plays,
            "baseline": asdict(self.baseline) if self.baseline else None,
            "recent_accuracy": point.recent_accuracy,
            "evidence_by_share": list(point.evidence_by_share),
            "is_alarm": point.is_alarm,
            "said": str(self),
        }

    def __str__(self) -> str:
        """What a person reads: the verdict with its numbers, or what is missing."""
        if not self.points:
            return "not enough yet: no game that was new to the model has been annotated by people"
        last, window, what = self.points[-1], self.line.window_plays, self.line.what
        if self.baseline is None or self.baseline.plays < window:
            missing = window - (self.baseline.plays if self.baseline else 0)
            return f"not enough yet: {missing} more {what} in the score that it was promoted on, of {window}"
        if last.is_alarm:
            return (
                f"drift: evidence {last.evidence:,.0f} of {ALARM_AT:,.0f} that the model gets fewer than its "
                f"{self.baseline.share:.0%} of {what} right, after {last.games} new games"
            )
        if last.recent_accuracy is None:
            of_new = "plays of new games" if what == "plays" else f"new {what}"
            return f"not enough yet: {window - last.plays} more {of_new} until {window}"
        least = self.baseline.share - self.line.points / 100
        side = "below" if last.recent_accuracy < least else "above"
        return (
            f"no drift: {last.recent_accuracy:.0%} of the last {window} {what} right, {side} the line "
            f"of {least:.0%}; evidence {last.evidence:,.1f} of {ALARM_AT:,.0f}"
        )


def watch(games: Iterable[GameResult], baseline: Baseline | None, line: Line = Line()) -> Drift:
    """`games` in the order of play."""
    drift = Drift(baseline, (), line)
    for game in games:
        drift = with_game(drift, game)
    return drift


def with_game(drift: Drift, game: GameResult) -> Drift:
    """One game more. Of the points before, those of the window's games are enough."""
    last = drift.points[-1] if drift.points else None
    point = DriftPoint(
        game,
        (last.games if last else 0) + 1,
        (last.plays if last else 0) + game.play_count,
        _recent_accuracy([*(point.game for point in drift.points), game], drift.line.window_plays),
        _evidence(last.evidence_by_share if last else (), game, drift.baseline, drift.line),
    )
    return replace(drift, points=(*drift.points, point))


def _evidence(
    before: tuple[float, ...], game: GameResult, baseline: Baseline | None, line: Line
) -> tuple[float, ...]:
    if baseline is None or baseline.plays < line.window_plays:
        return ()
    wrong_share = min(max(1 - baseline.for_sure, 0.01), _WORST_SHARE - _LEAST_DROP)
    least = wrong_share + _LEAST_DROP
    step = (_WORST_SHARE - least) / (_SHARES - 1)
    return tuple(
        min(_MOST_EVIDENCE, (so_far + 1) * _gain(game, wrong_share, least + place * step))
        for place, so_far in enumerate(before or (0.0,) * _SHARES)
    )


def _gain(game: GameResult, wrong_share: float, sought: float) -> float:
    """How much likelier the game is with the share that is sought."""
    gain: float = (sought / wrong_share) ** game.wrong * ((1 - sought) / (1 - wrong_share)) ** game.right
    return gain


def _recent_accuracy(games: Sequence[GameResult], window_plays: int) -> float | None:
    """Whole games from the newest back, the oldest of them by its share, until the window is full."""
    right, left = 0.0, window_plays
    for game in reversed(games):
        count = game.play_count
        taken = min(count, left)
        right += game.right * taken / count if count else 0
        left -= taken
        if not left:
            return right / window_plays
    return None
