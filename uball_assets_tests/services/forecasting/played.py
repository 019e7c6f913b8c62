"""Games of a made-up league whose strengths are known, as rows to learn from.

Belongs here: rows that are told by a seed. Not here: facts and features of them (`domain.form`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from uball_assets.domain.forecasting.rows import PlayerTrainingRow, TrainingRow
from uball_assets.domain.league.fixtures import Phase
from uball_assets.domain.league.lines import Counts

FIRST = datetime(2025, 10, 1, 18, tzinfo=UTC)
NOISE_COLUMNS = 8


def games(count: int, seed: int = 0, first: datetime = FIRST) -> list[TrainingRow]:
    """Three a day; the better team by 5 points and a normal draw, home by 2.5; ratings tell it with noise."""
    rng = np.random.default_rng(seed)
    found = []
    for place in range(count):
        better = 5 * rng.normal()
        margin = round(better + 2.5 + 11 * rng.normal()) or 1
        total = round(180 + 15 * rng.normal())
        home = (total + margin) // 2
        features: dict[str, float | None] = {
            "elo_slow_difference": float(25 * better + 150 * rng.normal()),
            "elo_medium_difference": float(25 * better + 30 * rng.normal()),
            "win_share_difference": float(better / 20 + 0.1 * rng.normal()),
            "rest_days_difference": None if place % 5 == 0 else float(rng.integers(-2, 3)),
            **{f"noise_{number}": float(rng.normal()) for number in range(NOISE_COLUMNS)},
        }
        tip_off = first + timedelta(days=place // 3)
        found.append(
            TrainingRow(f"g{place}", tip_off, "2025-26", Phase.SEASON, features, home, home - margin)
        )
    return found


def lines(game_count: int, players: int = 6, seed: int = 0) -> list[PlayerTrainingRow]:
    """Of players who each have a rate of their own, as their season's average tells with noise."""
    rng = np.random.default_rng(seed)
    rates = 2 + 10 * rng.random(players)
    found = []
    for game in range(game_count):
        for player in range(players):
            rate = rates[player]
            twos, rebounds = rng.poisson(rate / 2), rng.poisson(rate / 3)
            features: dict[str, float | None] = {
                "points_season": float(rate + 0.5 * rng.normal()),
                "rebounds_season": float(rate / 3 + 0.2 * rng.normal()),
                "is_home": float(game % 2),
            }
            counts = Counts(twos_made=int(twos), defensive_rebounds=int(rebounds), assists=int(game % 3))
            found.append(
                PlayerTrainingRow(
                    f"g{game}",
                    FIRST + timedelta(days=game),
                    "2025-26",
                    Phase.SEASON,
                    f"p{player}",
                    "home",
                    features,
                    counts,
                )
            )
    return found
