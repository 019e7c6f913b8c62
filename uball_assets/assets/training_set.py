"""`training_set`: the cumulative set of every sound game's examples, one immutable folder a manifest.

Belongs here: the set's entry on the record, and what a damaged game costs. Not here: making its files
(`services.learning.set_files`), when to train (`domain.learning.retrain`) or training (`model`).
"""

from collections.abc import Container, Mapping, Sequence
from typing import Any

import dagster as dg

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.places import address_at
from uball_assets.assets.common import MODEL, described, games_in_runs, mark, refuse_unlearnable, settle
from uball_assets.assets.examples import training_examples
from uball_assets.assets.record.appends import append_damage
from uball_assets.assets.record.queries import eligible_games, learned_manifest
from uball_assets.assets.run_words import PARTITIONS
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.footage.games import game_titles, short_id
from uball_assets.domain.learning.manifest import GameExamples, Manifest, changes
from uball_assets.services.learning.set_files import DraftedSet, SetNames, drafted, write_set
from uball_assets.settings import Settings

GAME_SCHEMA = described(
    {
        "game": ("string", "date and teams"),
        "id": ("string", "enough of the game's id, its partition, to find it by"),
        "lines": ("string", "those that are trained on, and those that models are scored on"),
    }
)


@dg.asset(
    **MODEL,
    deps=[training_examples],
    kinds={"json"},
    description="The cumulative training and validation JSONL of all games that are sound. A game's "
    "partition is materialised when its plays are in the set.",
)
def training_set(
    context: dg.AssetExecutionContext,
    training: dg.ResourceParam[ObjectStore],
    registry: dg.ResourceParam[Registry],
    plays_db: dg.ResourceParam[PlaysDb],
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[None]:
    settle(context, "training_examples", settings.retrain_settle_limit_s)
    manifest = eligible_games(registry, set(context.instance.get_dynamic_partitions(PARTITIONS)))
    refuse_unlearnable(context, manifest.game_ids)
    learned, busy = learned_manifest(registry), games_in_runs(context)
    entry = assemble(training, registry, manifest, settings.evaluation_plays, busy)
    whole = Manifest.from_dict(entry["manifest"])
    refuse_unlearnable(context, whole.game_ids)
    titles = game_titles(plays_db.games())
    left_out = sorted(set(manifest.game_ids) - set(whole.game_ids))
    return mark(context, whole.game_ids, _metadata(training, entry, whole, learned, titles, left_out))


def assemble(
    training: ObjectStore,
    registry: Registry,
    manifest: Manifest,
    evaluation_plays: int,
    busy: Container[str] = (),
) -> Entry:
    """Writes the set's folder, then its entry on the record; the newest entry is returned if it is this
    set. `evaluation_plays`: how many plays models are scored on at most. `busy`: games that a run is at.

    A game whose examples are damaged costs itself alone: that goes on its record, and the set is without it.
    """
    newest = registry.latest("manifests")
    if newest and newest["hash"] == manifest.hash:
        return newest
    with drafted(training, manifest.games, evaluation_plays) as draft:
        if not draft.damaged:
            _refuse_shared(draft)
            names = write_set(training, manifest, draft)
            return registry.append_change("manifests", _state(manifest, names, draft.evaluation_set.hash))
    _refuse_those_written_anew(registry, manifest, draft.damaged, busy)
    append_damage(registry, draft.damaged)
    whole = Manifest(tuple(game for game in manifest.games if game.game_id not in draft.damaged))
    if not whole.games:
        raise Permanent(
            f"no game is left to learn from: the examples of {', '.join(draft.damaged)} are damaged"
        )
    return assemble(training, registry, whole, evaluation_plays, busy)


def _state(manifest: Manifest, names: SetNames, evaluation_set_hash: str) -> dict[str, Any]:
    return {
        "hash": manifest.hash,
        "game_ids": list(manifest.game_ids),
        "manifest": manifest.to_dict(),
        "train_uri": names.train,
        "validation_uri": names.validation,
        "yardstick_name": names.evaluation_set,
        "yardstick_hash": evaluation_set_hash,
    }


def _refuse_shared(draft: DraftedSet) -> None:
    """Permanent where a clip that measures shows what is learned from."""
    if draft.shared_clips:
        taught, asked = draft.shared_clips
        raise Permanent(
            f"{asked} shows what {taught} does, and one is learned from while the other measures: "
            "if their games are one video, take one game out; else materialise the game again, from plays on"
        )


def _refuse_those_written_anew(
    registry: Registry, manifest: Manifest, damaged: Container[str], busy: Container[str]
) -> None:
    """Transient where examples may be others because their game's run is writing new ones."""
    for game in manifest.games:
        if game.game_id in damaged and (game.game_id in busy or _has_other_examples(registry, game)):
            raise Transient(
                f"the examples of game {game.game_id} are being written anew: try again when its run is over"
            )


def _has_other_examples(registry: Registry, game: GameExamples) -> bool:
    state = registry.newest("games", game.game_id)
    return state is not None and state["examples_hash"] != game.examples_hash


def _metadata(
    training: ObjectStore,
    entry: Entry,
    manifest: Manifest,
    learned: Manifest | None,
    titles: Mapping[str, str],
    left_out: Sequence[str],
) -> dict[str, Any]:
    change = changes(manifest, learned)
    records = [
        dg.TableRecord(
            {
                "game": titles.get(game.game_id, game.game_id),
                "id": short_id(game.game_id),
                "lines": f"{game.train_count} + {game.validation_count}",
            }
        )
        for game in manifest.games
    ]
    return {
        "manifest": entry["hash"],
        "games": len(manifest.games),
        "games_added": len(change.added),
        "games_changed": len(change.changed),
        "games_reworded": len(change.reworded),
        "games_removed": len(change.removed),
        "dagster/row_count": manifest.train_count,
        "validation_lines": manifest.validation_count,
        **({"left_out_as_damaged": ", ".join(left_out)} if left_out else {}),
        "games_in_the_set": dg.MetadataValue.table(records, schema=GAME_SCHEMA),
        "training_data": dg.MetadataValue.path(address_at(training, entry["train_uri"])),
    }
