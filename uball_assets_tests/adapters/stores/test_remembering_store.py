"""What one run asks of a store once, and what it asks each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets.adapters.stores import remembering_store
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectInfo
from uball_assets.adapters.stores.remembering_store import RememberingStore
from uball_assets.domain.errors import Permanent

DOCUMENT = "games/g1/plays.json"


class Counting(FolderStore):
    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked: list[str] = []

    def read(self, name: str) -> bytes:
        self.asked.append(name)
        return super().read(name)

    def list(self, prefix: str, after: str = "") -> list[ObjectInfo]:
        self.asked.append(prefix)
        return super().list(prefix, after)


@pytest.fixture
def behind(tmp_path: Path) -> Counting:
    return Counting(tmp_path)


@pytest.fixture
def store(behind: Counting) -> RememberingStore:
    return RememberingStore(behind)


def test_a_document_is_read_once_by_all_steps_and_anew_by_the_next_run(
    behind: Counting, store: RememberingStore
) -> None:
    behind.write(DOCUMENT, b"1")
    assert [store.read(DOCUMENT) for _ in range(3)] == [b"1"] * 3
    assert behind.asked == [DOCUMENT]
    behind.write(DOCUMENT, b"2")
    assert RememberingStore(behind).read(DOCUMENT) == b"2"


def test_what_the_run_writes_is_what_it_reads(behind: Counting, store: RememberingStore) -> None:
    store.create(DOCUMENT, b"1")
    assert store.read(DOCUMENT) == b"1"
    with pytest.raises(AlreadyExists):
        store.create(DOCUMENT, b"2")
    store.write(DOCUMENT, b"3")
    assert store.read(DOCUMENT) == behind.read(DOCUMENT) == b"3"
    store.delete(DOCUMENT)
    with pytest.raises(Permanent):
        store.read(DOCUMENT)


@pytest.mark.parametrize("name", ["games/g1/clips/p.mp4", "record/games/000001.json", "models/m/model.json"])
def test_nothing_but_a_games_documents_is_remembered(
    behind: Counting, store: RememberingStore, name: str
) -> None:
    store.write(name, b"1")
    behind.write(name, b"2")
    assert store.read(name) == b"2"


def test_documents_beyond_the_memory_s_size_are_read_each_time(
    behind: Counting, store: RememberingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembering_store, "MOST_BYTES", 3)
    for name in (DOCUMENT, "games/g2/plays.json"):
        store.write(name, b"12")
        assert store.read(name) == b"12"
    assert behind.asked == ["games/g2/plays.json"]


def test_a_game_s_videos_are_listed_once_and_each_of_them_is_found_in_it(
    behind: Counting, store: RememberingStore
) -> None:
    for camera in ("FAR_LEFT", "NEAR_LEFT"):
        behind.write(f"Games/g1/{camera}.mp4", b"x")
    behind.write("Games/g10/FAR_LEFT.mp4", b"x")
    assert len(store.list("Games/g1/")) == 2
    assert [info.name for info in store.list("Games/g1/NEAR")] == ["Games/g1/NEAR_LEFT.mp4"]
    assert len(store.list("Games/g1")) == 3
    assert behind.asked == ["Games/g1/", "Games/g1"]
    store.delete("Games/g1/FAR_LEFT.mp4")
    assert len(store.list("Games/g1/")) == 1
