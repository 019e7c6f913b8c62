from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets.adapters.stores import local_copy
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.local_copy import local_file
from uball_assets.domain.errors import Permanent


class Remote(FolderStore):
    """A store whose objects are not files of this machine."""

    def local_path(self, name: str) -> Path:
        del name
        return None  # type: ignore[return-value]


def test_an_object_of_a_folder_is_the_file_itself(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.write("Games/g1/FAR_LEFT.mp4", b"video")
    with local_file(store, "Games/g1/FAR_LEFT.mp4") as path:
        assert path == tmp_path / "Games/g1/FAR_LEFT.mp4"
    assert path.exists()


@pytest.mark.parametrize("size", [0, 1, 10, 11, 25], ids="{} bytes".format)
def test_an_object_elsewhere_is_copied_in_blocks_and_the_copy_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(local_copy, "_BLOCK_BYTES", 10)
    store, data = Remote(tmp_path), bytes(range(size))
    store.write("Games/g1/FAR_LEFT.mp4", data)
    with local_file(store, "Games/g1/FAR_LEFT.mp4") as path:
        assert path.name == "FAR_LEFT.mp4"
        assert path.read_bytes() == data
    assert not path.parent.exists()


@pytest.mark.parametrize("kind", [FolderStore, Remote])
def test_an_object_that_is_not_there_is_named(tmp_path: Path, kind: type[FolderStore]) -> None:
    with pytest.raises(Permanent, match="FAR_LEFT"), local_file(kind(tmp_path), "Games/g1/FAR_LEFT.mp4"):
        pass
