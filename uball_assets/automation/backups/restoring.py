"""Restoring the league of these settings, and proving a backup, without Dagster.

Belongs here: which backup, into which places. Not here: putting it together (`services.backup`).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from uball_assets.automation.backups.places import Notes, embedded_places, places_of, target_of
from uball_assets.automation.backups.postgres_tables import PostgresTables
from uball_assets.automation.backups.taking import dagster_snapshots, living_sources, supabase_rows
from uball_assets.domain.backup.bundles import unbundled
from uball_assets.domain.backup.manifest import DAGSTER, HOME, PARTS, PLAYS, ROWS, TRAINING, Item, Manifest
from uball_assets.domain.backup.moments import Cut, chosen_at, cut_at
from uball_assets.domain.errors import Permanent
from uball_assets.resources import record
from uball_assets.services.backup.places import Places
from uball_assets.services.backup.proving import (
    Proof,
    compare,
    prove_restored,
    spoilt_blobs,
    wrong_items,
)
from uball_assets.services.backup.restoring import Plan, Restoring, Tables, Tell, content, is_record
from uball_assets.services.backup.target import Target
from uball_assets.settings import Settings


@dataclass(frozen=True)
class Restored:
    plan: Plan
    manifest: Manifest
    """Of the backup that the record is from."""
    doubtful: dict[str, int]
    """Of each kind, how many entries tell a later moment than asked for: a clock was ahead."""
    size_bytes: int


def restore_league(
    settings: Settings,
    *,
    number: int | None = None,
    at: datetime | None = None,
    parts: Collection[str] = (),
    aside: Path | None = None,
    watch: Tell = lambda *_: None,
) -> Restored:
    """The newest backup, that `number`, or the record as it was `at` a moment; all of it or some `parts`.
    `aside`: into that folder, whatever the settings say.

    Raises Permanent where something is in the way, the key is missing, or a byte is not as it was.
    """
    target = target_of(settings)
    plan, manifest, doubtful = plan_of(target, number, at, parts or PARTS)
    places = embedded_places(aside.absolute()) if aside else places_of(settings)
    Restoring(target, places, plan, {} if aside else databases_of(settings, plan)).restore(watch)
    if not aside and HOME in plan.parts:
        Notes(settings.home).note_place(plan.place)
    if not aside and TRAINING in plan.parts:
        Notes(settings.home).note_restored(manifest.taken_at, plan.record)
    return Restored(plan, manifest, doubtful, sum(item.size_bytes for item in plan.items))


def databases_of(settings: Settings, plan: Plan) -> dict[str, Tables]:
    """Raises Permanent where the backup has rows, and the settings no database for them."""
    parts = {item.part for item in plan.items if item.form == ROWS}
    found: dict[str, Tables] = {}
    if PLAYS in parts:
        rows = supabase_rows(settings)
        if rows is None:
            raise Permanent(
                "the backup's plays were in Supabase: an empty project that has the migrations takes them "
                "(UBALL_PLAYS_URL=supabase)"
            )
        found[PLAYS] = rows
    if DAGSTER in parts:
        if settings.instance_url is None:
            raise Permanent(
                "the backup's Dagster was in PostgreSQL: name an empty database with UBALL_INSTANCE_URL, or "
                "leave runs out (--part, each of the others)"
            )
        found[DAGSTER] = PostgresTables(settings.instance_url.get_secret_value())
    return found


def plan_of(
    target: Target, number: int | None, at: datetime | None, parts: Collection[str]
) -> tuple[Plan, Manifest, dict[str, int]]:
    owner = target.owner()
    stored = [one.number for one in target.stored()]
    if owner is None or not stored:
        raise Permanent("there is no backup here")
    if number is not None and number not in stored:
        raise Permanent(f"there is no backup {number}: `uball backup --list` shows them")
    chosen, dagster = number or stored[-1], number or stored[-1]
    if at:
        by_number = {one: target.manifest(one) for one in stored}
        found = chosen_at({one: manifest.taken for one, manifest in by_number.items()}, at)
        chosen, dagster = found.record, found.dagster or 0
    manifest = target.manifest(chosen)
    cuts = {kind: Cut(count, 0) for kind, count in manifest.record.items()}
    if at:
        cuts = _cuts(target, manifest, at)
    from_backup = {item.part: chosen for item in manifest.items if item.part in parts}
    items = [item for item in manifest.items if item.part in parts and item.part != DAGSTER]
    from_backup.pop(DAGSTER, None)
    if DAGSTER in parts and dagster:
        items += (manifest if dagster == chosen else target.manifest(dagster)).of(DAGSTER)
        from_backup[DAGSTER] = dagster
    doubtful = {kind: cut.doubtful for kind, cut in cuts.items() if cut.doubtful}
    counts = {kind: cut.count for kind, cut in cuts.items()}
    return Plan(owner.place, from_backup, items, counts), manifest, doubtful


def _cuts(target: Target, manifest: Manifest, at: datetime) -> dict[str, Cut]:
    recorded: dict[str, list[datetime]] = {kind: [] for kind in manifest.record}
    for item in sorted((item for item in manifest.items if is_record(item)), key=lambda item: item.name):
        kind = item.name.split("/")[1]
        recorded[kind] += _moments(target, item)
    return {kind: cut_at(moments, at) for kind, moments in recorded.items()}


def _moments(target: Target, item: Item) -> list[datetime]:
    entries = [json.loads(b"".join(pieces)) for _, pieces in unbundled(content(target, item))]
    return [datetime.fromisoformat(entry["recorded_at"]) for entry in entries]


def prove_backup(settings: Settings, number: int | None = None, watch: Tell = lambda *_: None) -> Proof:
    """Reads every byte of the newest backup, or that one, puts it together aside in the cache, and compares.

    Raises Permanent where it cannot be begun: no key, no such backup.
    """
    target = target_of(settings)
    stored = [one.number for one in target.stored()]
    if not stored:
        raise Permanent("there is no backup here")
    manifest = target.manifest(number or stored[-1])
    proof = Proof(
        manifest.number, manifest.taken_at, len(manifest.items), manifest.size_bytes, remarks=manifest.remarks
    )
    spoilt = spoilt_blobs(target, manifest, watch)
    if spoilt:
        proof.wrong += wrong_items(manifest, spoilt)
        return proof
    folder = settings.cache / "backup-proof"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        places = embedded_places(folder)
        plan, _, _ = plan_of(target, manifest.number, None, PARTS)
        Restoring(target, places, plan).restore()
        proof.wrong += prove_restored(places, manifest)
        scratch = folder / ".living"
        scratch.mkdir(parents=True)
        _compare_with_living(settings, places_of(settings), manifest, scratch, proof)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return proof


def _compare_with_living(
    settings: Settings, places: Places, manifest: Manifest, scratch: Path, proof: Proof
) -> None:
    registry = record(settings)
    now = {kind: registry.count(kind) for kind in manifest.record}
    if lost := [kind for kind, count in manifest.record.items() if now[kind] < count]:
        proof.wrong.append(f"the league's record has fewer entries than the backup: {', '.join(lost)}")
        return
    tables = dagster_snapshots(settings, places).taken(scratch)
    compare(manifest, [*tables, *living_sources(settings, places, registry, manifest.record, scratch)], proof)
