"""Versions of forecasts' models on the record: which one comes next, and what stands there of a trained one.

Belongs here: names and entries. Not here: training (`services.forecasting.training`), files
(`services.forecasting.models`), when (`domain.forecasting.due`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uball_assets.adapters.record.family import family_of
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.routes import current_routing
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.tracking.tracker import NoTracking, Tracker
from uball_assets.domain.learning.model_names import version_label
from uball_assets.domain.record import Family
from uball_assets.services.forecasting.models import CARD, folder, save
from uball_assets.services.forecasting.operating.tracked import tracked_forecast_model
from uball_assets.services.forecasting.trained import Trained

NO_TRACKING = NoTracking("nobody asked for it")
_LOSS = "log_loss"
_NUMBERS = (_LOSS, "brier", "accuracy", "auc")


def name_of(family: Family, version: int) -> str:
    return f"{family}-model-v{version}"


def next_version(registry: Registry) -> int:
    newest = registry.latest("models")
    return newest["version"] + 1 if newest else 1


def undecided(registry: Registry) -> Entry | None:
    """The newest version, where nobody has decided on it: not the rule, nor a person who let it serve."""
    newest, routing = registry.latest("models"), current_routing(registry)
    if newest is None or registry.newest("promotions", newest["name"]):
        return None
    return None if routing and routing.champion == newest["name"] else newest


def enter_version(
    registry: Registry,
    store: ObjectStore,
    trained: Trained,
    told: Mapping[str, Any],
    tracker: Tracker = NO_TRACKING,
) -> Entry:
    """Its files first, then its entry: a training that was killed in between is done again under the same
    number. `registry`: the family's; `told`: what else its entry says."""
    family, version = family_of(registry), next_version(registry)
    card = save(store, name_of(family, version), trained)
    entry = entry_of(family, version, card, store.uri(f"{folder(card['name'])}{CARD}"))
    entry |= told
    entry["tracked_at"] = tracker.log(tracked_forecast_model(entry, card))
    return registry.append("models", entry, key=card["name"])


def entry_of(family: Family, version: int, card: Mapping[str, Any], card_uri: str) -> dict[str, Any]:
    learned = card["learned"]
    return {
        "name": name_of(family, version),
        "version": version,
        "label": version_label(version, learned["games"]),
        "family": str(family),
        "model_uri": card_uri,
        "base": card.get("candidate") or card["stats"]["points"]["candidate"],
        "how": card["how"],
        "parent": card["parent"],
        "game_count": learned["games"],
        "games_hash": learned["hash"],
        "first_game": learned["first"],
        "last_game": learned["last"],
        "metrics": metrics_of(card),
        "accuracy": accuracy_of(card),
    }


def metrics_of(card: Mapping[str, Any]) -> dict[str, float]:
    """On games after those it learned from: of the kept candidate, and the log loss of the baselines
    (`log_loss/Elo`); of players the error of their points."""
    kept = card.get("candidate")
    found: dict[str, float | None] = {}
    for name, told in card.get("evaluation", {}).get("models", {}).items():
        if name == kept:
            found |= {number: told[number]["value"] for number in _NUMBERS}
        elif told["is_baseline"]:
            found[f"{_LOSS}/{name}"] = told[_LOSS]["value"]
    points = card.get("stats", {}).get("points")
    if points and (told := points["evaluation"].get("models", {}).get(points["candidate"])):
        found |= {"points_error": told["error"]["value"], "points_deviance": told["deviance"]["value"]}
    return {name: round(value, 6) for name, value in found.items() if value is not None}


def accuracy_of(card: Mapping[str, Any]) -> dict[str, Any] | None:
    """Share of later games whose likelier winner won, and of how many: what drift is measured by."""
    evaluation = card.get("evaluation", {})
    told = evaluation.get("models", {}).get(card.get("candidate"))
    return {"value": told["accuracy"]["value"], "games": evaluation["games"]} if told else None
