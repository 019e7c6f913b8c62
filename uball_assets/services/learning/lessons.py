"""The lessons of a training: chosen from the set's files, written beside them, and the ways compared.

Belongs here: reading and writing JSONL. Not here: which lines are chosen (`domain.learning.lessons`), or what
a training costs (`domain.spending`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Any

from uball_assets.adapters.models.trainer import TuneSpec
from uball_assets.adapters.models.tuning_lines import read_tuning_lines
from uball_assets.adapters.stores.lines import read_lines, write_lines
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.places import name_at
from uball_assets.domain.answers.examples import NO_PLAY, play_named, read_example
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage import object_names
from uball_assets.domain.learning.lessons import WAYS, Lessons, Line, Way, choose, pick
from uball_assets.domain.learning.manifest import Manifest
from uball_assets.domain.spending.base_models import base_model
from uball_assets.domain.spending.cost import Price, find_price, usd
from uball_assets.domain.spending.preflight import line_tokens, most_validation_lines


@dataclass(frozen=True)
class TrainingSetFiles:
    """What of both files of one set is needed to choose the lessons of each way: no line's text."""

    train_lines: tuple[Line, ...]
    validation_lines: tuple[Line, ...]
    is_local: bool

    def lessons(self, way: Way, new_games: Collection[str], replay_per_new: float) -> Lessons:
        most = (lambda _: len(self.validation_lines)) if self.is_local else most_validation_lines
        return choose(self.train_lines, self.validation_lines, way, new_games, replay_per_new, most)


def read_set(
    training: ObjectStore, entry: Mapping[str, Any], manifest: Manifest, base: str
) -> TrainingSetFiles:
    """Raises Permanent for a file that has other lines than the manifest says."""
    train = [(game.game_id, game.train_count) for game in manifest.games]
    validation = [(game.game_id, game.validation_count) for game in manifest.games]
    return TrainingSetFiles(
        _lines(training, entry["train_uri"], train),
        _lines(training, entry["validation_uri"], validation),
        base_model(base).is_local,
    )


def lesson_names(entry: Mapping[str, Any], lessons: Lessons) -> tuple[str, str]:
    """Where a trainer finds them: the set's own files, or a folder of the lessons beside them."""
    if lessons.is_whole:
        return entry["train_uri"], entry["validation_uri"]
    folder = object_names.lessons(entry["hash"], lessons.hash)
    return f"{folder}training_data.jsonl", f"{folder}validation_data.jsonl"


def write_lessons(training: ObjectStore, entry: Mapping[str, Any], spec: TuneSpec, lessons: Lessons) -> None:
    """Nothing for the whole set; the same bytes for the same lessons."""
    if lessons.is_whole:
        return
    for name, uri, numbers in (
        (spec.train_uri, entry["train_uri"], frozenset(lessons.numbers)),
        (spec.validation_uri, entry["validation_uri"], frozenset(lessons.validation_numbers)),
    ):
        texts = enumerate(set_texts(training, uri), start=1)
        write_lines(training, name, (text for number, text in texts if number in numbers))


@dataclass(frozen=True)
class WayCost:
    """One way of teaching the next training, beside the others."""

    way: Way
    lines: int
    tokens: int
    usd: float | None
    """None: nobody knows the price."""
    unseen_lines: int
    """Old lines that are not shown again."""
    unseen_labels: tuple[str, ...]


def compare_ways(
    training: ObjectStore,
    entry: Mapping[str, Any],
    files: TrainingSetFiles,
    spec: TuneSpec,
    new_games: Collection[str],
    replay_per_new: float,
    prices: Sequence[Price],
) -> list[WayCost]:
    """The clips of the whole set are looked at once."""
    base, price = base_model(spec.base), find_price(spec.base, "training", prices)
    [lines] = read_tuning_lines(training, entry["train_uri"])
    tokens = [line_tokens(line, base) if line.is_usable else 0 for line in lines]
    costs = []
    for way in WAYS:
        lessons = files.lessons(way, new_games, replay_per_new)
        billed = sum(pick(tokens, lessons.numbers)) * spec.epochs
        costs.append(
            WayCost(
                way,
                len(lessons.numbers),
                billed,
                usd(billed, price) if price else None,
                lessons.unseen_count,
                lessons.unseen_labels,
            )
        )
    return costs


def set_texts(training: ObjectStore, uri: str) -> Iterator[str]:
    """The lines of one of a set's files, one after another."""
    return (text for text in read_lines(training, name_at(training, uri)) if text.strip())


def _lines(training: ObjectStore, uri: str, counts: Sequence[tuple[str, int]]) -> tuple[Line, ...]:
    games = (game for game, count in counts for _ in range(count))
    texts = enumerate(set_texts(training, uri))
    lines = tuple(_line(f"line {number}", next(games, ""), text) for number, text in texts)
    told = sum(count for _, count in counts)
    if len(lines) != told:
        raise Permanent(
            f"{uri} has {len(lines):,} lines and its manifest {told:,}: materialise training_set again"
        )
    return lines


def _line(where: str, game_id: str, text: str) -> Line:
    """A line that is no example is a play of its own: the preflight names it. What shows no play has a label
    of its own, so that such lines are shown again like others."""
    try:
        example = read_example(text)
        plays = json.loads(example.answer)
        label = str(plays[0]["classification"]) if plays != [] else NO_PLAY
    except (Permanent, ValueError, LookupError, TypeError):
        return Line(game_id, f"{game_id} {where}", "")
    return Line(game_id, intern(play_named(example.clip_uri)), intern(label))
