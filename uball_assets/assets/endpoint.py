"""`endpoint`: the newest video model compared with the champion on the same plays, and the route it earns.

Belongs here: the run. `routes`, the external asset behind it, is the logical endpoint itself: a numbered
record, changed by a decision here, by a trial's end, or by hand (`uball promote`, …). Not here: the rule
(`domain.serving.promotion`), deciding (`assets.serving.decision`).
"""

from datetime import datetime
from typing import Any

import dagster as dg

from uball_assets.adapters.models.endpoint import Endpoint
from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.pauses import held_now
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets import ours
from uball_assets.assets.common import MODEL, described, mark, refuse_unlearnable, refused
from uball_assets.assets.evaluation import evaluation
from uball_assets.assets.record.queries import latest_manifest, model_versions
from uball_assets.assets.serving.decision import carry_out, decided
from uball_assets.assets.versions.cards import write_card
from uball_assets.assets.versions.gate_lines import gate_lines
from uball_assets.domain.serving.gate_table import failed
from uball_assets.services.serving import Serving, champion
from uball_assets.settings import Settings

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
    description="The newest video model takes the champion's place if it is better on the same plays; a "
    "worse one is refused, and one of which nobody can tell answers new games in shadow. A game's partition "
    "is materialised when that was decided for a model that has learned from it.",
)
def endpoint(
    context: dg.AssetExecutionContext,
    training: dg.ResourceParam[ObjectStore],
    registry: dg.ResourceParam[Registry],
    model_endpoint: dg.ResourceParam[Endpoint],
    plays_db: dg.ResourceParam[PlaysDb],
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[None]:
    found, challenger = latest_manifest(registry), registry.latest("models")
    if found is None or challenger is None:
        raise refused("there is no video model to serve yet: materialise tuned_model first")
    refuse_unlearnable(context, found[1].game_ids)
    if held := held_now(registry, settings.windows, datetime.now(settings.zone)):
        # Nothing is decided: it is due as soon as models may change again.
        context.log.warning("%s", held.reason)
        told = {"decision": held.reason, "promoted": False, **_serving(registry)}
        return mark(context, found[1].game_ids, told)
    serving = Serving(registry, model_endpoint)
    lines = gate_lines(
        training,
        registry,
        challenger,
        champion(registry),
        found[0]["yardstick_hash"],
        settings.gate_bounds,
    )
    decision = decided(training, serving, challenger, found[0], [str(line) for line in failed(lines)])
    carry_out(serving, decision)
    plays_db.write_model_versions(model_versions(registry, training))
    now = _serving(registry)
    context.log_event(dg.AssetObservation(asset_key=ours.key("routes"), metadata=now))
    told = {"decision": decision["reason"], "promoted": decision["promote"], **now}
    told |= write_card(training, registry, challenger, settings.gate_bounds)
    return mark(context, found[1].game_ids, told)


routes = dg.AssetSpec(
    "routes",
    deps=[endpoint],
    group_name="model",
    kinds={"json"},
    description="The logical endpoint: which model answers, with which weight, and which one answers in "
    "shadow. Every change is one numbered row on the record (record/routes) with who, what and why, kept for "
    "ever. The page tells it as the last run of endpoint found it; `uball routes` as it is now, `uball "
    "history` as it was.",
)


def _serving(registry: Registry) -> dict[str, Any]:
    newest = registry.latest("routes")
    rows = [dg.TableRecord(dict(route)) for route in (newest["routes"] if newest else [])]
    return {
        "serving": dg.MetadataValue.table(rows, schema=ROUTE_SCHEMA),
        "generation": newest["generation"] if newest else 0,
        "shadow": (newest.get("shadow") if newest else None) or "nobody",
    }
