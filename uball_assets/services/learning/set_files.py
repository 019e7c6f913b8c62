"""The files of a training set, made as a stream: memory holds a few games, whatever the league's size.

They are made beside the store first: under which name they belong is known when the last game was read, for
one that is damaged is not in the set.

Belongs here: making and writing them. Not here: reading a game (`games_examples`), the set's entry on the
record (`assets.training_set`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from uball_assets.adapters.machine.file_errors import translated
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.answers.evaluation_set import Drawing, EvaluationSet, empties_set_aside, set_aside
from uball_assets.domain.footage import object_names
from uball_assets.domain.learning.manifest import GameExamples, Manifest
from uball_assets.services.learning.clips_apart import clips_apart
from uball_assets.services.learning.games_examples import read_in_order


@dataclass(frozen=True)
class DraftedSet:
    """What the games' examples come to; nobody has seen it yet."""

    train: Path
    validation: Path
    evaluation_set: EvaluationSet
    damaged: Mapping[str, str]
    """By game, what of its examples is damaged: the files are without it."""
    shared_clips: tuple[str, str] | None
    """A clip that is learned from, and one that measures and shows the same."""


@dataclass(frozen=True)
class SetNames:
    train: str
    validation: str
    evaluation_set: str


@contextmanager
def drafted(
    training: ObjectStore, games: Sequence[GameExamples], evaluation_plays: int
) -> Iterator[DraftedSet]:
    """`evaluation_plays`: how many plays models are scored on at most. The files last as long as the block.

    Raises Transient where this machine has no space for them.
    """
    damaged: dict[str, str] = {}
    drawing = Drawing(evaluation_plays)
    with tempfile.TemporaryDirectory(prefix="uball-") as name, clips_apart(Path(name) / "clips.db") as apart:
        train, validation = Path(name) / "train.jsonl", Path(name) / "validation.jsonl"
        with translated(f"write {name}"), train.open("wb") as taught, validation.open("wb") as asked:
            for game, read in read_in_order(training, games):
                if isinstance(read, str):
                    damaged[game.game_id] = read
                    continue
                taught.write(read.texts["train"].encode())
                asked.write(read.texts["validation"].encode())
                apart.add(read.report.lines)
                for play in set_aside(read.report):
                    drawing.add(play)
                for empty in empties_set_aside(read.report):
                    drawing.add_empty(empty)
        yield DraftedSet(train, validation, drawing.drawn(), damaged, apart.first_shared())


def write_set(training: ObjectStore, manifest: Manifest, draft: DraftedSet) -> SetNames:
    """The set's folder, of this manifest; the same bytes for the same games."""
    folder = object_names.training_set(manifest.hash)
    names = SetNames(
        f"{folder}training_data.jsonl", f"{folder}validation_data.jsonl", f"{folder}yardstick.json"
    )
    training.upload(names.train, draft.train)
    training.upload(names.validation, draft.validation)
    documents.save(training, names.evaluation_set, draft.evaluation_set)
    documents.save(training, f"{folder}manifest.json", manifest.to_dict())
    return names
