"""`training_set`: the cumulative set of every sound game's examples, one immutable folder a manifest.

Belongs here: assembling. Not here: when to train (`domain.learning.retrain`) or training (`model`).
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.log_reader import side_by_side
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.places import address_at
from uball_assets.assets.common import MODEL, described, games_in_runs, mark, refuse_unlearnable, settle
from uball_assets.assets.examples import training_examples
from uball_assets.assets.record.appends import append_damage
from uball_assets.assets.record.queries import eligible_games, learned_manifest
from uball_assets.assets.run_words import PARTITIONS
from uball_assets.domain.answers.evaluation_set import EvaluationPlay, draw
from uball_assets.domain.clipping.reports import ExampleLine, GameExamplesReport, examples_hash, shared_clips
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.games import game_titles, short_id
from uball_assets.domain.learning.manifest import GameExamples, Manifest, changes
from uball_assets.services.moved_lines import lines_here
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
    settle(context, training_examples.key, settings.retrain_settle_limit_s)
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
    games, damaged = _read(training, registry, manifest, busy)
    if damaged:
        append_damage(registry, damaged)
        whole = Manifest(tuple(game for game in manifest.games if game.game_id not in damaged))
        if not whole.games:
            raise Permanent(
                f"no game is left to learn from: the examples of {', '.join(damaged)} are damaged"
            )
        return assemble(training, registry, whole, evaluation_plays, busy)
    folder = object_names.training_set(manifest.hash)
    _prove_apart([line for game in games for line in game.report.lines])
    for split, name in (("train", "training_data"), ("validation", "validation_data")):
        data = "".join(game.texts[split] for game in games).encode()
        training.write(f"{folder}{name}.jsonl", data)
    evaluation_set = draw(_set_aside([game.report for game in games]), evaluation_plays)
    documents.save(training, f"{folder}yardstick.json", evaluation_set)
    documents.save(training, f"{folder}manifest.json", manifest.to_dict())
    state = {
        "hash": manifest.hash,
        "game_ids": list(manifest.game_ids),
        "manifest": manifest.to_dict(),
        "train_uri": f"{folder}training_data.jsonl",
        "validation_uri": f"{folder}validation_data.jsonl",
        "yardstick_name": f"{folder}yardstick.json",
        "yardstick_hash": evaluation_set.hash,
    }
    return registry.append_change("manifests", state)


@dataclass(frozen=True)
class _GameInTheSet:
    report: GameExamplesReport
    texts: dict[str, str]
    """Both JSONL files by their side of the split."""


def _read(
    training: ObjectStore, registry: Registry, manifest: Manifest, busy: Container[str]
) -> tuple[list[_GameInTheSet], dict[str, str]]:
    """Every game's examples, proved to be those of the manifest; and of each game of which they are not, what
    is damaged. Transient where they may be others because the game's run is writing new ones."""
    found = side_by_side(lambda game: _examples(training, game), manifest.games)
    damaged = {
        game.game_id: one for game, one in zip(manifest.games, found, strict=True) if isinstance(one, str)
    }
    for game in manifest.games:
        if game.game_id in damaged and (game.game_id in busy or _has_other_examples(registry, game)):
            raise Transient(
                f"the examples of game {game.game_id} are being written anew: try again when its run is over"
            )
    return [one for one in found if isinstance(one, _GameInTheSet)], damaged


def _has_other_examples(registry: Registry, game: GameExamples) -> bool:
    state = registry.newest("games", game.game_id)
    return state is not None and state["examples_hash"] != game.examples_hash


def _examples(training: ObjectStore, game: GameExamples) -> _GameInTheSet | str:
    """The game's examples, or what of them cannot be read or is not what was written."""
    names = {"train": game.train_name, "validation": game.validation_name}
    try:
        report = documents.load(training, object_names.examples(game.game_id), GameExamplesReport)
        texts = {split: training.read(name).decode() for split, name in names.items()}
        if examples_hash(texts, report.lines) != game.examples_hash:
            return f"{' or '.join(names.values())} is not what was written"
        here = {split: lines_here(training, game.game_id, text) for split, text in texts.items()}
    except (Permanent, UnicodeDecodeError) as error:
        return str(error)
    return _GameInTheSet(report, here)


def _prove_apart(lines: Sequence[ExampleLine]) -> None:
    """Permanent where a clip that measures shows what is learned from."""
    for taught, asked in shared_clips(lines):
        raise Permanent(
            f"{asked.name} shows what {taught.name} does, and one is learned from while the other measures: "
            "if their games are one video, take one game out; else materialise the game again, from plays on"
        )


def _set_aside(reports: list[GameExamplesReport]) -> list[EvaluationPlay]:
    """The validation plays of every game: no model ever trains on them."""
    plays = []
    for report in reports:
        lines: dict[str, list[ExampleLine]] = {}
        for line in report.lines:
            if line.split == "validation":
                lines.setdefault(line.clip.play_id, []).append(line)
        plays += [
            EvaluationPlay(play, tuple(line.clip for line in lines[play.play_id]), report.teams)
            for play in report.plays
            if play.play_id in lines
        ]
    return plays


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
