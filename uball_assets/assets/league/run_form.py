"""The form of a run of the league's jobs: what a person or a program fills in, as a run's config.

    history_days        so many days back, results all anew; 0: what is missing
    train_model         whether a training that is due is done (forecast_pipeline)
    days_back           of how many days it learns, and from players of how many games at least; 0: as the
    min_matches_per_player   settings have it
    return_predictions  whether the run's page has every forecast that was made

Known without Dagster. Belongs here: that config. Not here: what it does (`results`, `forecasting`).
"""

from __future__ import annotations

from typing import Any


def refresh_config(history_days: int = 0, *, return_predictions: bool = False) -> dict[str, Any]:
    """Of `quick_refresh`."""
    told = {"history_days": history_days, "return_predictions": return_predictions}
    return {"ops": {"results": {"config": {"history_days": history_days}}, "forecasts": {"config": told}}}


def pipeline_config(
    history_days: int = 0, *, train_model: bool = True, return_predictions: bool = False
) -> dict[str, Any]:
    """Of `forecast_pipeline`."""
    train = {"config": {"train_model": train_model}}
    ops = refresh_config(history_days, return_predictions=return_predictions)["ops"]
    return {"ops": {**ops, "outcome_model": train, "player_model": train}}


def training_config(days_back: int = 0, min_matches_per_player: int = 0) -> dict[str, Any]:
    """Of a training that a person asks for, with the forecasts that follow."""
    told = {"config": {"days_back": days_back, "min_matches_per_player": min_matches_per_player}}
    forecasts = {"config": {"return_predictions": True}}
    return {"ops": {"outcome_model": told, "player_model": told, "forecasts": forecasts}}
