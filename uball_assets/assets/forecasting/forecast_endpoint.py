"""`forecast_endpoint`: the newest models of forecasts against those that serve, and the routes they earn.

Belongs here: the run. `forecast_routes`, the external asset behind it, is who serves: numbered rows on the
record, changed by a decision here, by a trial's end, or by hand (`uball promote --family outcome`, …). Not
here: the rule (`domain.forecasting.gate`), deciding (`services.forecasting.operating.deciding`).
"""

from datetime import datetime
from typing import Any

import dagster as dg

from uball_assets.adapters.models.endpoint import Endpoint
from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.record.routes import current_routing
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.assets import ours
from uball_assets.assets.forecasting.models import outcome_model, player_model
from uball_assets.assets.league.common import FORECASTING
from uball_assets.assets.serving.decision import carry_out
from uball_assets.domain.record import FORECASTING as FAMILIES
from uball_assets.services.forecasting.operating.answering import serving_of
from uball_assets.services.forecasting.operating.deciding import decided_forecast
from uball_assets.services.forecasting.operating.holding import held_forecasts
from uball_assets.services.league.facts import read_facts
from uball_assets.settings import Settings


@dg.asset(
    **FORECASTING,
    deps=[outcome_model, player_model],
    kinds={"json"},
    description="The newest models of forecasts take over if they are better on the same later games, or as "
    "good and know newer ones; a worse one is refused, and one of which nobody can tell forecasts in shadow.",
)
def forecast_endpoint(
    context: dg.AssetExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    training: dg.ResourceParam[ObjectStore],
    registry: dg.ResourceParam[Registry],
    model_endpoint: dg.ResourceParam[Endpoint],
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[None]:
    facts, told = read_facts(warehouse), {}
    for family in FAMILIES:
        now = datetime.now(settings.zone)
        held = held_forecasts(registry, settings.windows, settings.calendar, now)
        serving = serving_of(family, registry, training, model_endpoint)
        decision = None if held else decided_forecast(serving, training, warehouse, facts, now)
        if decision:
            carry_out(serving, decision)
        waits = held.reason if held else "no model that was not put there by hand"
        told[f"{family}/decision"] = decision["reason"] if decision else waits
    now_serving = serving_now(registry)
    context.log_event(dg.AssetObservation(asset_key=ours.key("forecast_routes"), metadata=now_serving))
    return dg.MaterializeResult(metadata=told | now_serving)


forecast_routes = dg.AssetSpec(
    "forecast_routes",
    deps=[forecast_endpoint],
    group_name="forecasting",
    kinds={"json"},
    description="Which models forecast, and which one tells the same games in shadow. Every change is one "
    "numbered row on the record (record/outcome_routes, record/player_routes). The page tells it as the last "
    "run of forecast_endpoint found it; `uball routes --family outcome` as it is now.",
)


def serving_now(registry: Registry) -> dict[str, Any]:
    """By family."""
    routes = {family: current_routing(of_family(registry, family)) for family in FAMILIES}
    return {f"{family}/serves": str(routing or "nobody yet") for family, routing in routes.items()}
