"""Leagues whose truth is known, as the platform stands before a game without plays: films found and proved,
people's plays of the other games kept, and on a record of the league's own.

Belongs here: making them. Not here: looking through them (`comparing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.demo.league import DemoGame
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.rig import Rig
from uball_assets.domain.plays.plays import Play, check_rows, play_as_row
from uball_assets.resources import Resources, build_resources
from uball_assets.services.moments.films import Films
from uball_assets.services.rig_inspection import inspect_rig
from uball_assets.settings import Settings


@dataclass(frozen=True)
class Looked:
    """A game, and what is true of it."""

    rig: Rig
    true: list[Play]
    is_new: bool
    """The model that answers has not learned from it."""


@dataclass(frozen=True)
class League:
    name: str
    resources: Resources
    registry: StoreRegistry
    """On which its own annotated games stand alone."""
    blank_registry: StoreRegistry
    """On which nobody has annotated anything."""
    games: list[Looked]

    @property
    def films(self) -> Films:
        cutter = self.resources.cutter
        return Films(cutter.video_store, cutter.training, cutter.work_folder)


def league_of(
    name: str, games: Sequence[DemoGame], learned: Sequence[str], settings: Settings, folder: Path
) -> League:
    """`learned`: the games that the answering model knows. `folder`: for plays database and record."""
    chosen = settings.model_copy(update={"plays_url": f"sqlite:///{folder / 'plays.db'}"})
    resources = build_resources(chosen)
    registry, blank = (
        StoreRegistry(FolderStore(folder / place), lambda: datetime.now(UTC)) for place in ("record", "blank")
    )
    looked = []
    for game in games:
        resources.plays_db.add_game(game.row, game.plays, game.videos)
        rig = inspect_rig(resources.video_store, resources.plays_db, game.game_id)
        written = check_rows(game.plays, rig.footage)[0]
        documents.save(resources.training, object_names.rig(game.game_id), rig)
        rows = [play_as_row(play) for play in written]
        documents.save(resources.training, object_names.plays(game.game_id), rows)
        state = {"game_id": game.game_id, "plays": len(written), "trainable": len(rig.cameras) > 2}
        registry.append_change("games", {**state, "source_hash": rig.videos_hash}, subject="game_id")
        is_new = game.game_id not in learned
        looked.append(Looked(rig, check_rows(game.truth, rig.footage)[0], is_new))
    return League(name, resources, registry, blank, looked)
