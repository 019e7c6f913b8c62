"""Where the league of these settings has its state, and where its backups are.

Belongs here: from settings to places. Not here: what is done there (`services.backup`).
"""

from __future__ import annotations

import json
import os
import socket
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.sealing import Sealer
from uball_assets.domain.backup.manifest import Manifest
from uball_assets.domain.errors import Permanent
from uball_assets.resources import backup_store, training_store
from uball_assets.services.backup.places import Places
from uball_assets.services.backup.target import Target
from uball_assets.settings import Settings


def target_of(settings: Settings) -> Target:
    """Raises Permanent where no place is named, it lies in the home, or a key is none."""
    store = backup_store(settings)
    folder = _folder_of(store)
    if folder and folder.is_relative_to(settings.home):
        raise Permanent(
            f"UBALL_BACKUP_URL={settings.backup_url} lies in the home that is backed up: what takes the one "
            "takes the other. Name another disk, or a bucket"
        )
    return Target(store, Sealer(settings.backup_recipients, settings.backup_identity))


def places_of(settings: Settings) -> Places:
    training = training_store(settings)
    note = settings.home / "dagster" / "stores.json"  # where Dagster's files are elsewhere
    aside = [_folder(settings.videos_url), _folder(settings.source_url), settings.backup_identity, note]
    return Places(
        home=settings.home,
        training=training,
        training_folder=_folder_of(training),
        plays=_plays_file(settings),
        warehouse=None if settings.warehouse_url.startswith("bigquery://") else Path(settings.warehouse_url),
        dagster=settings.instance_folder,
        elsewhere=[path for path in aside if path],
    )


def embedded_places(home: Path) -> Places:
    """All of it in one folder, whatever the settings say: to look at a backup aside."""
    folder = home / "training"
    return Places(home, FolderStore(folder), folder, home / "plays.db", home / "warehouse", home / "dagster")


def _folder_of(store: ObjectStore) -> Path | None:
    return store.root if isinstance(store, FolderStore) else None


def _folder(url: str) -> Path | None:
    """A setting's, where it names one of this machine."""
    if url.startswith("file://"):
        return Path(unquote(url.removeprefix("file://")))
    return Path(url).expanduser() if url and "://" not in url else None


def _plays_file(settings: Settings) -> Path | None:
    path = settings.plays_url.removeprefix("sqlite:///")
    return None if path == settings.plays_url else Path(path).expanduser()


class Notes:
    """What this home knows of its backups: without it, a backup reads all again and restores the same."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "backup"
        names = ("place.json", "last.json", "newest.json", "home.json")
        self._place, self._last, self._newest, self._home = (self.folder / name for name in names)

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    def who(self) -> dict[str, str]:
        """This home, for whoever finds its lock in the place."""
        told = _read(self._home)
        if not told:
            told = {"home": uuid.uuid4().hex}
            self._write(self._home, told)
        return {**told, "host": socket.gethostname()}

    def place(self) -> str:
        """The id of the place that this home's backups are in; '' before the first."""
        return str(_read(self._place).get("place", ""))

    def note_place(self, place: str) -> None:
        self._write(self._place, {"place": place})

    def last(self) -> Manifest | None:
        """What the last backup consists of, if it was made from here."""
        try:
            return Manifest.from_bytes(self._last.read_bytes())
        except (OSError, Permanent):
            return None

    def note_last(self, manifest: Manifest) -> None:
        self._put(self._last, manifest.to_bytes())
        self._write(self._newest, {"taken_at": manifest.taken_at, "record": dict(manifest.record)})

    def note_restored(self, taken_at: str, record: Mapping[str, int]) -> None:
        """The record is that of a backup of then, or of a moment before it."""
        newest = _read(self._newest).get("taken_at", taken_at)
        self._write(self._newest, {"taken_at": newest, "record": dict(record)})

    def record(self) -> dict[str, int]:
        """Of each kind, how many entries there were at the last backup or restore; none before."""
        found = _read(self._newest).get("record", {})
        return {str(kind): int(count) for kind, count in found.items()}

    def newest_s(self) -> float:
        """When the last backup was made from here, Unix seconds; 0 before the first."""
        try:
            return datetime.fromisoformat(_read(self._newest)["taken_at"]).timestamp()
        except (KeyError, ValueError):
            return 0.0

    def _write(self, path: Path, told: Mapping[str, Any]) -> None:
        self._put(path, (json.dumps(told) + "\n").encode())

    def _put(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f".{path.name}.{os.getpid()}")
        scratch.write_bytes(data)
        scratch.replace(path)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
