"""How the score went: each basket in order of time, and what each team had after it.

Belongs here: adding up over time. Not here: the official score (`review.score_check`), or points by player
(`answers.box_score`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.domain.answers.annotate import AnnotatedPlay
from uball_assets.domain.answers.box_score import NOBODY
from uball_assets.domain.answers.matching import moment_of
from uball_assets.domain.answers.metrics import events_of
from uball_assets.domain.footage.teams import team_color
from uball_assets.domain.plays.labels import points
from uball_assets.domain.plays.plays import Play


@dataclass(frozen=True)
class Step:
    at_game_s: float
    totals: dict[str, int]
    """By team, after it."""


@dataclass(frozen=True)
class ScoreLine:
    teams: tuple[str, ...]
    """Those who scored, by name; points that nobody is named for are a team of their own, the last."""
    steps: tuple[Step, ...]
    """In order of time; empty where nobody scored."""

    @property
    def final(self) -> dict[str, int]:
        return self.steps[-1].totals if self.steps else {}

    @property
    def most(self) -> int:
        return max(self.final.values(), default=0)

    @property
    def last_game_s(self) -> float:
        return self.steps[-1].at_game_s if self.steps else 0.0


def score_line(plays: Sequence[Play | AnnotatedPlay]) -> ScoreLine:
    """Points of an event that names nobody are the play's first player's, as in the box score."""
    baskets = [
        (moment_of(play).time_game_s, team_color(event.player_a or play.player_a) or NOBODY, worth)
        for play in plays
        for event in events_of(play)
        if (worth := points(event.label))
    ]
    named = sorted({team for _, team, _ in baskets} - {NOBODY})
    teams = (*named, *([NOBODY] if any(team == NOBODY for _, team, _ in baskets) else []))
    totals: Counter[str] = Counter()
    steps: list[Step] = []
    for at_s, team, worth in sorted(baskets):
        totals[team] += worth
        steps.append(Step(at_s, {each: totals[each] for each in teams}))
    return ScoreLine(teams, tuple(steps))
