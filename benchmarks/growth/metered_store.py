"""A store that counts its requests and makes each take its time, over the folder that holds the objects.

Counted as a bucket counts: a listing is a request for each page of 1,000, a fingerprint is told by the
listing, a range or an object is one. Belongs here: counting and waiting. Not here: what is asked.
"""

from __future__ import annotations

import builtins
import threading
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from uball_assets.adapters.stores.buckets import in_stretches
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectInfo

PAGE = 1000


class Meter:
    """What was asked of all stores of a process, by kind of request; safe between threads."""

    def __init__(self, request_s: float) -> None:
        self.request_s = request_s
        self.counted: Counter[str] = Counter()
        self._counting = threading.Lock()

    def asked(self, what: str, name: str, times: int = 1) -> None:
        with self._counting:
            self.counted[f"{what} {_kind(name)}"] += times
        if self.request_s:
            time.sleep(self.request_s * times)

    @property
    def requests(self) -> int:
        return self.counted.total()

    @property
    def requests_beyond_clips(self) -> int:
        """Without those that write clips, or read the videos that they are cut from."""
        own = {"write clips", "list clips", "read clips", "read videos"}
        return sum(count for what, count in self.counted.items() if what not in own)


SCHEME = "metered"


class MeteredStore(FolderStore):
    """As a bucket: its addresses are no files, so that what is fetched of the record is kept on this machine.

    A fingerprint asks for nothing: a bucket tells checksums with its listing.
    """

    def __init__(self, root: Path, meter: Meter) -> None:
        super().__init__(root)
        self._meter = meter

    def uri(self, name: str) -> str:
        return super().uri(name).replace("file://", f"{SCHEME}://", 1)

    def name_of(self, uri: str) -> str:
        return super().name_of(uri.replace(f"{SCHEME}://", "file://", 1))

    def list(self, prefix: str, after: str = "") -> list[ObjectInfo]:
        found = super().list(prefix, after)
        self._meter.asked("list", prefix, max(1, -(-len(found) // PAGE)))
        return found

    def list_long(self, prefix: str, marks: Iterable[str]) -> builtins.list[ObjectInfo]:
        found = super().list(prefix)
        self._asked_in_stretches(prefix, marks, [info.name for info in found])
        return found

    def names(self, prefix: str, marks: Iterable[str]) -> builtins.list[str]:
        found = super().names(prefix, marks)
        self._asked_in_stretches(prefix, marks, found)
        return found

    def _asked_in_stretches(self, prefix: str, marks: Iterable[str], names: Sequence[str]) -> None:
        """Side by side, as a bucket's are."""

        def stretch(begin: str, end: str) -> builtins.list[str]:
            count = (bisect_right(names, end) if end else len(names)) - bisect_right(names, begin)
            self._meter.asked("list", prefix, max(1, -(-count // PAGE)))
            return []

        in_stretches(stretch, prefix, marks)

    def read(self, name: str) -> bytes:
        self._meter.asked("read", name)
        return super().read(name)

    def read_range(self, name: str, offset: int, length: int) -> bytes:
        self._meter.asked("read", name)
        return super().read_range(name, offset, length)

    def write(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> None:
        self._meter.asked("write", name)
        super().write(name, data, metadata)

    def create(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> str:
        self._meter.asked("write", name)
        return super().create(name, data, metadata)

    def upload(self, name: str, source: Path, metadata: Mapping[str, str] | None = None) -> None:
        self._meter.asked("write", name)
        super().upload(name, source, metadata)

    def delete(self, name: str) -> None:
        self._meter.asked("delete", name)
        super().delete(name)


def _kind(name: str) -> str:
    """`clips` for a game's clips, `videos` for its videos, else the first part of the name."""
    parts = name.split("/")
    if "clips" in parts[2:]:
        return "clips"
    return "videos" if parts[0] == "Games" else parts[0] or "all"
