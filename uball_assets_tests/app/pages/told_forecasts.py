"""The told league's second half: a game that was forecast and played, one that is to come, a name that tries
to be HTML.

g1 (filmed) was played three days ago: v1 told Herons, and they won. n1 is in two days. Bo is out.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from uball_assets.adapters.warehouse.warehouse import Lineage
from uball_assets.domain.forecasting.forecast import GameForecast, Interval, PlayerForecast, Reason
from uball_assets.domain.forecasting.kept.scored import score_game
from uball_assets.domain.forecasting.made import MadeForecast, MadePlayerForecast, Making
from uball_assets.domain.forecasting.tables import (
    FORECAST_SCORES,
    FORECASTS,
    PLAYER_FORECASTS,
    forecast_row,
    player_forecast_row,
    score_row,
)
from uball_assets.domain.league.fixtures import Fixture, Phase, Status
from uball_assets.domain.league.lines import Counts, PlayerLine, TeamLine
from uball_assets.domain.league.rosters import Move, RosterMove
from uball_assets.domain.league.tables import FIXTURES, PLAYER_LINES, ROSTER_MOVES, TEAM_LINES, rows_of
from uball_assets.resources import warehouse
from uball_assets.settings import Settings

HERONS, LARKS = "t herons/1", "t-larks"
ADA, BO = "p7", "t-larks #9"
HOSTILE = "<img src=x onerror=alert(1)>"
OUTCOME, PLAYER, TRIAL = "outcome-model-v1", "player-model-v1", "outcome-model-v2"
_LINEAGE = Lineage("feed", "r1")


def fill_forecasts(settings: Settings) -> None:
    store, now = warehouse(settings), datetime.now(UTC).replace(microsecond=0)
    played = _fixture("g1", now - timedelta(days=3), Status.FINAL, (81, 77))
    to_come = _fixture("n1", now + timedelta(days=2), Status.SCHEDULED, (None, None))
    store.write(FIXTURES, rows_of([played, to_come]), _LINEAGE)
    lines = [
        PlayerLine("g1", played.tip_off, HERONS, LARKS, ADA, True, ADAS, "feed", played.known_at),
        PlayerLine("g1", played.tip_off, LARKS, HERONS, BO, False, Counts(fouls=4), "feed", played.known_at),
    ]
    teams = [
        TeamLine("g1", played.tip_off, HERONS, LARKS, True, HOME, "feed", played.known_at),
        TeamLine("g1", played.tip_off, LARKS, HERONS, False, AWAY, "feed", played.known_at),
    ]
    store.write(PLAYER_LINES, rows_of(lines), _LINEAGE)
    store.write(TEAM_LINES, rows_of(teams), _LINEAGE)
    joined = now - timedelta(days=90)
    moves = [
        RosterMove(ADA, HERONS, Move.JOINED, joined, joined, HOSTILE, 7),
        RosterMove(BO, LARKS, Move.JOINED, joined, joined, "Bo", 9),
        RosterMove(BO, LARKS, Move.OUT, now - timedelta(days=1), now - timedelta(days=1)),
    ]
    store.write(ROSTER_MOVES, rows_of(moves), _LINEAGE)
    made = [
        _made(played, OUTCOME, hours=20, home_win=0.55),
        _made(played, OUTCOME, hours=2, home_win=0.7, because="a roster changed"),
        _made(to_come, OUTCOME, hours=50, home_win=0.4),
        _made(to_come, TRIAL, hours=50, home_win=0.6, is_used=False),
    ]
    store.write(FORECASTS, [forecast_row(one) for one in made], _LINEAGE)
    score = score_game(made[1], played)
    assert score is not None
    store.write(FORECAST_SCORES, [score_row(score)], _LINEAGE)
    stats = {name: Interval(6.5, 2.0, 11.0) for name in ("points", "rebounds", "assists")}
    line = PlayerForecast(stats, (Reason("points_season", 8.0, 1.25),), 0.9)
    told = [
        MadePlayerForecast(_made(one, PLAYER, hours=50, home_win=0.5).making, HERONS, ADA, line)
        for one in (played, to_come)
    ]
    store.write(PLAYER_FORECASTS, [player_forecast_row(one) for one in told], _LINEAGE)


ADAS = Counts(twos_made=4, fours_made=2, fours_missed=3, rebounds_of_either=5)
HOME = Counts(twos_made=34, fours_made=3, free_throws_made=1, turnovers=9)
AWAY = Counts(twos_made=30, threes_made=5, turnovers=11)
"""75 points, and officially 77: the sheet says so."""


def _fixture(
    game_id: str, tip_off: datetime, status: Status, points: tuple[int | None, int | None]
) -> Fixture:
    known_at = tip_off + timedelta(hours=3) if status is Status.FINAL else tip_off - timedelta(days=30)
    return Fixture(game_id, "2026", Phase.SEASON, tip_off, HERONS, LARKS, status, *points, known_at)


def _made(
    fixture: Fixture,
    model: str,
    *,
    hours: int,
    home_win: float,
    because: str = "the game is new",
    is_used: bool = True,
) -> MadeForecast:
    making = Making(
        fixture.game_id,
        fixture.tip_off,
        HERONS,
        LARKS,
        model,
        fixture.tip_off - timedelta(hours=hours),
        is_used,
        f"h{hours}",
        because,
    )
    reasons = (Reason("elo_medium_difference", 84.0, 0.6), Reason("away_players_out", None, -0.1))
    told = GameForecast(home_win, Interval(80.0, 70.0, 90.0), Interval(75.0, 65.0, 85.0), reasons)
    return MadeForecast(making, told)
