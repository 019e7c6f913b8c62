"""The calendar: which part of the league's year a day is in, and what is expected of it.

Belongs here: seasons' days, and what follows from a phase. Not here: what is missing (`gaps`), the letter
(`grade`). A game's own word for its phase wins over the calendar's (`reading`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from uball_assets.domain.errors import Permanent
from uball_assets.domain.league.fixtures import Phase

_FORM = "write 2025-26 season 2025-10-11..2026-04-10"


@dataclass(frozen=True)
class Expectation:
    """Of the games of a phase."""

    games: bool
    """Whether days without any are asked about."""
    players: bool
    """Whether lines of players belong to a result."""
    players_needed: float
    """Share of a game that its players must account for, for any letter but F."""
    late_after_h: float
    """From tip-off: a result that is not there by then is told to people."""


_EXPECTED = {
    Phase.OFF_SEASON: Expectation(games=False, players=False, players_needed=0.0, late_after_h=24.0 * 7),
    Phase.PRE_SEASON: Expectation(games=False, players=False, players_needed=0.0, late_after_h=24.0 * 7),
    Phase.ALL_STAR: Expectation(games=False, players=False, players_needed=0.0, late_after_h=24.0 * 7),
    Phase.SEASON: Expectation(games=True, players=True, players_needed=0.90, late_after_h=24.0),
    Phase.PLAYOFFS: Expectation(games=True, players=True, players_needed=1.0, late_after_h=3.0),
}


def expected_of(phase: Phase) -> Expectation:
    return _EXPECTED[phase]


@dataclass(frozen=True)
class Span:
    """Days of one phase of one season, the last included."""

    season: str
    phase: Phase
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Span:
        """`2025-26 playoffs 2026-04-11..2026-06-20`. Raises Permanent for anything else."""
        words = text.split()
        try:
            season, phase, days = words
            first, last = (date.fromisoformat(day) for day in days.split(".."))
            found = cls(season, Phase(phase), first, last)
        except ValueError:
            raise Permanent(f"{text!r} is no part of a season ({', '.join(Phase)}): {_FORM}") from None
        if last < first:
            raise Permanent(f"{text!r} ends before it begins: {_FORM}")
        return found


@dataclass(frozen=True)
class Calendar:
    """Without any span every day is of the season named by its year: a league that tells no calendar."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Calendar:
        return cls(tuple(Span.parse(text) for text in texts))

    def phase_on(self, day: date) -> Phase:
        """Of the shortest span around it: an all-star week lies in its season. Between spans: off-season."""
        span = self._around(day)
        if span:
            return span.phase
        return Phase.OFF_SEASON if self.spans else Phase.SEASON

    def season_on(self, day: date) -> str:
        """In the off-season, the season to come, else the one that was last."""
        span = self._around(day)
        if span or not self.spans:
            return span.season if span else str(day.year)
        to_come = [one for one in self.spans if one.first > day]
        if to_come:
            return min(to_come, key=lambda one: one.first).season
        return max(self.spans, key=lambda one: one.last).season

    def expected_on(self, day: date) -> Expectation:
        return expected_of(self.phase_on(day))

    def _around(self, day: date) -> Span | None:
        around = [span for span in self.spans if span.first <= day <= span.last]
        return min(around, key=lambda span: span.last - span.first, default=None)
