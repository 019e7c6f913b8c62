"""A backup of the league, without Dagster: the daily job's work, and `uball backup`'s.

Belongs here: the order of steps, and who may write. Not here: what each part consists of
(`services.backup.sources`), restoring (`restoring`).
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from uball_assets.adapters.machine.file_lock import only_one
from uball_assets.adapters.plays.plays_db import NoPlaysDatabase
from uball_assets.adapters.plays.supabase_plays_db import SupabasePlaysDb
from uball_assets.adapters.record.archived_videos import archived_games
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.automation.backups.places import Notes, places_of, target_of
from uball_assets.automation.backups.postgres_tables import PostgresTables
from uball_assets.domain.backup.coverage import DAGSTER_LEFT_OUT, HOME_LEFT_OUT, clips_wanted
from uball_assets.domain.backup.manifest import DAGSTER, HOME, PLAYS, Manifest
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.record import ARCHIVES
from uball_assets.resources import plays_database, record
from uball_assets.services.backup.places import Places
from uball_assets.services.backup.plays_rows import SupabaseRows
from uball_assets.services.backup.retaining import Retained, retain
from uball_assets.services.backup.sources import (
    DatabaseFiles,
    Snapshots,
    Source,
    cut_together,
    file_source,
    game_sources,
    grouped_sources,
    home_sources,
    kinds_in,
    record_sources,
    text_source,
    warehouse_sources,
)
from uball_assets.services.backup.taking import Taking, Tell
from uball_assets.services.backup.target import Target
from uball_assets.settings import Settings
from uball_assets.settings.names import described

DAGSTER_TABLES = ("history/runs.db", "history/runs/index.db", "schedules/schedules.db")
"""Runs, events and assets, ticks; a run's own events are in a file of its own."""
_SHARED = "runs and partitions are in the backup of the Dagster that several leagues share, not in this one"
_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")


@dataclass(frozen=True)
class BackedUp:
    manifest: Manifest
    kept_items: int
    """As they were in the last backup."""
    read_bytes: int
    written_bytes: int
    retained: Retained
    is_sealed: bool


def back_up(
    settings: Settings,
    *,
    keep: int | None = None,
    anew: bool = False,
    takes_over: bool = False,
    adopts: bool = False,
    watch: Tell = lambda _: None,
) -> BackedUp:
    """One more backup, and no more than `keep` of them. `adopts`: goes on in a place whose backups this home
    did not make; `takes_over`: a lock that another machine left there.

    Raises Permanent where it is another league's place, or sealed for other keys; Transient while another
    backup is being made, or where there is no room: the backups that are there stay as they are.
    """
    target, notes = target_of(settings), Notes(settings.home)
    _refuse_strange(settings, target, notes, adopts=adopts)
    alone = only_one(notes.lock, "another backup of this home is being made: wait for it")
    with alone, target.writing(notes.who(), takes_over=takes_over):
        owner = target.owner() or target.claim(settings.league, datetime.now(UTC))
        notes.note_place(owner.place)
        if owner.sealed_for != target.sealer.mark and not anew:
            raise Permanent(
                "the backups here are sealed for other keys than UBALL_BACKUP_RECIPIENTS names: begin in "
                "another place, or say --anew, and all is sealed for these beside what is there"
            )
        last = notes.last()
        taking = Taking(target, last, anew=anew)
        with _scratch(settings) as scratch:
            manifest = _taken(settings, target, taking, last, scratch, watch)
        if lost := taking.missing():
            raise Transient(f"{len(lost)} blobs went from the place meanwhile: run it again")
        target.add(manifest)
        notes.note_last(manifest)
        if owner.sealed_for != target.sealer.mark:
            target.resealed(owner)
        retained = _retained(target, manifest.number, keep or settings.backup_keep)
    done = taking.done
    return BackedUp(
        manifest, done.kept_items, done.read_bytes, done.written_bytes, retained, target.sealer.is_sealing
    )


def _retained(target: Target, number: int, keep: int) -> Retained:
    try:
        return retain(target, keep)
    except Permanent as error:
        raise Permanent(f"backup {number} is made and whole; {error}") from error


