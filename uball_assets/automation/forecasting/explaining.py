"""Why a model of forecasts would, or would not, be trained or promoted now, for people: `uball why --family`.

Belongs here: putting the rules' own words together. Not here: the rules (`domain.forecasting.due`), gathering
for a sensor (`situation`).
"""

from __future__ import annotations

from datetime import UTC, datetime

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.record.routes import current_routing
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.learning.due.explained import Explained, LastPromotion, Looks, explain_promotion
from uball_assets.domain.learning.due.undecided import Undecided
from uball_assets.domain.record import Family
from uball_assets.services.forecasting.operating.holding import held_forecasts
from uball_assets.services.forecasting.operating.learning import next_model
from uball_assets.services.forecasting.operating.trials import trial_of
from uball_assets.services.forecasting.operating.versions import undecided
from uball_assets.services.league.facts import read_facts
from uball_assets.services.trials import idle_of
from uball_assets.settings import Settings

_BY_SENSOR = "forecast_retrain_sensor"


def explain_forecasts(
    settings: Settings, registry: Registry, warehouse: Warehouse, family: Family
) -> dict[str, Explained]:
    """Of trainings, of promotions, and of a trial where there is one."""
    own, now = of_family(registry.at_one_look(), family), datetime.now(settings.zone)
    held = held_forecasts(own, settings.windows, settings.calendar, now)
    following = next_model(own, read_facts(warehouse).fixtures, settings.forecast_config, now, held)
    looks = Looks(settings.automation_on, settings.sensor_interval_s, settings.zone, by=_BY_SENSOR)
    at, ask = looks.words(), f'uball train --family {family} --because "…"'
    last = own.latest("promotions")
    newest = LastPromotion(last["challenger"], last["promote"], last["reason"]) if last else None
    model = undecided(own)
    waiting = Undecided(model["label"], is_scored=True) if model else None
    found = {
        "training": Explained(
            following.due.reason, following.due.needs or "nothing: it starts by itself", at
        ),
        "promotion": explain_promotion(newest, waiting, held, looks, ask),
    }
    routing = current_routing(own)
    if routing and routing.on_trial:
        trial = trial_of(own, routing, idle_of(own, routing, datetime.now(UTC), settings.trial_idle_days))
        if trial:
            verdict = trial.verdict
            stands = f"{trial.challenger} beside {trial.champion}: {verdict.outcome}, {verdict.reason}"
            found["trial"] = Explained(stands, "games are played that both have told", at)
    return found
