"""The manifest of a backup: what it consists of, and by which blobs each part can be put together.

A blob is up to 8 MiB of content, named by its hash and the keys it is sealed for: what two backups have in
common stands there once.

Belongs here: its form, and reading an older or newer one. Not here: making it (`services.backup.taking`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from uball_assets.domain.errors import Permanent

FORMAT = 2
"""Raised where a program of before could not restore what is written now."""
TRAINING, PLAYS, WAREHOUSE, DAGSTER, HOME = PARTS = ("training", "plays", "warehouse", "dagster", "home")
"""In the order in which they are restored: what tells of the others comes last."""
FILE, BUNDLE, ROWS = "file", "bundle", "rows"
"""One file; files with their names (`bundle`); a database's table, as its part writes rows down."""


@dataclass(frozen=True)
class Item:
    part: str
    name: str
    """Of a file, within its part; of a bundle, what its files have in common."""
    form: str
    version: str
    """Changes whenever its source does: what is as it was need not be read again."""
    size_bytes: int
    hash: str
    """sha256 of its content, blobs one after the other."""
    blobs: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    number: int
    taken_at: str
    """ISO, UTC: when the record was cut. A restored league goes on from there."""
    league: str
    record: Mapping[str, int]
    """Of each kind, how many entries there were then."""
    items: tuple[Item, ...]
    stored_bytes: Mapping[str, int]
    """By blob: how long it is where it is kept, sealed."""
    clips: str
    """Which are in it: `archived` or `all`."""
    remarks: tuple[str, ...] = ()
    """What a person should know: what was being written all the time."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Those that were not left as they are; secrets masked."""

    @property
    def taken(self) -> datetime:
        return datetime.fromisoformat(self.taken_at)

    @property
    def size_bytes(self) -> int:
        return sum(item.size_bytes for item in self.items)

    def of(self, part: str) -> list[Item]:
        return [item for item in self.items if item.part == part]

    def to_bytes(self) -> bytes:
        said = {**vars(self), "format": FORMAT, "items": [list(vars(item).values()) for item in self.items]}
        return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Raises Permanent for what is no manifest, or is one of a format that this program does not know."""
        try:
            said: dict[str, Any] = json.loads(data)
            written_in = int(said.pop("format"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Permanent("this is no manifest of a backup, or its bytes were changed") from error
        if not 1 <= written_in <= FORMAT:
            raise Permanent(
                f"the backup is of format {written_in}, and this version knows 1 to {FORMAT}: restore it "
                "with the version of uball_assets that made it, or a newer one"
            )
        try:
            items = tuple(_item(*row) for row in said.pop("items"))
            remarks = tuple(said.pop("remarks", ()))
            return cls(items=items, remarks=remarks, **said)
        except (KeyError, TypeError, IndexError) as error:
            raise Permanent("the manifest of the backup lacks what it must tell") from error


def _item(
    part: str, name: str, form: str, version: str, size_bytes: int, digest: str, blobs: list[str]
) -> Item:
    return Item(part, name, form, version, size_bytes, digest, tuple(blobs))
