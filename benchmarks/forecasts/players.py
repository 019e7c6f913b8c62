"""Players' points: how near the player model comes to what could have been expected.

Belongs here: asking about lines, and their share of the reachable gain. Not here: rows (`leagues`).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from benchmarks.forecasts.asking import MOST_ASKED
from benchmarks.forecasts.leagues import League
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.forecasting.how import How
from uball_assets.services.forecasting.models import load_player, save
from uball_assets.services.forecasting.training import train_player

SEASON_MEAN = "points_season"
"""The feature that a person would look at."""


@dataclass(frozen=True)
class LineAnswer:
    league: int
    learned: int
    best: float
    """Points to be expected, from the true strengths."""
    told: float
    season_mean: float
    base: float
    """The mean of all lines learned from."""
    points: int
    low: float
    high: float


def ask_lines(league: League, learned: int, store: ObjectStore) -> list[LineAnswer]:
    """The model learns so many games' lines, and forecasts those of the next."""
    lines = league.lines(learned + min(learned, MOST_ASKED))
    ids = list(dict.fromkeys(line.row.game_id for line in lines))
    first = set(ids[:learned])
    before = [line.row for line in lines if line.row.game_id in first]
    save(store, "lines", train_player(before, How.FROM_SCRATCH, None, ForecastConfig()))
    model = load_player(store, "lines")
    base = fmean(row.counts.points for row in before)
    found = []
    for line in lines:
        if line.row.game_id in first:
            continue
        told = model.forecast(line.row.features).stats["points"]
        mean = line.row.features[SEASON_MEAN]
        found.append(
            LineAnswer(
                league.seed,
                learned,
                line.best,
                told.mean,
                base if mean is None else mean,
                base,
                line.row.counts.points,
                told.low,
                told.high,
            )
        )
    return found
