"""A league's year in a feed that grows: an archive of one season, then games that are told, moved up, played.

The product's own clock and rules apply. A game is told for tomorrow and then moved to within seconds, so that
a year passes in minutes; its result is told after its tip-off.

Belongs here: what the feed says when. Not here: any verdict, waiting.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from uball_assets.demo.seasons.feed_files import write_feed
from uball_assets.demo.seasons.generated import GeneratedSeasons
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.lines import PlayerLine

FIRST, SECOND = "first", "second"
"""The seasons."""
_DAY = timedelta(days=1)


def now() -> datetime:
    return datetime.now(UTC)


def archive(games: int = 24) -> LeagueFacts:
    """Of the season that goes on: its games so far, the last one the day before yesterday."""
    league = GeneratedSeasons(seed=3, teams=4, seasons=1, games_a_season=games, games_to_come=1)
    last = max(one.fixture.tip_off for one in league.games if one.home_won is not None)
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    first = league.first_day.replace(hour=0, minute=0, second=0, microsecond=0)
    facts = league.beginning(today - 2 * _DAY - (last.replace(hour=0, minute=0) - first)).facts
    coming = {one.game_id for one in facts.fixtures} - {one.game_id for one in facts.fixtures if one.is_final}
    fixtures = [replace(one, season=FIRST) for one in facts.fixtures if one.game_id not in coming]
    return replace(facts, fixtures=tuple(fixtures))


@dataclass
class LeagueYear:
    feed: Path
    facts: LeagueFacts

    def tell(self) -> None:
        write_feed(self.feed, self.facts, now())

    def announce(self, season: str, phase: Phase, count: int = 2) -> list[Fixture]:
        """So many games of tomorrow, with all four teams."""
        teams = sorted({one.home_team for one in self.facts.fixtures})
        told = [
            Fixture(
                f"{season}-{phase}-{number}",
                season,
                phase,
                now().replace(microsecond=0) + _DAY,
                teams[2 * number],
                teams[2 * number + 1],
                Status.SCHEDULED,
                None,
                None,
                now(),
            )
            for number in range(count)
        ]
        return self._add(told)

    def move_up(self, games: list[Fixture], seconds: float) -> list[Fixture]:
        """They begin within so many seconds."""
        tip_off = now() + timedelta(seconds=seconds)
        return self._add([replace(one, tip_off=tip_off, known_at=now()) for one in games])

    def play(self, games: list[Fixture]) -> list[Fixture]:
        """Every player does what he did last; who is at home makes one free throw more."""
        finals = []
        for game in games:
            assert game.tip_off <= now(), "not before it began"
            home, away = (self._lines(game, team) for team in (game.home_team, game.away_team))
            home[0] = replace(
                home[0],
                counts=replace(home[0].counts, free_throws_made=home[0].counts.free_throws_made + 1),
            )
            points = [sum(line.counts.points for line in lines) for lines in (home, away)]
            if points[0] == points[1]:
                points[0] += 1
                counts = home[1].counts
                more = replace(counts, free_throws_made=counts.free_throws_made + 1)
                home[1] = replace(home[1], counts=more)
            self.facts = replace(self.facts, player_lines=(*self.facts.player_lines, *home, *away))
            finals.append(
                replace(
                    game,
                    status=Status.FINAL,
                    home_points=points[0],
                    away_points=points[1],
                    known_at=now(),
                )
            )
        return self._add(finals)

    def _lines(self, game: Fixture, team: str) -> list[PlayerLine]:
        """Those of its last game, as if they were this one's."""
        own = [line for line in self.facts.player_lines if line.team_id == team]
        last = max(line.tip_off for line in own)
        return [
            replace(
                line,
                game_id=game.game_id,
                tip_off=game.tip_off,
                opponent_id=game.away_team if team == game.home_team else game.home_team,
                is_home=team == game.home_team,
                known_at=now(),
            )
            for line in own
            if line.tip_off == last
        ]

    def _add(self, told: list[Fixture]) -> list[Fixture]:
        self.facts = replace(self.facts, fixtures=(*self.facts.fixtures, *told))
        self.tell()
        return told
