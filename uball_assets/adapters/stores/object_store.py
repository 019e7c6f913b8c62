"""Objects in a bucket: the Protocol, and the rules for names.

Belongs here: names, bytes, listings, conditions. Not here: an implementation (`folder_store`, `gcs_store`,
`s3_store`), which of them an address means (`opening`), or what the bytes mean.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from uball_assets.domain.errors import Permanent

_UNUSABLE = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
"""Control characters, backslashes and bytes that are no UTF-8: some bucket or tool refuses them."""


@dataclass(frozen=True)
class ObjectInfo:
    name: str
    """Full name in the store, `/`-separated, no leading slash."""
    size_bytes: int
    version: str
    """Changes whenever the object is replaced by other content (size and mtime of a file, an object's
    generation, or etag and time)."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What the writer kept with the object; survives until the object is replaced. A look at it may ask the
    store (S3), once for the whole listing, and raise as the store's methods do."""
    checksum: str = ""
    """The service's own, of the content, where listings tell it; '' where not."""
    written_at_s: float | None = field(default=None, compare=False)
    """When it was put there, Unix seconds, where listings tell it."""


class AlreadyExists(Exception):  # noqa: N818 - an answer, not an error
    """Create-if-absent found the name taken. Not a failure: somebody was first."""


class ObjectStore(Protocol):
    """Whole objects under final names; nothing half-written is ever visible.

    Every method raises `Permanent` (missing object, bad name, no permission) or `Transient` (try again).
    """

    def uri(self, name: str) -> str:
        """The object's address for outside readers: `file:///…`, `gs://bucket/…`."""
        ...

    def name_of(self, uri: str) -> str:
        """The name behind one of this store's own uris; Permanent for any other."""
        ...

    def list(self, prefix: str, after: str = "") -> list[ObjectInfo]:
        """Everything whose name starts with `prefix`, sorted by name, in one listing; `""` lists all.

        `after`: only names behind it, by code point. What stands before is neither sent nor looked at: a long
        listing is gone on with at the cost of what is new in it.
        """
        ...

    def list_long(self, prefix: str, marks: Iterable[str]) -> builtins.list[ObjectInfo]:
        """As `list`, where thousands are expected. `marks` are names from within, of objects or not: a store
        that tells its objects page by page reads the stretches between them side by side. They save time, and
        neither add nor hide an object; one that cannot be a name is passed over."""
        ...

    def names(self, prefix: str, marks: Iterable[str]) -> builtins.list[str]:
        """As `list_long`, the names alone: less is asked for, and sent."""
        ...

    def read(self, name: str) -> bytes: ...

    def read_range(self, name: str, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; fewer only at the object's end, none beyond it."""
        ...

    def write(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> None:
        """The whole object, atomically, replacing what was there, metadata included."""
        ...

    def create(self, name: str, data: bytes, metadata: Mapping[str, str] | None = None) -> str:
        """As `write`, but raises AlreadyExists if the name is taken: of racing writers exactly one wins.

        The version that the object has now, as listings tell it; '' where the service does not.
        """
        ...

    def upload(self, name: str, source: Path, metadata: Mapping[str, str] | None = None) -> None:
        """As `write`, from a file on this machine."""
        ...

    def delete(self, name: str) -> None:
        """Gone afterwards; no error if it was not there."""
        ...

    def local_path(self, name: str) -> Path | None:
        """The file itself where the store is a folder; None where bytes must be fetched."""
        ...

    def fingerprint(self, info: ObjectInfo) -> str:
        """A key of the content that survives copying and touching: checksum, or size and sampled blocks.

        Transient if the object was replaced since it was listed.
        """
        ...


def valid_name(name: str) -> str:
    """The name itself; Permanent for one that some store could not hold or would put elsewhere."""
    if _UNUSABLE.search(name):
        why = "it holds a backslash, a control character or broken text"
    elif not name or "//" in name or name.startswith("/") or name.endswith("/"):
        why = "it is empty, or has an empty part between slashes"
    elif name.startswith(".") or "/." in name:
        why = "a part of it starts with '.'; such names are hidden, or lead out of the store"
    else:
        return name
    raise Permanent(f"{name!r} cannot name an object: {why}; use a name like games/g1/plays.json")


def valid_prefix(prefix: str) -> str:
    """The prefix itself; Permanent for one that no valid name can start with."""
    if prefix:
        valid_name(prefix.removesuffix("/"))
    return prefix
