"""`uball remove`: a game leaves the platform, and what is kept of it is said.

Taken out are its rows, videos, clips, examples, annotations and its partition: it is in no training set from
then on. Kept are the record, which is append-only and gets an entry that the game was removed, and the models
that learned from it, with the sets that they learned from: what a model knows cannot be taken out of it. A
removal that was killed leaves the game marked (`places.unfinished`): sensors leave it alone, and doing it
again ends it.

Belongs here: what there is of a game, and deleting it. Not here: asking a person (`commands.remove`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from uball_assets.adapters.record.registry import Registry, StoreRegistry
from uball_assets.adapters.record.usage import enter_storage
from uball_assets.adapters.stores.object_store import ObjectInfo
from uball_assets.assets.common import games
from uball_assets.assets.record.appends import append_gone
from uball_assets.automation.instance import Instance
from uball_assets.automation.runs.in_the_way import run_in_the_way
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.games import game_title
from uball_assets.importing.storing import existing_database
from uball_assets.resources import training_store, videos_store
from uball_assets.services.sources import unfinished
from uball_assets.settings import Settings

Say = Callable[[str], None]


@dataclass(frozen=True)
class Removal:
    """What there is of a game."""

    game_id: str
    title: str
    has_row: bool
    play_count: int
    camera_rows: int
    videos: tuple[ObjectInfo, ...]
    made: tuple[ObjectInfo, ...]
    """Clips, examples, annotations and reports in the training store."""
    is_partition: bool
    is_unfinished: bool
    """An import or removal of it was begun and has not ended."""
    record_count: int
    """Entries of the record that are about it."""
    is_recorded: bool
    """The record has a state of it that is no removal."""
    learned_by: tuple[str, ...]
    """The models that have learned from it, oldest first."""

    @property
    def is_nothing(self) -> bool:
        there = self.has_row or self.play_count or self.camera_rows or self.videos or self.made
        return not (there or self.is_partition or self.is_unfinished or self.is_recorded)

    def removed(self) -> list[dict[str, str]]:
        """What goes, where it is and how much."""
        megabytes = {name: sum(info.size_bytes for info in infos) / 1e6 for name, infos in self._stored()}
        return [
            {"what": what, "where": where, "how much": much}
            for what, where, much, is_there in (
                ("rows of plays", "plays database", f"{self.play_count}", self.play_count),
                ("rows of cameras", "plays database", f"{self.camera_rows}", self.camera_rows),
                (
                    "the game's row, and annotations of it",
                    "plays database",
                    f"{int(self.has_row)}",
                    self.has_row,
                ),
                (
                    "videos",
                    f"video store, {object_names.videos(self.game_id)}",
                    f"{len(self.videos)} ({megabytes['videos']:.1f} MB)",
                    self.videos,
                ),
                (
                    "clips, examples, annotations, reports",
                    f"training store, {object_names.game(self.game_id)}",
                    f"{len(self.made)} ({megabytes['made']:.1f} MB)",
                    self.made,
                ),
                ("partition", "Dagster", "1", self.is_partition),
            )
            if is_there
        ]

    def kept(self) -> list[str]:
        """What stays, and why."""
        rows = []
        if self.record_count:
            entries = f"{self.record_count} entries of the record"
            rows.append(f"{entries}: it is append-only, and gets one that says removed")
        if self.learned_by:
            models = ", ".join(self.learned_by)
            rows.append(
                f"what {models} learned from it, and the sets they learned from: a model forgets nothing; "
                "the next one is trained on a set without this game"
            )
        return [*rows, "the folder or bucket that it was imported or brought from, and its teams' players"]

    def to_dict(self) -> dict[str, Any]:
        return {
            "game_id": self.game_id,
            "title": self.title,
            "removed": self.removed(),
            "kept": self.kept(),
            "videos": [info.name for info in self.videos],
            "learned_by": list(self.learned_by),
        }

    def _stored(self) -> tuple[tuple[str, tuple[ObjectInfo, ...]], ...]:
        return ("videos", self.videos), ("made", self.made)


def plan_removal(settings: Settings, game_id: str, instance: Instance | None) -> Removal:
    """What there is of a game; nothing is changed. Permanent where there is nothing."""
    video_store, database = videos_store(settings), existing_database(settings)
    row = database.game(game_id) if database else None
    registry = _registry(settings)
    states = [entry for entry in registry.entries("games") if entry["game_id"] == game_id]
    annotated = [entry for entry in registry.entries("annotations") if entry["game_id"] == game_id]
    models = [model for model in registry.entries("models") if game_id in model["game_ids"]]
    found = Removal(
        game_id=game_id,
        title=game_title(row) if row else "",
        has_row=row is not None,
        play_count=len(database.plays(game_id)) if database else 0,
        camera_rows=len(database.videos(game_id)) if database else 0,
        videos=tuple(video_store.list(object_names.videos(game_id))),
        made=tuple(training_store(settings).list(object_names.game(game_id))),
        is_partition=bool(instance and game_id in instance.get_dynamic_partitions(str(games.name))),
        is_unfinished=game_id in unfinished(video_store),
        record_count=len(states) + len(annotated) + len(models),
        is_recorded=bool(states) and not states[-1].get("removed"),
        learned_by=tuple(model["label"] for model in models),
    )
    if found.is_nothing:
        raise Permanent(f"there is no game {game_id}: `uball status` lists those that are in")
    return found


def remove_game(settings: Settings, removal: Removal, instance: Instance | None, say: Say) -> None:
    """Deletes all that the removal lists. Transient while a run of the game, or a training, is going;
    Permanent, with nothing deleted, where the database refuses."""
    game_id = removal.game_id
    if instance and (busy := run_in_the_way(instance, game_id)):
        raise Transient(f"{busy} is going: wait for it, or end it")
    video_store, training = videos_store(settings), training_store(settings)
    mark = object_names.unfinished("removal", game_id)
    video_store.write(mark, b"")
    if database := existing_database(settings):
        try:
            database.remove_game(game_id)
        except Permanent:
            video_store.delete(mark)
            raise
    if instance:
        instance.delete_dynamic_partition(str(games.name), game_id)
    append_gone(_registry(settings), game_id, "removed", "uball remove")
    for info in removal.videos:
        say(f"deleting {info.name}")
        video_store.delete(info.name)
    if removal.made:
        say(f"deleting {len(removal.made)} objects of {object_names.game(game_id)}")
    for info in removal.made:
        training.delete(info.name)
    registry = _registry(settings)
    enter_storage(registry, video_store, object_names.videos(game_id), game_id)
    enter_storage(registry, training, object_names.game(game_id), game_id)
    for what in ("import", "removal"):
        video_store.delete(object_names.unfinished(what, game_id))


def _registry(settings: Settings) -> Registry:
    return StoreRegistry(training_store(settings), now=lambda: datetime.now(UTC))
