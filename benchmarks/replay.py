"""`make bench-replay`: what teaching only what is new costs in accuracy, on the demo's league.

Its ten games arrive one after another and each trains a version that goes on from the last, in every way of
`UBALL_TRAIN_ON`; the last version of each way is scored on the demo's evaluation plays. It works on a copy of
the demo's training folder (`make demo` first) and writes nothing into the home.

Belongs here: the trainings and the table. Not here: choosing lines (`domain.learning.lessons`).
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from uball_assets.adapters.models.endpoint import ServedModel
from uball_assets.adapters.models.trainer import TuneSpec
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.lines import write_lines
from uball_assets.assets.record.queries import latest_manifest
from uball_assets.assets.scoring import percent, questions, score
from uball_assets.commands.answers import table
from uball_assets.domain.answers.evaluation_set import EvaluationSet
from uball_assets.domain.answers.examples import PROMPT_HASH
from uball_assets.domain.answers.metrics import Scores
from uball_assets.domain.errors import Permanent
from uball_assets.domain.learning.lessons import Way, choose, pick
from uball_assets.resources import Resources, build_resources
from uball_assets.services.learning.lessons import TrainingSetFiles, read_set, set_texts
from uball_assets.settings import DEMO_HOME, Settings, load_settings

WAYS: tuple[tuple[Way, float], ...] = (
    ("cumulative", 1.0),
    ("new_plus_replay", 2.0),
    ("new_plus_replay", 1.0),
    ("new_plus_replay", 0.5),
    ("new_only", 0.0),
)
"""With the old lines for each new one."""


@dataclass(frozen=True)
class Taught:
    """The last version of one way."""

    lines: int
    """In all trainings together."""
    last_lines: int
    """In the last one: what the next game would cost again."""
    scores: Scores


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=7)
    seed = options.parse_args(arguments).seed
    settings = load_settings(DEMO_HOME)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "training"
        shutil.copytree(settings.home / "training", copy)
        resources = build_resources(settings.model_copy(update={"training_url": str(copy)}))
        found = latest_manifest(resources.registry)
        if found is None:
            raise Permanent(f"there is no training set in {settings.home}: run `make demo` first")
        entry, manifest = found
        files = read_set(resources.training, entry, manifest, settings.base_model)
        texts = list(set_texts(resources.training, entry["train_uri"]))
        plays = documents.load(resources.training, entry["yardstick_name"], EvaluationSet)
        rows = []
        for way, per_new in WAYS:
            taught = _taught(resources, files, texts, plays, settings, way, per_new, seed)
            rows.append(_row(way, per_new, taught))
            click.echo(f"{way} {per_new:g}: {rows[-1]['plays right']}", err=True)
    click.echo(table(rows))


def _row(way: Way, per_new: float, taught: Taught) -> dict[str, str]:
    return {
        "UBALL_TRAIN_ON": way,
        "old for each new": f"{per_new:g}" if way == "new_plus_replay" else "-",
        "lines in all": f"{taught.lines:,} lines",
        "in the last training": f"{taught.last_lines:,} lines",
        "plays right": percent(taught.scores.play_accuracy),
        "3PT or 4PT": percent(taught.scores.three_four),
    }


def _taught(
    resources: Resources,
    files: TrainingSetFiles,
    texts: Sequence[str],
    plays: EvaluationSet,
    settings: Settings,
    way: Way,
    per_new: float,
    seed: int,
) -> Taught:
    games = list(dict.fromkeys(line.game_id for line in files.train_lines))
    parent, counts, name = None, [], ""
    for number, game in enumerate(games, start=1):
        so_far = [n for n, line in enumerate(files.train_lines) if line.game_id in games[:number]]
        lines = [files.train_lines[n] for n in so_far]
        lessons = choose(lines, (), way, {game}, per_new, lambda _: 0)
        name = f"bench-{way}-{per_new:g}-{number}"
        jsonl = f"bench/{name}.jsonl"
        shown = pick([texts[n] for n in so_far], lessons.numbers)
        write_lines(resources.training, jsonl, shown)
        spec = TuneSpec(name, name, jsonl, jsonl, parent, settings.base_model, settings.epochs, seed)
        parent = resources.trainer.submit(spec).model_uri
        counts.append(len(shown))
    model = ServedModel(name, parent or "", parent or "", settings.base_model, PROMPT_HASH)
    said = resources.annotator.annotate(model, questions(plays.plays), name)
    return Taught(sum(counts), counts[-1], score(plays.plays, said))


if __name__ == "__main__":
    main()
