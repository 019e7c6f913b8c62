"""Small leagues drawn by seed, for tests of features: games, lines, moves, each known at a moment of its own.

Belongs here: drawing. Not here: leagues whose true strengths matter (`demo.seasons`).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.lines import Counts, PlayerLine, TeamLine
from uball_assets.domain.league.rosters import Move, RosterMove

START = datetime(2025, 10, 1, 19, tzinfo=UTC)
KNOWN_AFTER = timedelta(hours=3)


@dataclass
class League:
    """Facts as they are drawn."""

    teams: Sequence[str]
    rng: random.Random
    fixtures: list[Fixture] = field(default_factory=list)
    team_lines: list[TeamLine] = field(default_factory=list)
    player_lines: list[PlayerLine] = field(default_factory=list)
    moves: list[RosterMove] = field(default_factory=list)

    @property
    def facts(self) -> LeagueFacts:
        return LeagueFacts(
            tuple(self.fixtures), tuple(self.team_lines), tuple(self.player_lines), tuple(self.moves)
        )

    @property
    def final(self) -> list[Fixture]:
        """By tip-off."""
        return sorted((one for one in self.fixtures if one.is_final), key=lambda one: one.tip_off)


def some_league(
    seed: int, *, teams: int = 4, games: int = 12, players: int = 3, seasons: int = 1, days_apart: float = 1.3
) -> League:
    """Every team has `players`; now and then one is out, is back, or goes to another team."""
    league = League([f"T{number}" for number in range(teams)], random.Random(seed))
    squads = {team: [f"{team}-{number}" for number in range(players)] for team in league.teams}
    for team, squad in squads.items():
        early = START - timedelta(days=30)
        league.moves += [RosterMove(player, team, Move.JOINED, early, early) for player in squad]
    out: set[str] = set()
    for number in range(games):
        season, within = divmod(number, -(-games // seasons))
        tip_off = START + timedelta(days=365 * season + within * days_apart, hours=league.rng.randint(0, 5))
        home, away = league.rng.sample(league.teams, 2)
        change(league, squads, out, tip_off - timedelta(hours=league.rng.randint(1, 40)))
        play(league, f"g{number:05}", f"{2025 + season}-{26 + season}", tip_off, home, away, squads, out)
    return league


def play(
    league: League,
    game_id: str,
    season: str,
    tip_off: datetime,
    home: str,
    away: str,
    squads: dict[str, list[str]],
    out: set[str],
) -> None:
    """A game told before it, and again when it was played."""
    known_at = tip_off + KNOWN_AFTER
    points = []
    for team, other in ((home, away), (away, home)):
        each = {player: some_counts(league.rng) for player in squads[team] if player not in out}
        for player, counts in each.items():
            league.player_lines.append(
                PlayerLine(game_id, tip_off, team, other, player, team == home, counts, "feed", known_at)
            )
        total = sum(each.values(), Counts())
        league.team_lines.append(
            TeamLine(game_id, tip_off, team, other, team == home, total, "feed", known_at)
        )
        points.append(total.points)
    points[0] += points[0] == points[1]
    told = Fixture(
        game_id,
        season,
        Phase.SEASON,
        tip_off,
        home,
        away,
        Status.SCHEDULED,
        None,
        None,
        tip_off - timedelta(days=20),
    )
    played = Fixture(
        game_id, season, Phase.SEASON, tip_off, home, away, Status.FINAL, points[0], points[1], known_at
    )
    league.fixtures += [told, played]


def change(league: League, squads: dict[str, list[str]], out: set[str], moment: datetime) -> None:
    rng = league.rng
    team, other = rng.sample(league.teams, 2)
    player = rng.choice(squads[team])
    known_at = moment + timedelta(hours=rng.choice((-20, 0, 5)))
    kind = rng.random()
    if player in out and kind < 0.5:
        out.discard(player)
        league.moves.append(RosterMove(player, team, Move.BACK, moment, known_at))
    elif player not in out and kind < 0.4:
        out.add(player)
        league.moves.append(RosterMove(player, team, Move.OUT, moment, known_at))
    elif len(squads[team]) > 1 and kind > 0.8:
        squads[team].remove(player)
        squads[other].append(player)
        out.discard(player)
        league.moves.append(RosterMove(player, team, Move.LEFT, moment, known_at))
        league.moves.append(RosterMove(player, other, Move.JOINED, moment, known_at))


def some_counts(rng: random.Random) -> Counts:
    return Counts(
        *(rng.randint(0, most) for most in (4, 2, 6, 7, 3, 5, 1, 2)),
        *(rng.randint(0, most) for most in (3, 6, 1, 6, 3, 2, 4, 5)),
    )
