"""What the gate compares: two models' log losses on games that neither had learned from when it was asked.

A model's card holds those of its training, each made by its recipe from the games before. Of games that were
played after the champion's training, the champion itself is asked.

Belongs here: the losses. Not here: the verdict (`domain.forecasting.gate`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from uball_assets.domain.forecasting.outcome import OutcomeModel
from uball_assets.domain.forecasting.players import LEAST, PlayerModel
from uball_assets.domain.forecasting.rows import PlayerTrainingRow, TrainingRow
from uball_assets.domain.forecasting.scoring import log_losses
from uball_assets.services.forecasting.players.losses import mean_by_game, poisson_losses

Losses = dict[str, float]
"""Game id -> nats."""


def outcome_losses(model: OutcomeModel, rows: Iterable[TrainingRow]) -> Losses:
    """Of the model as it stands, of games with a winner that it has not learned from."""
    known = set(model.card["learned"]["game_ids"])
    new = [row for row in rows if row.game_id not in known and row.margin]
    chances = [model.forecast(row.features).home_win for row in new]
    found = log_losses(chances, [float(row.is_home_win) for row in new])
    return dict(zip((row.game_id for row in new), found.tolist(), strict=True))


def player_losses(model: PlayerModel, rows: Iterable[PlayerTrainingRow]) -> Losses:
    """Of the points in games that the model has not learned from, the mean over a game's lines."""
    known = set(model.card["learned"]["game_ids"])
    new = [row for row in rows if row.game_id not in known]
    means = np.array([max(LEAST, model.forecast(row.features).stats["points"].mean) for row in new])
    counts = np.array([row.counts.points for row in new], np.float64)
    return mean_by_game([row.game_id for row in new], poisson_losses(counts, means))


def on_both(
    challenger: Mapping[str, Any], champion: OutcomeModel, rows: Iterable[TrainingRow]
) -> tuple[Losses, Losses]:
    """The challenger's (from its card) and the champion's, on the games of both."""
    own: Losses = challenger["losses"]
    asked = outcome_losses(champion, (row for row in rows if row.game_id in own))
    return _of_both(own, {**champion.card["losses"], **asked})


def players_on_both(
    challenger: Mapping[str, Any], champion: PlayerModel, rows: Iterable[PlayerTrainingRow]
) -> tuple[Losses, Losses]:
    """The same of their players' points."""
    own: Losses = challenger["losses"]
    asked = player_losses(champion, (row for row in rows if row.game_id in own))
    return _of_both(own, {**champion.card["losses"], **asked})


def _of_both(own: Losses, others: Losses) -> tuple[Losses, Losses]:
    games = sorted(own.keys() & others.keys())
    return {game: own[game] for game in games}, {game: others[game] for game in games}
