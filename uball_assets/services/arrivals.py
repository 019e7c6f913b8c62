"""Where raw videos arrive, if not where they are kept: a game's videos are brought over before they are used.

Belongs here: which folder is a game's, and what a video that could not be brought costs. Not here: copying
(`migration`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import Permanent, Quarantined, Transient
from uball_assets.domain.footage.migration import MigrationReport, folder_in_keys
from uball_assets.services.migration import migrate_game
from uball_assets.services.sources import arrived_hash, folder_spellings, written_at_s

Shown = Callable[[int, int], None]


@dataclass(frozen=True)
class Arrival:
    report: MigrationReport | None
    """None where nothing was to be brought."""
    quarantined: tuple[Quarantined, ...] = ()
    arrived_hash: str = ""
    """What had arrived before it was brought (`sources.arrived_hash`)."""
    arrived_at_s: float | None = None
    """When the newest of it arrived, Unix seconds, as its store tells it."""


@dataclass(frozen=True)
class Arrivals:
    store: ObjectStore | None
    """None: videos are kept where they arrive."""
    video_store: ObjectStore
    plays_db: PlaysDb
    engine: str = "stream"
    role_arn: str = ""
    project_id: str | None = None
    """The last two for engine `sts`."""

    def bring(self, game_id: str, progress: Shown | None = None, *, only_look: bool = False) -> Arrival:
        """The videos that the game's `video_metadata.s3_key` name, in the video store; again costs two looks.

        A video that cannot be brought is a loss. Transient where trying again may bring it.
        `only_look`: nothing is brought, as of a game whose videos were put away on purpose.
        """
        keys = [row.get("s3_key") for row in self.plays_db.videos(game_id)] if self.store else []
        if self.store is None or not any(keys):
            return Arrival(None)
        arrived, arrived_at_s = "", None
        try:
            path = folder_in_keys(game_id, keys).source_path
            listings = (self.store.list(folder) for folder in folder_spellings(self.store, path))
            listed = next(filter(None, listings), [])
            arrived, arrived_at_s = arrived_hash(self.store, listed), written_at_s(listed)
            if only_look:
                return Arrival(None, (), arrived, arrived_at_s)
            report = migrate_game(
                self.store,
                path,
                self.video_store,
                game_id,
                engine=self.engine,
                progress=progress,
                role_arn=self.role_arn,
                project_id=self.project_id,
            )
        except Permanent as error:
            remedy = "correct the game's s3_key in video_metadata, or upload its videos"
            loss = Quarantined("videos", f"game {game_id}", str(error), remedy)
            return Arrival(None, (loss,), arrived, arrived_at_s)
        for failure in report.failures:
            if failure.is_transient and failure.is_video:
                raise Transient(f"{failure.source} could not be brought: {failure.reason}")
        quarantined = (
            Quarantined("video" if each.is_video else "file", each.source, each.reason, each.remedy)
            for each in report.failures
        )
        return Arrival(report, tuple(quarantined), arrived, arrived_at_s)
