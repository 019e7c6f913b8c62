"""An object as a file on this machine: the file itself where the store is a folder, else a temporary copy.

Belongs here: getting bytes to tools that need a path. Not here: what the tools do with it (`media`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from uball_assets.adapters.stores.object_store import ObjectStore

_BLOCK_BYTES = 16 * 1024 * 1024


@contextmanager
def local_file(store: ObjectStore, name: str) -> Iterator[Path]:
    """The object's path while the block runs; memory stays bounded whatever the object's size."""
    path = store.local_path(name)
    if path is not None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="uball-") as folder:
        copy = Path(folder) / Path(name).name
        with copy.open("wb") as file:
            offset = 0
            while block := store.read_range(name, offset, _BLOCK_BYTES):
                file.write(block)
                offset += len(block)
        yield copy