def _refuse_strange(settings: Settings, target: Target, notes: Notes, *, adopts: bool) -> None:
    """Before anything is written there."""
    owner = target.owner()
    if owner is None and target.holds_other_things():
        raise Permanent(
            f"{settings.backup_url} holds other things, and no backup: UBALL_BACKUP_URL must name an empty "
            "folder"
        )
    if owner and owner.place != notes.place() and not adopts:
        raise Permanent(
            f"the backups in {settings.backup_url} are of {owner.league}, and none was made from this home: "
            "name another place; if it is this league's, say --adopt once"
        )


@contextmanager
def _scratch(settings: Settings) -> Iterator[Path]:
    """Room for copies of databases; what a killed backup left there goes."""
    folder = settings.cache / "backup"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _taken(
    settings: Settings, target: Target, taking: Taking, last: Manifest | None, scratch: Path, watch: Tell
) -> Manifest:
    places, registry = places_of(settings), record(settings)
    kinds = kinds_in(places.training)
    snapshots = dagster_snapshots(settings, places)
    counts, dagster = cut_together(registry, kinds, snapshots, scratch)
    taken_at = datetime.now(UTC)
    if settings.league_slug:
        taking.done.remarks.append(_SHARED)
    taking.take(dagster, watch)
    taking.take(living_sources(settings, places, registry, counts, scratch), watch)
    done = taking.done
    if last and last.taken > taken_at:
        done.remarks.append(f"this machine's clock is behind that of the last backup, {last.taken_at}")
    return Manifest(
        number=max(target.begun(), default=0) + 1,
        taken_at=taken_at.isoformat(),
        league=settings.league,
        record=counts,
        items=tuple(done.items),
        stored_bytes=taking.stored_bytes(),
        clips=settings.backup_clips,
        remarks=tuple(done.remarks),
        settings=told_settings(settings),
    )


def dagster_snapshots(settings: Settings, places: Places) -> Snapshots:
    """None where several leagues share them: a league's backup holds nothing of another's."""
    if settings.league_slug:
        return DatabaseFiles(DAGSTER, places.dagster, ())
    if settings.instance_url is None:
        return DatabaseFiles(DAGSTER, places.dagster, DAGSTER_TABLES)
    return PostgresTables(settings.instance_url.get_secret_value())


def supabase_rows(settings: Settings) -> SupabaseRows | None:
    """None where the plays are a file."""
    database = plays_database(settings)
    return SupabaseRows(database.whole()) if isinstance(database, SupabasePlaysDb) else None


def living_sources(
    settings: Settings, places: Places, registry: StoreRegistry, counts: Mapping[str, int], scratch: Path
) -> Iterator[Source]:
    """All but Dagster's tables: the record, what it tells of, rows, files."""
    yield from record_sources(places.training, counts)
    archived = archived_games(registry.newest_by_subject(ARCHIVES))
    wanted = clips_wanted(settings.backup_clips, archived)
    yield from game_sources(places.training, _game_ids(settings, registry), wanted)
    yield from grouped_sources(places.training)
    if places.plays and places.plays.is_file():
        yield file_source(PLAYS, places.plays.name, places.plays, scratch)
    if rows := supabase_rows(settings):
        yield from rows.sources()
    if places.warehouse:
        yield from warehouse_sources(places.warehouse)
    tables = [places.dagster / name for name in DAGSTER_TABLES]
    if not settings.league_slug:
        yield from home_sources(DAGSTER, places.dagster, DAGSTER_LEFT_OUT, tables, scratch)
    yield from home_sources(HOME, places.home, HOME_LEFT_OUT, places.own_places, scratch)
    yield text_source("backup/settings.json", json.dumps(told_settings(settings), indent=1).encode() + b"\n")


def _game_ids(settings: Settings, registry: StoreRegistry) -> set[str]:
    try:
        in_database = plays_database(settings).game_ids()
    except NoPlaysDatabase:
        in_database = []
    return {*in_database, *registry.newest_by_subject("games"), *registry.newest_by_subject("annotations")}


def told_settings(settings: Settings) -> dict[str, str]:
    """Those that are not as they come, for who sets the league up anew; without secrets, also those that an
    address may hold."""
    told = [each for each in described(settings) if not each.is_default]
    return {each.name: _LOGIN.sub("***@", each.value) for each in told}
