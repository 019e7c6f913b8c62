"""`endpoint`: the newest model compared with the champion on the same plays, and the route it earns.

Belongs here: applying the decision. `routes`, the external asset behind it, is the logical endpoint itself: a
numbered record, changed by a promotion here, or by hand (`uball` or a later rollback). Not here: the rule
(`domain.serving.promotion`).
"""

from typing import Any

import dagster as dg

from uball_assets.adapters.models.endpoint import Endpoint
from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.common import MODEL, described, mark, refuse_unlearnable, refused
from uball_assets.assets.evaluation import evaluation
from uball_assets.assets.record.queries import (
    champion,
    current_routing,
    latest_manifest,
    model_versions,
    served,
)
from uball_assets.domain.answers.metrics import Scores
from uball_assets.domain.serving.promotion import Promotion, decide
from uball_assets.domain.serving.routing import promoted

ROUTE_SCHEMA = described(
    {
        "model": ("string", "who answers"),
        "weight_percent": ("int", "of the games"),
    }
)


@dg.asset(
    **MODEL,
    deps=[evaluation],
    kinds={"json"},
    description="The newest model takes the champion's place if it gets no fewer of the same plays right. "
    "A game's partition is materialised when that was decided for a model that has learned from it.",
)
def endpoint(
    context: dg.AssetExecutionContext,
    training: dg.ResourceParam[ObjectStore],
    registry: dg.ResourceParam[Registry],
    model_endpoint: dg.ResourceParam[Endpoint],
    plays_db: dg.ResourceParam[PlaysDb],
) -> dg.MaterializeResult[None]:
    found, challenger = latest_manifest(registry), registry.latest("models")
    if found is None or challenger is None:
        raise refused("there is no model to serve yet: materialise tuned_model first")
    refuse_unlearnable(context, found[1].game_ids)
    promotion = _decide(training, registry, challenger, found[0]["yardstick_hash"])
    if promotion["promote"]:
        _serve(registry, model_endpoint, challenger, promotion["reason"])
    plays_db.write_model_versions(model_versions(registry, training))
    serving = _serving(registry)
    context.log_event(dg.AssetObservation(asset_key=routes.key, metadata=serving))
    decided = {"decision": promotion["reason"], "promoted": promotion["promote"], **serving}
    return mark(context, found[1].game_ids, decided)


routes = dg.AssetSpec(
    "routes",
    deps=[endpoint],
    group_name="model",
    kinds={"json"},
    description="The logical endpoint: which model answers, with which weight. Every change is one "
    "numbered row on the record (record/routes), kept for ever. The page tells it as the last run of "
    "endpoint found it; `uball status` as it is now.",
)


def _decide(training: ObjectStore, registry: Registry, challenger: Entry, yardstick_hash: str) -> Entry:
    """The decision on the record, taken once for each challenger and evaluation set."""
    key = f"{challenger['name']}:{yardstick_hash}"
    known = registry.find("promotions", key)
    if known:
        return known
    rival = champion(registry)
    verdict = _verdict(training, registry, challenger, rival, yardstick_hash)
    entry = {
        "challenger": challenger["name"],
        "champion": rival["name"] if rival else None,
        "promote": verdict.promote,
        "reason": verdict.reason,
        "p_value": verdict.p_value,
        "yardstick_hash": yardstick_hash,
    }
    return registry.append("promotions", entry, key=key)


def _verdict(
    training: ObjectStore, registry: Registry, challenger: Entry, rival: Entry | None, yardstick_hash: str
) -> Promotion:
    if rival and rival["name"] == challenger["name"]:
        return Promotion(False, f"{challenger['name']} serves already", None)
    return decide(
        _right(training, registry, challenger, yardstick_hash),
        _right(training, registry, rival, yardstick_hash) if rival else None,
        challenger=challenger["name"],
        champion=rival["name"] if rival else "nobody",
    )


def _right(training: ObjectStore, registry: Registry, model: Entry, yardstick_hash: str) -> dict[str, bool]:
    scored = registry.find("evaluations", f"{model['name']}:{yardstick_hash}")
    if scored is None:
        raise refused(
            f"{model['name']} has no evaluation on the newest evaluation set: materialise evaluation first"
        )
    return documents.load(training, scored["scores_name"], Scores).right


def _serve(registry: Registry, model_endpoint: Endpoint, challenger: Entry, reason: str) -> None:
    """One more row of routes, unless this promotion has its row already: a later rollback is never undone
    here."""
    if not model_endpoint.is_alive(served(challenger)):
        raise dg.Failure(f"{challenger['name']} does not answer: its route is not opened")
    routing = promoted(current_routing(registry), challenger["name"])
    entry = {
        "generation": routing.generation,
        "routes": [
            {"model": route.model, "weight_percent": route.weight_percent} for route in routing.routes
        ],
        "reason": reason,
    }
    registry.append("routes", entry, key=f"promote:{challenger['name']}")


def _serving(registry: Registry) -> dict[str, Any]:
    newest = registry.latest("routes")
    rows = [dg.TableRecord(dict(route)) for route in (newest["routes"] if newest else [])]
    return {
        "serving": dg.MetadataValue.table(rows, schema=ROUTE_SCHEMA),
        "generation": newest["generation"] if newest else 0,
    }
