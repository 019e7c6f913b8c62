"""Games' examples, read one after another as they enter a set: a few side by side, and no more held.

Belongs here: reading them, and telling what of them is damaged. Not here: what becomes of a damaged game
(`assets.training_set`), or the set's files (`set_files`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.clipping.reports import GameExamplesReport, examples_hash
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage import object_names
from uball_assets.domain.learning.manifest import GameExamples
from uball_assets.services.learning.moved_lines import lines_here

_AT_ONCE = 16
"""Each waits for its answers; so many games' examples are in memory at a time."""


@dataclass(frozen=True)
class ReadExamples:
    report: GameExamplesReport
    texts: dict[str, str]
    """Both JSONL files by their side of the split, with the addresses of now."""


def read_in_order(
    training: ObjectStore, games: Iterable[GameExamples]
) -> Iterator[tuple[GameExamples, ReadExamples | str]]:
    """Each game with its examples, proved to be those of its manifest, or with what of them is damaged."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        reading: deque[tuple[GameExamples, Future[ReadExamples | str]]] = deque()
        for game in games:
            reading.append((game, pool.submit(_read, training, game)))
            if len(reading) == _AT_ONCE:
                first, read = reading.popleft()
                yield first, read.result()
        for first, read in reading:
            yield first, read.result()


def _read(training: ObjectStore, game: GameExamples) -> ReadExamples | str:
    """The game's examples, or what of them cannot be read or is not what was written."""
    names: dict[str, str] = {"train": game.train_name, "validation": game.validation_name}
    try:
        report = documents.load(training, object_names.examples(game.game_id), GameExamplesReport)
        texts = {split: training.read(name).decode() for split, name in names.items()}
        if examples_hash(texts, report.lines) != game.examples_hash:
            return f"{' or '.join(names.values())} is not what was written"
        here = {split: lines_here(training, game.game_id, text) for split, text in texts.items()}
    except (Permanent, UnicodeDecodeError) as error:
        return str(error)
    return ReadExamples(report, here)
