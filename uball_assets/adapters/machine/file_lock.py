"""A lock between the processes of one machine: held as long as a file is open, freed by the system when its
holder ends, however it ends.

Belongs here: one lock on one file. Not here: who needs one.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from uball_assets.domain.errors import Transient


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Waits until nobody else holds it. The file stays: deleting it would let two in."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def only_one(path: Path, who: str) -> Iterator[None]:
    """As `take`, for as long as the context lasts."""
    descriptor = take(path, who)
    try:
        yield
    finally:
        os.close(descriptor)


def take(path: Path, who: str) -> int:
    """Holds the lock until the returned descriptor is closed. `who` is what others are told meanwhile.

    Raises Transient with the words of the holder, if somebody else has it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 1000).decode(errors="replace")
        os.close(descriptor)
        raise Transient(holder or f"another process holds {path}") from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, who.encode())
    return descriptor
