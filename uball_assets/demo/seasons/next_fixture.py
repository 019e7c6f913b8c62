"""The demo's closing lines: the next fixture's forecast and score sheet, beside base rate and best forecast.

Belongs here: what a person reads at the end. Not here: making the forecast (`forecasting`), its page
(`app.pages.fixture`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from textwrap import indent
from typing import Any

import numpy as np
from tabulate import tabulate

from uball_assets.demo.seasons.generated import GeneratedGame, GeneratedSeasons
from uball_assets.domain.forecasting.baselines import home_share
from uball_assets.domain.forecasting.forecast import GameForecast, Interval
from uball_assets.domain.league.fixtures import Phase
from uball_assets.domain.showing.reasons import game_reasons
from uball_assets.resources import Resources
from uball_assets.services.league.fixture_reading import FixtureNow, TeamSheet, read_fixture
from uball_assets.services.league.names import TeamNames

MOST_REASONS = 5
_STATS = ("rebounds", "assists", "steals", "blocks", "turnovers", "fours_made")


@dataclass(frozen=True)
class NextFixture:
    now: FixtureNow
    told: GameForecast
    best: GameForecast
    """From the true strengths, which only the generator knows."""
    base_rate: float
    """Of home wins in the seasons so far."""
    is_over: bool
    """Its tip-off has passed; nothing is told of a game after that."""

    def to_dict(self) -> dict[str, Any]:
        fixture, told = self.now.fixture, self.told
        return {
            "game_id": fixture.game_id,
            "tip_off": fixture.tip_off.isoformat(),
            "home": self.now.names[0],
            "away": self.now.names[1],
            "home_win": round(told.home_win, 4),
            "home_win_base_rate": round(self.base_rate, 4),
            "home_win_best_possible": round(self.best.home_win, 4),
            "home_points": told.home_points._asdict(),
            "away_points": told.away_points._asdict(),
        }

    def text(self) -> str:
        fixture, (home, away) = self.now.fixture, self.now.names
        assert self.now.forecast
        making = self.now.forecast.making
        passed = "; its tip-off has passed, and nothing is told of a game after that" if self.is_over else ""
        rows = [
            _row(making.model, self.told.home_win, self.told),
            ["home teams so far", f"{self.base_rate:.0%}", f"{1 - self.base_rate:.0%}", "", ""],
            _row("best possible (true strengths)", self.best.home_win, self.best),
        ]
        reasons = [
            f"  {one.what}: {one.value}, for {one.leans}, moves the chance by {one.moves:.1%}"
            for one in game_reasons(self.told, home, away)[:MOST_REASONS]
        ]
        return "\n".join(
            [
                f"The next fixture: {home} - {away}, {fixture.tip_off:%Y-%m-%d %H:%M} UTC{passed}",
                indent(tabulate(rows, headers=["", f"{home} wins", f"{away} wins", home, away]), "  "),
                "Why, the largest reasons first:",
                *reasons,
                "Its score sheet, each line as if he plays, points with what 80 of 100 games lie between;",
                "points times the chance that he plays add up to the team's:",
                *(indent(_sheet(sheet), "  ") for sheet in self.now.sheets),
            ]
        )


def next_fixture(resources: Resources, seasons: GeneratedSeasons, now: datetime) -> NextFixture:
    """The first that is still to come; when all have begun, the first of those without a result."""
    open_games = [game for game in seasons.games if game.home_won is None]
    game = next((one for one in open_games if one.fixture.tip_off > now), open_games[0])
    names = TeamNames(resources.plays_db)
    found = read_fixture(resources.warehouse, game.fixture.game_id, names.of, now)
    if found is None or found.forecast is None:
        message = "the demo ended without a forecast of the next fixture; see its run in `make demo-ui`"
        raise RuntimeError(message)
    told = found.forecast.told
    return NextFixture(found, told, game.best.game, _base_rate(seasons.games), game.fixture.tip_off <= now)


def _base_rate(games: tuple[GeneratedGame, ...]) -> float:
    won = [float(game.home_won) for game in games if _counts(game) and game.home_won is not None]
    return float(home_share(np.array(won), 1)[0])


def _counts(game: GeneratedGame) -> bool:
    return game.fixture.phase is Phase.SEASON


def _row(name: str, home_win: float, told: GameForecast) -> list[str]:
    return [name, f"{home_win:.0%}", f"{1 - home_win:.0%}", _told(told.home_points), _told(told.away_points)]


def _told(points: Interval) -> str:
    return f"{points.mean:.0f} ({points.low:.0f} to {points.high:.0f})"


def _sheet(sheet: TeamSheet) -> str:
    lines = [line for line in sheet.lines if line.told and not line.is_out]
    out = [line.name for line in sheet.lines if line.is_out]
    rows = [
        [
            line.name,
            _chance(line.appears),
            _told(line.told["points"]),
            *(_mean(line.told, stat) for stat in _STATS),
        ]
        for line in lines
    ]
    heads = [sheet.name, "plays", "points", *(stat.replace("_", " ") for stat in _STATS)]
    missing = f"\nout: {', '.join(out)}" if out else ""
    return f"{tabulate(rows, headers=heads, disable_numparse=True)}{missing}"


def _chance(appears: float | None) -> str:
    return "" if appears is None else f"{appears:.0%}"


def _mean(told: Mapping[str, Interval], stat: str) -> str:
    return f"{told[stat].mean:.1f}" if stat in told else ""
