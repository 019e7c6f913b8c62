"""Checks of the video model's chain: the set adds up, it is better than guessing, the served model answers.

Unpartitioned: these runs cover a range of games, and a partitioned check would write one verdict for none of
them.
"""

from datetime import UTC, datetime

import dagster as dg

from uball_assets.adapters.models.endpoint import Endpoint
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.places import name_at
from uball_assets.assets.endpoint import endpoint
from uball_assets.assets.evaluation import evaluation
from uball_assets.assets.model import tuned_model
from uball_assets.assets.record.queries import champion, latest_manifest, served
from uball_assets.assets.training_set import training_set
from uball_assets.domain.spending.base_models import base_model, retirement_warning


@dg.asset_check(
    asset=training_set, description="Lines in the files = the sum over the games; none on both sides."
)
def lines_add_up(
    training: dg.ResourceParam[ObjectStore], registry: dg.ResourceParam[Registry]
) -> dg.AssetCheckResult:
    found = latest_manifest(registry)
    if found is None:
        return dg.AssetCheckResult(passed=False, description="there is no training set")
    entry, manifest = found
    train, validation = (
        training.read(name_at(training, entry[name])).splitlines() for name in ("train_uri", "validation_uri")
    )
    expected = (manifest.train_count, manifest.validation_count)
    shared = len(set(train) & set(validation))
    return dg.AssetCheckResult(
        passed=(len(train), len(validation)) == expected and not shared,
        description=f"{len(train)} + {len(validation)} lines, {expected[0]} + {expected[1]} expected, "
        f"{shared} on both sides",
    )


@dg.asset_check(
    asset=tuned_model,
    description="The newest video model's base is served for a good while yet: it dies with it.",
)
def base_lives_on(registry: dg.ResourceParam[Registry]) -> dg.AssetCheckResult:
    model = registry.latest("models")
    warning = retirement_warning(base_model(model["base"]), datetime.now(UTC).date()) if model else None
    return dg.AssetCheckResult(
        passed=warning is None,
        severity=dg.AssetCheckSeverity.WARN,
        description=warning or (f"{model['base']} lives on" if model else "there is no video model"),
    )


@dg.asset_check(
    asset=evaluation,
    description="The newest video model gets more plays right than the commonest label would.",
)
def better_than_guessing(registry: dg.ResourceParam[Registry]) -> dg.AssetCheckResult:
    scored = registry.latest("evaluations")
    accuracy = (scored["play_accuracy"]["value"] if scored else None) or 0.0
    majority = (scored["majority"] if scored else None) or 0.0
    return dg.AssetCheckResult(
        passed=accuracy > majority,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{accuracy:.1%} of the plays right, {majority:.1%} by guessing the commonest label",
    )


@dg.asset_check(asset=endpoint, description="The model that the routes name answers now.")
def served_model_answers(
    registry: dg.ResourceParam[Registry], model_endpoint: dg.ResourceParam[Endpoint]
) -> dg.AssetCheckResult:
    serving = champion(registry)
    alive = serving is not None and model_endpoint.is_alive(served(serving))
    name = serving["name"] if serving else "nobody"
    return dg.AssetCheckResult(
        passed=alive, description=f"{name} {'answers' if alive else 'does not answer'}"
    )


checks = [lines_add_up, base_lives_on, better_than_guessing, served_model_answers]
