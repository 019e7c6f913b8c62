"""Reading back what the assets wrote: a game's plays and clips, the record's state of games and models.

Belongs here: the questions several assets, checks and sensors ask. Not here: writing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from uball_assets.adapters.plays.plays_db import Row
from uball_assets.adapters.record.following import followed
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.routes import current_routing as current_routing
from uball_assets.adapters.record.routes import routings as routings
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.places import address_at
from uball_assets.domain.clipping.reports import CameraClips
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.learning.manifest import Manifest, eligible
from uball_assets.domain.learning.pickup import target_hash
from uball_assets.domain.plays.plays import Play, check_rows
from uball_assets.domain.serving.asking_again import Again, is_asked_again, proven_steps
from uball_assets.domain.serving.model_life import Decision, Life, RouteRow, lives
from uball_assets.domain.serving.promotion import Step
from uball_assets.domain.serving.routing import model_for
from uball_assets.services.serving import champion as champion
from uball_assets.services.serving import model_named as model_named
from uball_assets.services.serving import served as served

_NEW: Entry = {"teams_hash": None}
"""In place of the state of a game that has none."""


def game_plays(training: ObjectStore, game_id: str) -> list[Play]:
    """The game's sound plays, as the `plays` asset left them."""
    rows = documents.load(training, object_names.plays(game_id), list[dict[str, Any]])
    return check_rows(rows, {})[0]


def game_clips(training: ObjectStore, game_id: str) -> list[CameraClips]:
    """What each camera made of the game; cameras that were not materialised are absent."""
    found = (
        documents.find(training, object_names.camera_clips(game_id, angle), CameraClips) for angle in Angle
    )
    return [report for report in found if report]


def game_states(registry: Registry) -> dict[str, Entry]:
    """The newest entry of each game."""
    return registry.newest_by_subject("games")


def game_targets(
    registry: Registry,
    source_hashes: Mapping[str, str],
    teams_hashes: Mapping[str, str],
    states: Mapping[str, Entry] | None = None,
    annotators: Mapping[str, str | None] | None = None,
    row_counts: Mapping[str, int] = MappingProxyType({}),
) -> dict[str, str]:
    """What each game should be processed to, from what is outside now (`domain.learning.pickup`).

    `states`: of `game_states`, where they have been read already. `annotators`: who is to annotate each game,
    where that is not the model that serves it now. `row_counts`: the plays of games that were never
    processed; with rows a game has the same target before its first run and after.
    A game that was processed before teams were watched has them watched from its next processing on: else
    all games of a league would have changed.
    """
    from uball_assets.adapters.record.sync_decisions import decided_hashes  # numpy's start: a quarter second

    states = game_states(registry) if states is None else states
    routing, decided = current_routing(registry), decided_hashes(registry)
    return {
        game_id: target_hash(
            source,
            states[game_id]["rows"] if game_id in states else row_counts.get(game_id, 0),
            annotators[game_id] if annotators else model_for(routing, game_id) if routing else None,
            decided.get(game_id, ""),
            teams_hashes.get(game_id, "") if "teams_hash" in states.get(game_id, _NEW) else "",
        )
        for game_id, source in source_hashes.items()
    }


def annotators(
    registry: Registry, game_ids: Iterable[str], annotated: Mapping[str, Entry], again: Again
) -> dict[str, str | None]:
    """Who is to annotate each game, if nobody did: the model that serves it now, or the one that did last,
    where the other is not proved to be better (`again`). `annotated`: the newest entry of each game."""
    routing, steps = current_routing(registry), proven_steps(followed(registry, "promotions"))

    def of_game(game_id: str) -> str | None:
        if routing is None:
            return None
        last, now = annotated.get(game_id, _NEW).get("model"), model_for(routing, game_id)
        return now if is_asked_again(last, now, steps, again) else last

    return {game_id: of_game(game_id) for game_id in game_ids}


def asked_by_a_newer_model(
    processed: Mapping[str, Entry], states: Mapping[str, Entry], annotators: Mapping[str, str | None]
) -> dict[str, str]:
    """The processed games that nobody annotated and that another model is to annotate now, and which."""
    return {
        game_id: f"{annotators[game_id]} serves now, and {entry['model'] or 'no model'} annotated it"
        for game_id, entry in processed.items()
        if game_id in annotators and not states[game_id]["rows"] and entry["model"] != annotators[game_id]
    }


