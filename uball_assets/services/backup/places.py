"""Where a league's state lies: what a backup reads, and where a restored one is put.

Belongs here: the places, and what of them lies in the home. Not here: settings (`automation.operating`), what
is done there (`sources`, `restoring`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.backup.manifest import DAGSTER, HOME, PLAYS, TRAINING, WAREHOUSE


@dataclass(frozen=True)
class Places:
    home: Path
    training: ObjectStore
    training_folder: Path | None
    """Where the store is a folder of this machine."""
    plays: Path | None
    """The SQLite file; None where Supabase has the plays."""
    warehouse: Path | None
    """None where BigQuery has the tables."""
    dagster: Path
    """The folder of Dagster's files."""
    elsewhere: Sequence[Path] = ()
    """In the home, and no part of a backup: the videos, the private key."""

    def folder_of(self, part: str) -> Path | None:
        """What a part is put into, or the file that it is; None where it is no place of this machine."""
        places = {
            TRAINING: self.training_folder,
            PLAYS: self.plays,
            WAREHOUSE: self.warehouse,
            DAGSTER: self.dagster,
            HOME: self.home,
        }
        return places[part]

    @property
    def own_places(self) -> list[Path]:
        """Those that are no plain files of the home, though they may lie in it."""
        own = [self.folder_of(part) for part in (TRAINING, PLAYS, WAREHOUSE, DAGSTER)]
        return [*(path for path in own if path), *self.elsewhere]
