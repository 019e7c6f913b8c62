"""Objects of many lines, read and written as a stream: memory holds a block, whatever the object's size.

Belongs here: lines of text. Not here: what one says (`domain.answers.examples`), whole documents
(`documents`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from uball_assets.adapters.machine.file_errors import translated
from uball_assets.adapters.stores.object_store import ObjectStore

BLOCK_BYTES = 8 * 1024 * 1024


def read_lines(store: ObjectStore, name: str) -> Iterator[str]:
    """Each line without its end, as splitting the whole would give them; what is no text is replaced.

    Of an object that is never written anew: it is read block by block.
    """
    begun, offset = b"", 0
    while True:
        block = store.read_range(name, offset, BLOCK_BYTES)
        *ended, begun = (begun + block).split(b"\n")
        yield from (line.decode(errors="replace") for line in ended)
        offset += len(block)
        if len(block) < BLOCK_BYTES:
            yield begun.decode(errors="replace")
            return


def write_lines(store: ObjectStore, name: str, lines: Iterable[str]) -> None:
    """The whole object, atomically, each line with its end; Transient where this machine has no space."""
    with tempfile.TemporaryDirectory(prefix="uball-") as folder:
        path = Path(folder) / "lines"
        with translated(f"write {path}"), path.open("wb") as file:
            file.writelines(f"{line}\n".encode() for line in lines)
        store.upload(name, path)
