"""What a forecast is learned from: a game, or a player's line in it, with what was known at tip-off.

Belongs here: the rows, and which of them count. Not here: what their features mean (`domain.form.columns`),
learning from them (`services.forecasting`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.league.fixtures import Fixture, Phase
from uball_assets.domain.league.lines import Counts, PlayerLine

Features = Mapping[str, float | None]
"""By column; None: not known at tip-off."""


@dataclass(frozen=True)
class TrainingRow:
    """One game that was played."""

    game_id: str
    tip_off: datetime
    """UTC."""
    season: str
    phase: Phase
    features: Features
    home_points: int
    away_points: int

    @classmethod
    def of(cls, fixture: Fixture, features: Features) -> TrainingRow:
        """`fixture`: one with a result."""
        assert fixture.home_points is not None
        assert fixture.away_points is not None
        return cls(
            fixture.game_id,
            fixture.tip_off,
            fixture.season,
            fixture.phase,
            features,
            fixture.home_points,
            fixture.away_points,
        )

    @property
    def margin(self) -> int:
        """The home team's points less the away team's."""
        return self.home_points - self.away_points

    @property
    def is_home_win(self) -> bool:
        return self.margin > 0


@dataclass(frozen=True)
class PlayerTrainingRow:
    """One player in one game."""

    game_id: str
    tip_off: datetime
    """UTC."""
    season: str
    phase: Phase
    player_id: str
    team_id: str
    features: Features
    counts: Counts

    @classmethod
    def of(cls, fixture: Fixture, line: PlayerLine, features: Features) -> PlayerTrainingRow:
        """`line`: of a player in this game."""
        return cls(
            fixture.game_id,
            fixture.tip_off,
            fixture.season,
            fixture.phase,
            line.player_id,
            line.team_id,
            features,
            line.counts,
        )


_Row = TypeVar("_Row", TrainingRow, PlayerTrainingRow)


def worth_learning(rows: Iterable[_Row], config: ForecastConfig) -> list[_Row]:
    """In the order of play: of the last seasons, and of phases that count. A draw teaches nothing."""
    phases = phases_of(config)
    counted = sorted(
        (row for row in rows if row.phase in phases and not _is_drawn(row)),
        key=lambda row: (row.tip_off, row.game_id, getattr(row, "player_id", "")),
    )
    newest_first = list(dict.fromkeys(row.season for row in reversed(counted)))
    seasons = set(newest_first[: config.seasons])
    kept = [row for row in counted if row.season in seasons]
    if config.days_back is None or not kept:
        return kept
    since = kept[-1].tip_off - timedelta(days=config.days_back)
    return [row for row in kept if row.tip_off >= since]


def phases_of(config: ForecastConfig) -> frozenset[Phase]:
    """Of games that are learned from."""
    return frozenset({Phase.SEASON, Phase.PLAYOFFS} if config.with_playoffs else {Phase.SEASON})


def _is_drawn(row: TrainingRow | PlayerTrainingRow) -> bool:
    return isinstance(row, TrainingRow) and row.margin == 0
