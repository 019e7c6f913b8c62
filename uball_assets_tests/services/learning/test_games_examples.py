from __future__ import annotations

from pathlib import Path

from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.clipping.reports import GameExamplesReport, examples_hash
from uball_assets.domain.footage import object_names
from uball_assets.domain.learning.manifest import GameExamples
from uball_assets.services.learning.games_examples import ReadExamples, read_in_order

GAMES, AT_A_TIME = 25, 16


class Counting(FolderStore):
    documents_read = 0

    def read(self, name: str) -> bytes:
        self.documents_read += name.endswith("examples.json")
        return super().read(name)


def written(store: FolderStore, game_id: str) -> GameExamples:
    texts = {"train": "", "validation": ""}
    hashed = examples_hash(texts, ())
    names = object_names.training_data(game_id), object_names.validation_data(game_id)
    for name in names:
        store.write(name, b"")
    documents.save(store, object_names.examples(game_id), GameExamplesReport(game_id, hashed, (), ()))
    return GameExamples(game_id, hashed, 0, 0, *names)


def test_games_come_in_their_order_with_a_few_read_ahead_and_a_damaged_one_in_its_place(
    tmp_path: Path,
) -> None:
    store = Counting(tmp_path)
    games = [written(store, f"g{number:02}") for number in range(GAMES)]
    store.write(games[3].train_name, b"of another run\n")
    seen = []
    for number, (game, read) in enumerate(read_in_order(store, games)):
        assert store.documents_read <= number + AT_A_TIME
        seen.append(game)
        if number == 3:
            assert read == f"{game.train_name} or {game.validation_name} is not what was written"
        else:
            assert isinstance(read, ReadExamples)
            assert read.report.game_id == game.game_id
    assert seen == games
