"""Deciding on the newest model of forecasts, once, on games that neither had learned from when it was asked.

Belongs here: who is compared with whom, the decision on the record. Not here: the rule
(`domain.forecasting.gate`), the losses (`services.forecasting.comparing`), opening the route.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from uball_assets.adapters.record.family import family_of
from uball_assets.adapters.record.registry import Entry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.forecasting.gate import LossComparison, compare_losses, decide
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.record import Family
from uball_assets.domain.serving.promotion import Step
from uball_assets.services.forecasting.comparing import on_both, players_on_both
from uball_assets.services.forecasting.models import load_outcome, load_player, read_card
from uball_assets.services.forecasting.operating.learning import outcome_rows, player_rows
from uball_assets.services.forecasting.operating.trials import is_same_recipe
from uball_assets.services.serving import Serving, champion


def decided_forecast(
    serving: Serving, training: ObjectStore, warehouse: Warehouse, facts: LeagueFacts, now: datetime
) -> Entry | None:
    """The decision on the record, on the newest model of the family; None: there is no model, or it serves
    already, put there by hand."""
    registry = serving.registry
    challenger = registry.latest("models")
    serves = champion(registry)
    if challenger is None:
        return None
    if known := registry.newest("promotions", challenger["name"]):
        return known
    if serves and serves["name"] == challenger["name"]:
        return None
    silent = serves is not None and not serving.answers(serves)
    rival = None if serves is None or silent else serves["name"]
    found = _compared(serving, training, warehouse, facts, challenger["name"], rival, now)
    made = decide(
        challenger["name"],
        rival,
        found,
        is_same_recipe=rival is not None and is_same_recipe(registry, challenger["name"], rival),
    )
    gone = f"{serves['name']} does not answer and gives up its place. " if silent and serves else ""
    entry = {
        "challenger": challenger["name"],
        "champion": rival,
        "silent": serves["name"] if silent and serves else None,
        "step": str(made.step),
        "promote": made.step is Step.PROMOTE,
        "reason": f"{gone}{made.reason}",
        **_numbers(found),
        "failed_lines": [],
    }
    return registry.append("promotions", entry, key=challenger["name"])


def _compared(
    serving: Serving,
    training: ObjectStore,
    warehouse: Warehouse,
    facts: LeagueFacts,
    challenger: str,
    rival: str | None,
    now: datetime,
) -> LossComparison | None:
    if rival is None:
        return None
    card = read_card(training, challenger)
    if family_of(serving.registry) is Family.OUTCOME:
        own, other = on_both(card, load_outcome(training, rival), outcome_rows(warehouse, facts, now))
    else:
        own, other = players_on_both(card, load_player(training, rival), player_rows(warehouse, facts, now))
    return compare_losses(own, other)


def _numbers(found: LossComparison | None) -> dict[str, Any]:
    if found is None:
        return {"p_value": None}
    return {
        "p_value": None if found.p_better is None else round(found.p_better, 6),
        "verdict": str(found.verdict),
        "gain_nats": round(found.gain, 6),
        "game_count": found.game_count,
    }
