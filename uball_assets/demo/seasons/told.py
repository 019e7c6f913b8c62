"""All that has happened in the generated league so far, game by game.

Belongs here: one game in its place, what is told of it and when. Not here: the order of events (`year`), who
plays (`moves`), the dice (`game`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from uball_assets.demo.seasons.best_forecast import BestForecast, best_forecast
from uball_assets.demo.seasons.chances import BACK_TO_BACK, HOME_EDGE, THIRD_DAY, Side, lineup, side
from uball_assets.demo.seasons.game import Played, play
from uball_assets.demo.seasons.moves import Moves
from uball_assets.domain.league.fixtures import Fixture, Status
from uball_assets.domain.league.lines import PlayerLine

SOURCE = "seasons"
"""The feed's name, as its lines give it."""
KNOWN_AFTER = timedelta(hours=2, minutes=30)
"""A result and its lines, from tip-off."""
CORRECTED_AFTER = timedelta(days=2, hours=1)
UNDERSTANDING, FORGOTTEN_IN_DAYS = 1.5, 45.0
"""Of a team, in points per 100 chances at both ends: how it spreads, how long it lasts."""
PACE_SPREAD = 3.0


@dataclass
class Told:
    """All that has happened so far."""

    first_day: datetime
    moves: Moves
    rng: np.random.Generator
    fixtures: list[Fixture] = field(default_factory=list)
    lines: list[PlayerLine] = field(default_factory=list)
    best: dict[str, BestForecast] = field(default_factory=dict)
    last_played_day: int = 0
    day: int = 0
    """The one that abilities have drifted to."""
    understanding: np.ndarray = field(init=False)
    pace: np.ndarray = field(init=False)
    last_tip_off: dict[str, datetime] = field(default_factory=dict)
    """By team."""

    def __post_init__(self) -> None:
        teams = len(self.moves.teams)
        self.understanding = self.rng.normal(0, UNDERSTANDING, teams)
        self.pace = self.rng.normal(0, PACE_SPREAD, teams)
        self.moves.gather(self.first_day - timedelta(days=30))

    def at(self, day: int, hour: float = 0) -> datetime:
        return self.first_day + timedelta(days=day, hours=hour)

    def drift_to(self, day: int) -> None:
        days = max(0, day - self.day)
        kept = np.exp(-days / FORGOTTEN_IN_DAYS)
        fresh = self.rng.normal(0, UNDERSTANDING * np.sqrt(1 - kept**2), len(self.understanding))
        self.understanding = kept * self.understanding + fresh
        self.moves.people.drift(days, self.rng)
        self.day = max(day, self.day)

    def forecast(self, fixture: Fixture) -> tuple[np.ndarray, np.ndarray]:
        """Keeps the best forecast of it; who is announced to play."""
        home, away = (self._able(team, fixture.tip_off) for team in (fixture.home_team, fixture.away_team))
        ids = [player.player_id for player in self.moves.people.known]
        sides = self._sides(fixture, home, away)
        self.best[fixture.game_id] = best_forecast(*sides, self._pace(fixture), ids)
        return home, away

    def game(self, fixture: Fixture, *, is_corrected: bool = False) -> Fixture:
        """It is forecast and played; the fixture with its score."""
        self.drift_to((fixture.tip_off.date() - self.first_day.date()).days)
        playing = [self.moves.scratch(able, fixture.tip_off) for able in self.forecast(fixture)]
        sides = self._sides(fixture, *playing)
        played = play(self.moves.people, *sides, self._pace(fixture), self.rng)
        for team, its_side in zip((fixture.home_team, fixture.away_team), sides, strict=True):
            self.last_tip_off[team] = fixture.tip_off
            self.moves.injure(its_side.players, fixture.tip_off)
        return self._tell(fixture, played, is_corrected=is_corrected)

    def _able(self, team: str, moment: datetime) -> np.ndarray:
        return self.moves.able(self.moves.teams.index(team), moment)

    def _sides(self, fixture: Fixture, home: np.ndarray, away: np.ndarray) -> tuple[Side, Side]:
        people = self.moves.people
        ours = lineup(people, home, self._extra(fixture.home_team, fixture.tip_off))
        theirs = lineup(people, away, self._extra(fixture.away_team, fixture.tip_off))
        return side(people, ours, theirs, HOME_EDGE), side(people, theirs, ours, -HOME_EDGE)

    def _extra(self, team: str, tip_off: datetime) -> float:
        """How well a team understands itself, and how tired it is."""
        last = self.last_tip_off.get(team)
        days = (tip_off.date() - last.date()).days if last else None
        tired = {1: BACK_TO_BACK, 2: THIRD_DAY}.get(days, 0.0) if days else 0.0
        return float(self.understanding[self.moves.teams.index(team)]) + tired

    def _pace(self, fixture: Fixture) -> float:
        teams, pace = self.moves.teams, self.pace
        return float(pace[teams.index(fixture.home_team)] + pace[teams.index(fixture.away_team)]) / 2

    def _tell(self, fixture: Fixture, played: Played, *, is_corrected: bool) -> Fixture:
        """The result and its lines; a corrected one first with a 4-pointer written down as a 3-pointer."""
        known_at = fixture.tip_off + KNOWN_AFTER
        if is_corrected and (wrong := with_a_four_as_a_three(played)):
            self._written(fixture, wrong, known_at)
            known_at = fixture.tip_off + CORRECTED_AFTER
        return self._written(fixture, played, known_at)

    def _written(self, fixture: Fixture, played: Played, known_at: datetime) -> Fixture:
        home, away = played.score
        final = replace(fixture, status=Status.FINAL, home_points=home, away_points=away, known_at=known_at)
        self.fixtures.append(final)
        teams = (fixture.home_team, fixture.away_team)
        for own, counts in enumerate((played.home, played.away)):
            self.lines += [
                PlayerLine(
                    fixture.game_id,
                    fixture.tip_off,
                    teams[own],
                    teams[1 - own],
                    player,
                    own == 0,
                    line,
                    SOURCE,
                    known_at,
                )
                for player, line in counts.items()
            ]
        return final


def with_a_four_as_a_three(played: Played) -> Played | None:
    """The home team's score is one lower; None where that would change who won, or it made no 4-pointer."""
    home, away = played.score
    who = next((player for player, line in played.home.items() if line.fours_made), None)
    if who is None or home - away in (0, 1):
        return None
    line = played.home[who]
    wrong = replace(line, fours_made=line.fours_made - 1, threes_made=line.threes_made + 1)
    return replace(played, home={**played.home, who: wrong})
