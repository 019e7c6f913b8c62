"""A season of the generated league as it goes: the summer before it, pre-season, season, playoffs.

Belongs here: the order of events. Not here: one game (`told`), who plays (`moves`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from uball_assets.demo.seasons.schedule import Pairing, pairings
from uball_assets.demo.seasons.told import Told
from uball_assets.demo.teams import stable_id
from uball_assets.domain.league.fixtures import Fixture, Phase, Status

GAP_DAYS = 120
"""From a season's last game to the next pre-season."""
SUMMER_DAYS = 40
"""From the summer's moves to the pre-season."""
PRE_SEASON_DAYS, BEFORE_PLAYOFFS_DAYS, POSTPONED_DAYS = 9, 4, 9
PUBLISHED = timedelta(days=21)
"""The schedule, before the pre-season."""
HOURS = (16, 17, 18, 19)
SERIES_OF = 3
PLAYOFF_TEAMS = 4
POSTPONED_AT, CORRECTED_AT, CANCELLED_AT = 0.3, 0.5, 0.7
"""Where in a season each happens."""
TRADES_AT = (0.4, 0.6)


@dataclass
class Year:
    told: Told
    seed: int
    number: int
    start: int
    """The pre-season's first day."""
    count: int = 0
    """Games that have an id."""

    def play(self, games: int, to_come: int) -> int:
        """From the summer's moves to the last playoff; the last day."""
        if self.number > 1:
            self._summer()
        teams, first = len(self.told.moves.teams), self.start + PRE_SEASON_DAYS
        self._games(self._scheduled(pairings(teams, teams // 2, self.told.rng), self.start, Phase.PRE_SEASON))
        planned = self._scheduled(pairings(teams, games + 1, self.told.rng), first, Phase.SEASON)
        self._season(planned, games)
        if to_come:
            later = pairings(teams, to_come, self.told.rng)
            first = self.told.last_played_day + 2 - later[0].day
            for fixture in self._scheduled(later, first, Phase.SEASON):
                self.told.forecast(fixture)
            return self.told.day
        return self._playoffs([fixture.game_id for fixture in planned])

    def _summer(self) -> None:
        day = self.start - SUMMER_DAYS
        self.told.drift_to(day)
        self.told.moves.people.grow_a_year_older(self.told.rng)
        self.told.moves.summer(self.told.at(day, 12))

    def _season(self, planned: Sequence[Fixture], games: int) -> None:
        told = self.told
        postponed, corrected, cancelled = (
            planned[round(share * games)] for share in (POSTPONED_AT, CORRECTED_AT, CANCELLED_AT)
        )
        told.fixtures.append(
            replace(cancelled, status=Status.CANCELLED, known_at=cancelled.tip_off - timedelta(hours=6))
        )
        others = [fixture for fixture in planned if fixture not in (postponed, cancelled)]
        queue = sorted([*others, self._postponed(postponed, others)], key=lambda one: one.tip_off)
        trades = [queue[round(share * games)].tip_off.date() for share in TRADES_AT]
        for day, of_the_day in groupby(queue, key=lambda one: one.tip_off.date()):
            while trades and trades[0] <= day:
                told.moves.trade(told.at((trades.pop(0) - told.first_day.date()).days, 12))
            self._games(of_the_day, corrected.game_id)
        told.last_played_day = told.day

    def _postponed(self, fixture: Fixture, others: Sequence[Fixture]) -> Fixture:
        """Told to be played later, on the first day after some that neither team plays on."""
        teams = {fixture.home_team, fixture.away_team}
        taken = {one.tip_off.date() for one in others if teams & {one.home_team, one.away_team}}
        tip_off = fixture.tip_off + timedelta(days=POSTPONED_DAYS)
        while tip_off.date() in taken:
            tip_off += timedelta(days=1)
        away = replace(fixture, status=Status.POSTPONED, known_at=fixture.tip_off - timedelta(hours=5))
        later = replace(fixture, tip_off=tip_off, known_at=fixture.tip_off + timedelta(hours=18))
        self.told.fixtures += [away, later]
        return later

    def _playoffs(self, season: Sequence[str]) -> int:
        """The best four, in series; the last day."""
        wins = self._wins(season)
        ranked = sorted(self.told.moves.teams, key=lambda team: -wins[team])[:PLAYOFF_TEAMS]
        first = self.told.last_played_day + BEFORE_PLAYOFFS_DAYS
        finalists = [self._series(ranked[0], ranked[3], first), self._series(ranked[1], ranked[2], first)]
        high, low = sorted(finalists, key=ranked.index)
        self._series(high, low, self.told.day + BEFORE_PLAYOFFS_DAYS)
        return self.told.day

    def _wins(self, games: Sequence[str]) -> Counter[str]:
        last = {fixture.game_id: fixture for fixture in self.told.fixtures}
        return Counter(winner for game in games if (winner := _winner(last[game])))

    def _series(self, high: str, low: str, day: int) -> str:
        """The winner; the better team begins at home. A game is on the schedule when the one before it is
        over."""
        wins: Counter[str] = Counter()
        while max(wins.values(), default=0) <= SERIES_OF // 2:
            turn = wins.total()
            home, away = (low, high) if turn % 2 else (high, low)
            tip_off = self.told.at(day + 2 * turn, HOURS[-1])
            known_at = tip_off - timedelta(hours=44)
            fixture = self._fixture(home, away, tip_off, Phase.PLAYOFFS, known_at)
            wins[str(_winner(self.told.game(fixture)))] += 1
        return wins.most_common(1)[0][0]

    def _scheduled(self, table: Sequence[Pairing], first: int, phase: Phase) -> list[Fixture]:
        teams = self.told.moves.teams
        hours = self.told.rng.choice(HOURS, len(table)).tolist()
        known_at = self.told.at(self.start) - PUBLISHED
        return [
            self._fixture(
                teams[one.home], teams[one.away], self.told.at(first + one.day, hour), phase, known_at
            )
            for one, hour in zip(table, hours, strict=True)
        ]

    def _fixture(self, home: str, away: str, tip_off: datetime, phase: Phase, known_at: datetime) -> Fixture:
        game_id = stable_id("game of the seasons", self.seed, self.number, self.count)
        self.count += 1
        fixture = Fixture(
            game_id,
            f"season {self.number}",
            phase,
            tip_off,
            home,
            away,
            Status.SCHEDULED,
            None,
            None,
            known_at,
        )
        self.told.fixtures.append(fixture)
        return fixture

    def _games(self, fixtures: Iterable[Fixture], corrected: str = "") -> None:
        for fixture in sorted(fixtures, key=lambda one: one.tip_off):
            self.told.game(fixture, is_corrected=fixture.game_id == corrected)


def _winner(fixture: Fixture) -> str | None:
    if fixture.home_points is None or fixture.away_points is None:
        return None
    return fixture.home_team if fixture.home_points > fixture.away_points else fixture.away_team
