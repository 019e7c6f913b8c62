from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets.adapters.stores import lines
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.lines import read_lines, write_lines
from uball_assets.domain.errors import Permanent


@pytest.mark.parametrize("block_bytes", [1, 3, 4, 1000])
@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"a", b"a\n", b"a\n\nbc\r\nd", "ä\nö€\n🏀".encode(), b"\xff\xc3\n\xa4b\n\xe2\x82\nc"],
    ids=["nothing", "an end", "no end", "one", "several", "not ascii", "no text"],
)
def test_lines_are_those_of_the_whole_wherever_a_block_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, block_bytes: int
) -> None:
    monkeypatch.setattr(lines, "BLOCK_BYTES", block_bytes)
    store = FolderStore(tmp_path)
    store.write("set.jsonl", data)
    assert list(read_lines(store, "set.jsonl")) == data.decode(errors="replace").split("\n")


def test_what_is_written_line_by_line_is_one_object(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    write_lines(store, "set.jsonl", (text for text in ("ä", "", "b")))
    assert store.read("set.jsonl") == "ä\n\nb\n".encode()


def test_an_object_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match=r"set\.jsonl"):
        list(read_lines(FolderStore(tmp_path), "set.jsonl"))
