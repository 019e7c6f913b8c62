"""A league of results in a warehouse, with models that learned from it: what forecasts are asked of.

Drawn by seed: eight teams, the first the strongest, twelve players each, two games a day. Belongs here:
making it with the platform's own adapters. Not here: a league whose best forecast is known (`demo.seasons`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from uball_assets.adapters.record.family import FamilyRegistry
from uball_assets.adapters.record.routes import change
from uball_assets.adapters.warehouse.warehouse import Lineage
from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.how import How
from uball_assets.domain.forecasting.rows import PlayerTrainingRow, TrainingRow
from uball_assets.domain.form.book import FormBook
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.lines import Counts, PlayerLine
from uball_assets.domain.league.rosters import Move, RosterMove
from uball_assets.domain.league.tables import FIXTURES, PLAYER_LINES, ROSTER_MOVES, rows_of
from uball_assets.domain.record import Family
from uball_assets.domain.serving.routing import Cause, Change, Routing
from uball_assets.resources import record, training_store, warehouse
from uball_assets.services.forecasting.models import save
from uball_assets.services.forecasting.training import train_outcome, train_player
from uball_assets.settings import Settings

TEAMS = ("Falcons", "Owls", "Herons", "Larks", "Kites", "Wrens", "Terns", "Rooks")
SQUAD = 12
_EVERY = 5
"""Of the players' lines are learned from: it is quicker."""
FIRST = datetime(2025, 10, 1, 18, tzinfo=UTC)
KNOWN_AFTER = timedelta(hours=3)


def facts(games: int, seed: int = 7) -> LeagueFacts:
    """Played ones, and eight to come."""
    draw = np.random.default_rng(seed)
    fixtures, lines = [], list[PlayerLine]()
    for number in range(games + 8):
        home, away = _pair(number)
        known = _fixture(number, home, away)
        fixtures.append(known)
        if number < games:
            played = [*_lines(known, home, away, True, draw), *_lines(known, away, home, False, draw)]
            lines += played
            fixtures.append(_ended(known, played))
    return LeagueFacts(tuple(fixtures), (), tuple(lines), tuple(_moves()))


def fill(settings: Settings, league: LeagueFacts) -> None:
    """Into its warehouse; again adds what is new."""
    opened, lineage = warehouse(settings), Lineage("a test", "")
    opened.write(FIXTURES, rows_of(league.fixtures), lineage)
    opened.write(PLAYER_LINES, rows_of(league.player_lines), lineage)
    opened.write(ROSTER_MOVES, rows_of(league.roster_moves), lineage)


def train(
    settings: Settings,
    league: LeagueFacts,
    version: int = 1,
    games: int | None = None,
    candidates: tuple[str, ...] = ("rating",),
) -> None:
    """Both models of this version, kept in the store; from all games that are played, or from the first."""
    store, book, config = training_store(settings), FormBook(league), ForecastConfig(candidates=candidates)
    played = [fixture for fixture in league.fixtures if fixture.is_final][:games]
    outcome = train_outcome(
        [TrainingRow.of(one, book.game(one)) for one in played], How.FROM_SCRATCH, None, config
    )
    save(store, f"outcome-model-v{version}", outcome)
    of_game = {one.game_id: one for one in played}
    lines = [line for line in league.player_lines if line.game_id in of_game]
    rows = [
        PlayerTrainingRow.of(
            of_game[line.game_id], line, book.player(of_game[line.game_id], line.team_id, line.player_id)
        )
        for line in lines[::_EVERY]
    ]
    save(store, f"player-model-v{version}", train_player(rows, How.FROM_SCRATCH, None, config))


def serve(settings: Settings, family: Family, routing: Routing) -> None:
    """From now on, as a promotion or a canary does."""
    cause = Cause("a test", Change.PROMOTION, "it is to serve")
    change(FamilyRegistry(record(settings), family), routing, cause)


def player(team: str, number: int) -> str:
    return f"{team.lower()}-{number}"


def _pair(number: int) -> tuple[str, str]:
    """Everybody meets everybody, at home and away in turn."""
    turn, place = divmod(number, len(TEAMS) // 2)
    rest = [*TEAMS[1:][turn % 7 :], *TEAMS[1:][: turn % 7]]
    circle = [TEAMS[0], *rest]
    pair = circle[place], circle[-1 - place]
    return pair if turn % 2 else (pair[1], pair[0])


def _fixture(number: int, home: str, away: str) -> Fixture:
    tip_off = FIRST + timedelta(hours=12 * number)
    return Fixture(
        game_id=f"f{number}",
        season="2025-26",
        phase=Phase.SEASON,
        tip_off=tip_off,
        home_team=home,
        away_team=away,
        status=Status.SCHEDULED,
        home_points=None,
        away_points=None,
        known_at=FIRST - timedelta(days=30),
    )


def _ended(known: Fixture, lines: list[PlayerLine]) -> Fixture:
    home, away = (
        sum(line.counts.points for line in lines if line.is_home is is_home) for is_home in (True, False)
    )
    return Fixture(
        **{
            **vars(known),
            "status": Status.FINAL,
            "home_points": home,
            "away_points": away + (home == away),
            "known_at": known.tip_off + KNOWN_AFTER,
        }
    )


def _lines(
    fixture: Fixture, team: str, opponent: str, is_home: bool, draw: np.random.Generator
) -> Iterator[PlayerLine]:
    strength = 2.6 + 0.25 * (len(TEAMS) - TEAMS.index(team)) + 0.3 * is_home
    for number in range(SQUAD):
        yield PlayerLine(
            game_id=fixture.game_id,
            tip_off=fixture.tip_off,
            team_id=team,
            opponent_id=opponent,
            player_id=player(team, number),
            is_home=is_home,
            counts=Counts(
                free_throws_made=int(draw.poisson(1)),
                free_throws_missed=int(draw.poisson(0.4)),
                twos_made=int(draw.poisson(strength * (1.6 if number < 3 else 0.6))),
                twos_missed=int(draw.poisson(2)),
                threes_made=int(draw.poisson(0.5)),
                threes_missed=int(draw.poisson(1)),
                fours_made=int(draw.poisson(0.1)),
                defensive_rebounds=int(draw.poisson(2)),
                offensive_rebounds=int(draw.poisson(0.7)),
                assists=int(draw.poisson(1.5)),
                steals=int(draw.poisson(0.5)),
                blocks=int(draw.poisson(0.3)),
                turnovers=int(draw.poisson(1)),
                fouls=int(draw.poisson(1.5)),
            ),
            source="a feed",
            known_at=fixture.tip_off + KNOWN_AFTER,
        )


def _moves() -> Iterator[RosterMove]:
    joined_at = FIRST - timedelta(days=20)
    for team in TEAMS:
        for number in range(SQUAD):
            yield RosterMove(
                player(team, number), team, Move.JOINED, joined_at, joined_at, f"{team} {number}", number
            )
