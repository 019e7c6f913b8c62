"""The place that holds a league's backups: blobs by their hash, and a numbered manifest a backup.

    league.json                 whose backups these are, and for which keys they are sealed
    lock.json                   who is writing
    backups/000001/needs        a blob and its size a line; tells what may be deleted, to who has no key too
    backups/000001/manifest     sealed; written last: without it there is no such backup
    objects/KEYS/ab/cdef…       a blob, named by the hash of its content, beside those that are sealed for the
                                same keys; objects/ab/cdef… where nothing is sealed

Two backups never write one blob differently, and nothing that a manifest names is ever replaced by other
content or sealed for other keys: a killed writer leaves blobs that the next one finds, or that retention
takes away; and whoever could open a backup can, as long as it is there.

Belongs here: names and forms in that place, and who may write. Not here: what goes into a backup (`taking`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectStore
from uball_assets.adapters.stores.sealing import Sealer, Spoilt
from uball_assets.domain.backup.manifest import Manifest
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.hashing import bytes_hash, content_hash

_LEAGUE, _LOCK, _OBJECTS, _BACKUPS = "league.json", "lock.json", "objects/", "backups/"
_NEEDS, _MANIFEST = "needs", "manifest"
_MARK_LETTERS = 16


@dataclass(frozen=True)
class Owner:
    """Whose backups stand here."""

    place: str
    """An id that the place was given with its first backup; a home that writes here has noted it."""
    league: str
    sealed_for: str
    """`Sealer.mark`."""


@dataclass(frozen=True)
class Stored:
    """A backup as it is seen without a key."""

    number: int
    taken_at: str
    size_bytes: int
    remarks: int


class Target:
    def __init__(self, store: ObjectStore, sealer: Sealer) -> None:
        self.store, self.sealer = store, sealer

    # whose it is

    def owner(self) -> Owner | None:
        """None before the first backup."""
        found = self._json(_LEAGUE)
        try:
            return Owner(found["place"], found["league"], found["sealed_for"]) if found else None
        except KeyError:
            raise Permanent(f"{self.store.uri(_LEAGUE)} does not tell whose backups these are") from None

    def claim(self, league: str, now: datetime) -> Owner:
        """Makes the place this league's, where it is nobody's."""
        place = content_hash([league, now.isoformat(), self.store.uri(_LEAGUE)])
        owner = Owner(place, league, self.sealer.mark)
        try:
            self.store.create(_LEAGUE, _as_json(vars(owner)))
        except AlreadyExists:
            raise Transient("another backup has begun here at the same moment: run it again") from None
        return owner

    def holds_other_things(self) -> bool:
        return any(name != _LOCK for name in self.store.names("", []))

    def resealed(self, owner: Owner) -> None:
        """All that the newest backup needs is sealed for the keys of now."""
        self.store.write(_LEAGUE, _as_json({**vars(owner), "sealed_for": self.sealer.mark}))

    @contextmanager
    def writing(self, who: Mapping[str, str], *, takes_over: bool = False) -> Iterator[None]:
        """Alone. `who`: with the `home` that writes; its own lock is that of one that was killed, as the home
        lets only one do so. Raises Transient, naming the holder, while another home writes."""
        mine = _as_json({**who, "since": datetime.now(UTC).isoformat(timespec="seconds")})
        try:
            self.store.create(_LOCK, mine)
        except AlreadyExists:
            holder = self._json(_LOCK) or {}
            if holder.get("home") != who["home"] and not takes_over:
                raise Transient(
                    f"{holder.get('host')} has been writing backups here since {holder.get('since')}: wait; "
                    "if it was lost, say --take-over and run it again"
                ) from None
            self.store.write(_LOCK, mine)
        try:
            yield
        finally:
            self.store.delete(_LOCK)

    # blobs

    def blob_of(self, digest: str) -> str:
        """What a content of that hash is called, sealed for the keys of now."""
        return f"{self._keys}.{digest}" if self._keys else digest

    def blobs(self) -> dict[str, int]:
        """By name, how long each is as it is stored: whoever they were sealed for."""
        listed = self.store.list(_OBJECTS)
        return {_blob_at(info.name): info.size_bytes for info in listed}

    def own_blobs(self) -> dict[str, int]:
        """Those that are sealed for the keys of now: a new backup may name no other."""
        return {blob: size for blob, size in self.blobs().items() if _keys_of(blob) == self._keys}

    @property
    def _keys(self) -> str:
        return self.sealer.mark[:_MARK_LETTERS]

    def put(self, blob: str, sealed: bytes) -> None:
        self.store.write(_object_name(blob), sealed)

    def get(self, blob: str) -> bytes:
        """As it is stored. Raises Permanent where it is missing."""
        return self.store.read(_object_name(blob))

    def drop(self, blob: str) -> None:
        self.store.delete(_object_name(blob))

    # backups

    def stored(self) -> list[Stored]:
        """Every whole backup, the oldest first."""
        return [
            Stored(
                _number(info.name),
                info.metadata.get("taken_at", ""),
                int(info.metadata.get("size_bytes", 0)),
                int(info.metadata.get("remarks", 0)),
            )
            for info in self.store.list(_BACKUPS)
            if info.name.endswith(f"/{_MANIFEST}")
        ]

    def begun(self) -> set[int]:
        """Numbers of backups of which anything stands here."""
        return {_number(name) for name in self.store.names(_BACKUPS, [])}

    def add(self, manifest: Manifest) -> None:
        """From now on there is this backup. Raises Transient where the number is taken."""
        self._write_needs(manifest)
        sealed = self.sealer.seal(self.sealer.packed(manifest.to_bytes()))
        told = {
            "taken_at": manifest.taken_at,
            "size_bytes": str(manifest.size_bytes),
            "remarks": str(len(manifest.remarks)),
        }
        try:
            self.store.create(_name(manifest.number, _MANIFEST), sealed, told)
        except AlreadyExists:
            raise Transient(f"there is a backup {manifest.number} already: run it again") from None

    def manifest(self, number: int) -> Manifest:
        """Raises Permanent where there is none, it was changed, or its key is missing."""
        data = self.store.read(_name(number, _MANIFEST))
        try:
            found = Manifest.from_bytes(self.sealer.opened(data))
        except Spoilt as error:
            raise Spoilt(f"the manifest of backup {number} cannot be read: {error}") from error
        if found.number != number:
            raise Spoilt(f"the manifest of backup {number} is that of {found.number}")
        return found

    def needs(self, number: int) -> list[str]:
        """The blobs of a backup; written again from its manifest, by who can read that, where the list was
        changed or went. Raises Permanent, with what to do, for who cannot."""
        try:
            told, _, lines = self.store.read(_name(number, _NEEDS)).partition(b"\n")
        except Permanent:
            told, lines = b"", b""
        if told.decode(errors="replace") != bytes_hash(lines):
            lines = self._needs_again(number)
        return [line.split(" ")[0] for line in lines.decode().splitlines()]

    def _needs_again(self, number: int) -> bytes:
        try:
            return self._write_needs(self.manifest(number))
        except Permanent as error:
            raise Spoilt(
                f"what backup {number} needs cannot be read, so nothing is taken away: one `uball backup` "
                "where the private key is (UBALL_BACKUP_IDENTITY) writes the list again; to do without that "
                f"backup, delete {self.store.uri(f'{_BACKUPS}{number:06d}')}"
            ) from error

    def _write_needs(self, manifest: Manifest) -> bytes:
        lines = "".join(f"{blob} {size}\n" for blob, size in sorted(manifest.stored_bytes.items())).encode()
        self.store.write(_name(manifest.number, _NEEDS), f"{bytes_hash(lines)}\n".encode() + lines)
        return lines

    def drop_backup(self, number: int) -> None:
        """The manifest goes first: then there is no such backup, whatever is left of it."""
        self.store.delete(_name(number, _MANIFEST))
        self.store.delete(_name(number, _NEEDS))

    def _json(self, name: str) -> dict[str, Any] | None:
        if not any(info.name == name for info in self.store.list(name)):
            return None
        try:
            found: dict[str, Any] = json.loads(self.store.read(name))
        except ValueError:
            raise Permanent(f"{self.store.uri(name)} is damaged") from None
        return found


def _as_json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(dict(value), indent=1, sort_keys=True) + "\n").encode()


def digest_of(blob: str) -> str:
    """The hash of its content."""
    return blob.rpartition(".")[2]


def _keys_of(blob: str) -> str:
    return blob.rpartition(".")[0]


def _object_name(blob: str) -> str:
    keys, digest = _keys_of(blob), digest_of(blob)
    return f"{_OBJECTS}{keys}{'/' if keys else ''}{digest[:2]}/{digest[2:]}"


def _blob_at(name: str) -> str:
    parts = name.removeprefix(_OBJECTS).split("/")
    return ".".join([*parts[:-2], "".join(parts[-2:])])


def _name(number: int, what: str) -> str:
    return f"{_BACKUPS}{number:06d}/{what}"


def _number(name: str) -> int:
    """Of an object below `backups/`; 0, which no backup has, for what a stranger put there."""
    text = name.removeprefix(_BACKUPS).partition("/")[0]
    return int(text) if text.isdigit() else 0