def processed_games(states: Mapping[str, Entry], annotated: Mapping[str, Entry]) -> dict[str, Entry]:
    """The newest annotation of each game (`annotated`) whose newest state is of the same sources: with both,
    it is processed."""
    return {
        game_id: entry
        for game_id, entry in annotated.items()
        if game_id in states and states[game_id]["source_hash"] == entry["source_hash"]
    }


def processed_targets(registry: Registry) -> dict[str, str]:
    """What each game was processed to last."""
    processed = processed_games(game_states(registry), registry.newest_by_subject("annotations"))
    return {game_id: entry["target"] for game_id, entry in processed.items()}


def eligible_games(
    registry: Registry, partitions: Collection[str], states: Mapping[str, Entry] | None = None
) -> Manifest:
    """Every sound game whose partition still exists, as the newest record entries say.

    `partitions`: the games that have one. `states`: of `game_states`, where they have been read already.
    """
    states = game_states(registry) if states is None else states
    return eligible(entry for game_id, entry in states.items() if game_id in partitions)


def latest_manifest(registry: Registry) -> tuple[Entry, Manifest] | None:
    entry = registry.latest("manifests")
    return (entry, Manifest.from_dict(entry["manifest"])) if entry else None


def learned_manifest(registry: Registry) -> Manifest | None:
    """The manifest that the newest model was trained on."""
    model = registry.latest("models")
    return manifest_of(registry, model) if model else None


def manifest_of(registry: Registry, model: Mapping[str, Any]) -> Manifest | None:
    """The manifest that the model was trained on."""
    manifest = registry.find("manifests", model["manifest_key"])
    return Manifest.from_dict(manifest["manifest"]) if manifest else None


def newest_scores(registry: Registry) -> dict[str, Entry]:
    """Each model's entry on the newest evaluation set."""
    newest = registry.latest("evaluations")
    scored = registry.about("evaluations", newest["yardstick_hash"]) if newest else []
    return {entry["model"]: entry for entry in scored}


def model_versions(registry: Registry, training: ObjectStore) -> list[Row]:
    """Every model as the league's app reads it (plays database, `model_versions`), oldest first.

    One that was not scored on the newest evaluation set has no score here: the table keeps its last.
    """
    scores, serving = newest_scores(registry), registry.latest("routes")
    routes = serving["routes"] if serving else []
    weights = {route["model"]: float(route["weight_percent"]) for route in routes}
    models = registry.entries("models")
    lived = _lives(registry, [model["name"] for model in models])
    return [
        {
            "name": model["name"],
            "label": model["label"],
            "version": model["version"],
            "game_count": model["game_count"],
            "parent": model["parent"],
            "base": model["base"],
            "base_retires_on": model["base_retires_on"],
            "trained_at": model["recorded_at"],
            "train_count": model["train_count"],
            **_shown_scores(scores.get(model["name"])),
            "serves": model["name"] in weights,
            "weight_percent": weights.get(model["name"], 0.0),
            "endpoint": _address(training, served(model).endpoint_uri),
            "cost_usd": model["cost_usd"],
            **asdict(lived[model["name"]]),
        }
        for model in models
    ]


def _lives(registry: Registry, names: list[str]) -> dict[str, Life]:
    decisions = [
        Decision(entry["challenger"], step_of(entry) is Step.REFUSE, entry["reason"])
        for entry in registry.entries("promotions")
    ]
    rows = [
        RouteRow(
            entry["recorded_at"],
            {route["model"]: float(route["weight_percent"]) for route in entry["routes"]},
            entry.get("reason", ""),
            entry.get("shadow"),
        )
        for entry in registry.entries("routes")
    ]
    return lives(names, decisions, rows)


def _address(training: ObjectStore, endpoint_uri: str) -> str:
    return endpoint_uri if endpoint_uri.startswith("projects/") else address_at(training, endpoint_uri)


def _shown_scores(scored: Entry | None) -> Row:
    if scored is None:
        return {}
    return {
        "play_accuracy": scored["play_accuracy"]["value"],
        "three_four_accuracy": scored["three_four"]["value"],
    }


def step_of(decision: Entry) -> Step:
    """What an entry of `promotions` decided; those of the older rule say only whether it promoted."""
    if "step" in decision:
        return Step(decision["step"])
    return Step.PROMOTE if decision["promote"] else Step.REFUSE
