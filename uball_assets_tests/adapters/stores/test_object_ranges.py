from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_ranges import ObjectRanges
from uball_assets.domain.errors import Permanent
from uball_assets.media.bytes.ranges import Ranged

NAME, CONTENT = "Games/g1/FAR_LEFT.mp4", bytes(range(100))


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    store = FolderStore(tmp_path)
    store.write(NAME, CONTENT)
    return store


def _ranges(store: FolderStore) -> Ranged:
    return ObjectRanges(store, store.list(NAME)[0])


def test_an_object_is_known_by_its_name_size_and_place(store: FolderStore, tmp_path: Path) -> None:
    video = _ranges(store)
    assert (video.name, video.size_bytes, video.local_path) == (NAME, 100, tmp_path / NAME)


@pytest.mark.parametrize(
    ("offset", "length", "read"),
    [(0, 10, CONTENT[:10]), (90, 10, CONTENT[90:]), (90, 50, CONTENT[90:]), (100, 5, b""), (0, 0, b"")],
    ids=["head", "tail", "past the end", "at the end", "nothing"],
)
def test_a_range_is_what_stands_there_and_less_only_at_the_end(
    offset: int, length: int, read: bytes, store: FolderStore
) -> None:
    assert _ranges(store).read_range(offset, length) == read


def test_an_object_that_is_gone_is_named(store: FolderStore) -> None:
    video = _ranges(store)
    store.delete(NAME)
    with pytest.raises(Permanent, match="FAR_LEFT"):
        video.read_range(0, 10)
