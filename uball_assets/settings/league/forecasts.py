"""What models of forecasts learn from, and how hard better ones are looked for.

Belongs here: all that decides their weights. Not here: when they are due (`domain.forecasting.due`).
"""

from __future__ import annotations

from pydantic import BaseModel, Field, NonNegativeFloat, NonNegativeInt, PositiveInt

from uball_assets.domain.forecasting.config import ForecastConfig

_CONFIG = ForecastConfig()


class ForecastSettings(BaseModel):
    forecast_seasons: PositiveInt = Field(
        default=_CONFIG.seasons,
        description="Forecasts are learned from so many seasons, the newest: players and strengths of older "
        "ones say little.",
    )
    forecast_playoffs: bool = Field(
        default=_CONFIG.with_playoffs,
        description="Whether they are learned from playoffs too. Off: those are played by the best teams "
        "alone. For features they count all the same.",
    )
    forecast_days_back: PositiveInt | None = Field(
        default=None,
        description="Only games of so many days before the newest are learned from. Empty: as far as the "
        "seasons reach.",
    )
    forecast_min_matches: PositiveInt = Field(
        default=_CONFIG.min_matches_per_player,
        description="Players of fewer games are not learned from: a first game says more of nerves.",
    )
    forecast_tuning_trials: NonNegativeInt = Field(
        default=_CONFIG.tuning_trials,
        description="Hyperparameters that the monthly tuning tries for each candidate. 0: none.",
    )
    forecast_tuning_budget_s: NonNegativeFloat = Field(
        default=_CONFIG.tuning_budget_s,
        description="What all of a training's tuning may take; the trials are normally done before, and then "
        "the same games give the same model.",
    )
    forecast_seed: int = Field(
        default=_CONFIG.seed,
        ge=0,
        lt=2**31,
        description="Any number; fixed, so that the same games give the same model.",
    )

    @property
    def forecast_config(self) -> ForecastConfig:
        """All that a training of forecasts is told beside its games."""
        return ForecastConfig(
            seed=self.forecast_seed,
            seasons=self.forecast_seasons,
            with_playoffs=self.forecast_playoffs,
            days_back=self.forecast_days_back,
            min_matches_per_player=self.forecast_min_matches,
            tuning_trials=self.forecast_tuning_trials,
            tuning_budget_s=self.forecast_tuning_budget_s,
        )
