"""What the gate compares: two models' log losses on games that neither had learned from when it was asked.

A model's card holds those of its training, each made by its recipe from the games before. Of games that were
played after the champion's training, the champion itself is asked.

Belongs here: the losses. Not here: the verdict (`domain.forecasting.gate`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from uball_assets.domain.forecasting.outcome import OutcomeModel
from uball_assets.domain.forecasting.rows import TrainingRow
from uball_assets.domain.forecasting.scoring import log_losses

Losses = dict[str, float]
"""Game id -> nats."""


def outcome_losses(model: OutcomeModel, rows: Iterable[TrainingRow]) -> Losses:
    """Of the model as it stands, of games with a winner that it has not learned from."""
    known = set(model.card["learned"]["game_ids"])
    new = [row for row in rows if row.game_id not in known and row.margin]
    chances = [model.forecast(row.features).home_win for row in new]
    found = log_losses(chances, [float(row.is_home_win) for row in new])
    return dict(zip((row.game_id for row in new), found.tolist(), strict=True))


def on_both(
    challenger: Mapping[str, Any], champion: OutcomeModel, rows: Iterable[TrainingRow]
) -> tuple[Losses, Losses]:
    """The challenger's (from its card) and the champion's, on the games of both."""
    own: Losses = dict(challenger["losses"])
    others = {**champion.card["losses"], **outcome_losses(champion, (r for r in rows if r.game_id in own))}
    games = sorted(own.keys() & others.keys())
    return {game: own[game] for game in games}, {game: others[game] for game in games}
