"""The assets `outcome_model` and `player_model`: one version each for all games that are due.

Belongs here: the run. Not here: when one is due (`domain.forecasting.due`), training and the record
(`services.forecasting.operating.learning`), what a person is shown (`shown`).
"""

from dataclasses import replace
from datetime import datetime

import dagster as dg
from pydantic import Field

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.tracking.tracker import Tracker
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.assets.common import PICTURES_OPEN
from uball_assets.assets.forecasting.shown import outcome_metadata, player_metadata
from uball_assets.assets.league.common import FORECASTING
from uball_assets.assets.league.form_features import form_features
from uball_assets.domain.errors import Permanent
from uball_assets.domain.forecasting.config import ForecastConfig
from uball_assets.domain.record import Family
from uball_assets.services.forecasting.operating.holding import held_forecasts
from uball_assets.services.forecasting.operating.learning import next_model, train_next
from uball_assets.services.league.facts import read_facts
from uball_assets.settings import Settings

_WHEN = (
    " Continued where results of less than 7 days are new, from scratch after a week, tuned after a month; "
    "nothing in a pause, a freeze window or the playoffs."
)


class TrainConfig(dg.Config):
    train_model: bool = Field(default=True, description="Off: the newest version stays, whatever is due.")
    days_back: int = Field(
        default=0, description="Learned from games of so many days; 0: as UBALL_FORECAST_DAYS_BACK says."
    )
    min_matches_per_player: int = Field(
        default=0,
        description="Players of fewer games are left out; 0: as UBALL_FORECAST_MIN_MATCHES says.",
    )

    def over(self, told: ForecastConfig) -> ForecastConfig:
        """What is not 0 here stands in the place of the settings' word."""
        return replace(
            told,
            days_back=self.days_back or told.days_back,
            min_matches_per_player=self.min_matches_per_player or told.min_matches_per_player,
        )


@dg.asset(
    **FORECASTING,
    deps=[form_features],
    kinds={"scikitlearn"},
    description="The model that forecasts who wins, from every game with a result: the simplest candidate "
    "that is not worse on later games." + _WHEN + PICTURES_OPEN,
)
def outcome_model(
    context: dg.AssetExecutionContext,
    config: TrainConfig,
    warehouse: dg.ResourceParam[Warehouse],
    training: dg.ResourceParam[ObjectStore],
    registry: dg.ResourceParam[Registry],
    tracker: dg.ResourceParam[Tracker],
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[None]:
    own = of_family(registry, Family.OUTCOME)
    says = _train(context, config, own, warehouse, training, tracker, settings)
    return dg.MaterializeResult(metadata={**says, **outcome_metadata(own, training)})


@dg.asset(
    **FORECASTING,
    deps=[form_features],
    kinds={"scikitlearn"},
    description="The model that forecasts players' lines: points, rebounds, assists and more, each with an "
    "interval." + _WHEN,
)
def player_model(
    context: dg.AssetExecutionContext,
    config: TrainConfig,
    warehouse: dg.ResourceParam[Warehouse],
    training: dg.ResourceParam[ObjectStore],
    registry: dg.ResourceParam[Registry],
    tracker: dg.ResourceParam[Tracker],
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[None]:
    own = of_family(registry, Family.PLAYER)
    says = _train(context, config, own, warehouse, training, tracker, settings)
    return dg.MaterializeResult(metadata={**says, **player_metadata(own, training)})


def _train(
    context: dg.AssetExecutionContext,
    config: TrainConfig,
    registry: Registry,
    warehouse: Warehouse,
    training: ObjectStore,
    tracker: Tracker,
    settings: Settings,
) -> dict[str, str | bool]:
    """What was due and what became of it."""
    now, told = datetime.now(settings.zone), config.over(settings.forecast_config)
    facts, held = read_facts(warehouse), held_forecasts(registry, settings.windows, settings.calendar, now)
    following = next_model(registry, facts.fixtures, told, now, held)
    reason = following.due.reason
    if following.due.how is None or not config.train_model:
        off = "" if config.train_model else " (not asked for: train_model is off)"
        return {"due": f"{reason}{off}", "trained_now": False}
    try:
        train_next(registry, training, warehouse, facts, following, told, now, tracker)
    except Permanent as error:  # forecasts go on by the model that serves
        context.log.warning("%s, but it cannot be: %s", reason, error)
        return {"due": f"{reason}, but it cannot be: {error}", "trained_now": False}
    return {"due": reason, "trained_now": True}
