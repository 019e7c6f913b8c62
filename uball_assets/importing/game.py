"""A game as a person hands it over, and all that is known of it before anything is written.

Belongs here: both, and what is told of them. Not here: finding it out (`checking`), writing (`storing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from uball_assets.domain.errors import Quarantined
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.plays.quality import Grade
from uball_assets.domain.plays.revision import Revision
from uball_assets.importing.cameras import CameraFile
from uball_assets.importing.tables import PlayTable


@dataclass(frozen=True)
class GameFiles:
    """What a person hands over."""

    game_id: str
    folder: Path
    plays: Path | None = None
    offsets_s: Mapping[Angle, float] = field(default_factory=dict)
    """File time minus game time, by camera; a camera without one keeps what the database says, else 0."""
    date: str | None = None
    teams: tuple[str | None, str | None] = (None, None)
    """As people write them behind a player: `Player #7 (Gray)`."""
    replace_videos: bool = False
    """Videos that differ from the store's take their place."""
    accept_no_plays: bool = False
    """A table that yields no play is no mistake."""
    sync_rows: bool = False
    """Stored rows that the table does not have are deleted."""
    period_starts_s: Mapping[str, float] = field(default_factory=dict)
    """Game time at which each period begins; none: the table's times are game time."""


@dataclass(frozen=True)
class CheckedGame:
    """All that is known before anything is written."""

    files: GameFiles
    cameras: tuple[CameraFile, ...]
    table: PlayTable
    rows: tuple[dict[str, Any], ...]
    """What goes into the database: sound or not, but nothing that a column cannot hold."""
    sound_count: int
    """Rows that the platform will make plays of, as far as can be said now."""
    quarantined: tuple[Quarantined, ...]
    notices: tuple[str, ...]
    revision: Revision
    """What the table changes in the rows that are stored."""
    grade: Grade | None
    """The best that the game can get, if every clip is accepted; None where it has no rows at all."""
    spelled: Mapping[Angle, tuple[str, ...]]
    """How the database's rows of offsets spell a camera, where it has any."""

    @property
    def is_stored(self) -> bool:
        """The database has plays of this game."""
        return bool(self.revision.same_count or self.revision.changed or self.revision.gone)

    def to_dict(self) -> dict[str, Any]:
        revision = self.revision
        return {
            "game_id": self.files.game_id,
            "cameras": [
                {
                    "angle": str(camera.angle),
                    "file": camera.file,
                    "stored_as": camera.name,
                    "was_there": not camera.copies,
                    "verdict": str(camera.proof.verdict),
                    "duration_s": round(camera.proof.duration_s, 3),
                    "sync_offset_s": camera.sync_offset_s,
                }
                for camera in self.cameras
            ],
            "rows": len(self.table.rows),
            "sound_plays": self.sound_count,
            "revision": {
                "same": revision.same_count,
                "added": [row["id"] for row in revision.added],
                "changed": [
                    {"id": change.play_id, "columns": {name: [old, new] for name, old, new in change.columns}}
                    for change in revision.changed
                ],
                "gone": [row["id"] for row in revision.gone],
                "gone_is_deleted": self.files.sync_rows,
            },
            "grade_at_best": self.grade and {"grade": self.grade.letter, "reasons": list(self.grade.reasons)},
            "losses": [entry.as_row() for entry in self.quarantined],
            "notices": list(self.notices),
        }
