"""Players' points: how near the player model comes to what could have been expected.

Belongs here: asking about lines, and their share of the reachable gain. Not here: rows (`leagues`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import fmean

from benchmarks.forecasts.asking import MOST_ASKED
from benchmarks.forecasts.leagues import KnownLine, League
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.how import How
from uball_assets.domain.forecasting.outcome import OutcomeModel
from uball_assets.domain.forecasting.players import PlayerModel
from uball_assets.domain.forecasting.sheet import Share, share_of
from uball_assets.domain.form.book import PLAYER_NAMES, FormBook
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.services.forecasting.models import load_outcome, load_player, save
from uball_assets.services.forecasting.training import train_outcome, train_player

SEASON_MEAN = "points_season"
"""The feature that a person would look at."""


@dataclass(frozen=True)
class LineAnswer:
    league: int
    learned: int
    best: float
    """Points to be expected, from the true strengths."""
    told: float
    alone: float
    """The same, held to no team's points."""
    season_mean: float
    base: float
    """The mean of all lines learned from."""
    points: int
    low: float
    high: float


def ask_lines(league: League, learned: int, store: ObjectStore) -> list[LineAnswer]:
    """Both models learn so many games, and forecast the lines of the next."""
    lines = league.lines(learned + min(learned, MOST_ASKED))
    ids = list(dict.fromkeys(line.row.game_id for line in lines))
    first = set(ids[:learned])
    before = [line.row for line in lines if line.row.game_id in first]
    save(store, "lines", train_player(before, How.FROM_SCRATCH, None, ForecastConfig()))
    games = [game.row for game in league.games[:learned]]
    save(store, "games", train_outcome(games, How.FROM_SCRATCH, None, ForecastConfig()))
    sheets = _Sheets(league.book, load_outcome(store, "games"), load_player(store, "lines"))
    base = fmean(row.counts.points for row in before)
    return [_answer(league, learned, line, sheets, base) for line in lines if line.row.game_id not in first]


@dataclass
class _Sheets:
    """What a team's players are held to, reckoned once a game."""

    book: FormBook
    outcome: OutcomeModel
    player: PlayerModel
    _kept: dict[tuple[str, str], Share | None] = field(default_factory=dict)

    def of(self, fixture: Fixture, team: str) -> Share | None:
        key = fixture.game_id, team
        if key not in self._kept:
            told = self.outcome.forecast(self.book.game(fixture))
            points = told.home_points if team == fixture.home_team else told.away_points
            chances = self.book.appearing(fixture, team)
            rows = self.book.players(fixture, team, tuple(chances))
            expected = self.player.points(PLAYER_NAMES, rows)
            self._kept[key] = share_of(expected, list(chances.values()), points.mean)
        return self._kept[key]


def _answer(league: League, learned: int, line: KnownLine, sheets: _Sheets, base: float) -> LineAnswer:
    row = line.row
    told = sheets.player.forecast(row.features, sheets.of(line.fixture, row.team_id)).stats["points"]
    mean = row.features[SEASON_MEAN]
    return LineAnswer(
        league.seed,
        learned,
        line.best,
        told.mean,
        sheets.player.forecast(row.features).stats["points"].mean,
        base if mean is None else mean,
        base,
        row.counts.points,
        told.low,
        told.high,
    )
