"""What comes in for a game: `raw_videos` (four cameras, proved) and `plays` (rows, judged).

Belongs here: reading the sources and writing down what was found. Not here: cutting (`clips`).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from uball_assets.adapters.plays.plays_db import PlaysDb, stamped_s
from uball_assets.adapters.record.archived_videos import why_archived
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.record.sync_decisions import with_decisions
from uball_assets.adapters.record.usage import enter_egress, enter_storage
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectInfo, ObjectStore
from uball_assets.assets.common import GAME, described, game_page, name_game, quarantine_metadata
from uball_assets.assets.progress import copy_progress
from uball_assets.assets.run_words import ARRIVED_TAG
from uball_assets.domain.clipping.reports import PlaysReport
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage import object_names, sync_report
from uball_assets.domain.footage.offsets import offsets_of
from uball_assets.domain.footage.rig import Camera, Rig, assert_there, with_archived
from uball_assets.domain.footage.sync import SyncAudit
from uball_assets.domain.footage.teams import teams_hash, teams_of
from uball_assets.domain.plays.columns import reading_notes
from uball_assets.domain.plays.game_row import row_complaints
from uball_assets.domain.plays.lost_times import lost_times
from uball_assets.domain.plays.plays import check_rows, play_as_row, respelled_count
from uball_assets.services.arrivals import Arrival, Arrivals
from uball_assets.services.rig_inspection import inspect_rig
from uball_assets.services.sources import (
    CountedPlays,
    counted_plays,
    counted_version,
    game_files,
    source_hash,
    written_at_s,
)
from uball_assets.services.sync_audit import audit_sync
from uball_assets.settings import Settings

CAMERA_SCHEMA = described(
    {
        "camera": ("string", "which of the four"),
        "verdict": ("string", "whether its video is sound; what is wrong with it is in the notes"),
        "filmed_s": ("float", "seconds, first frame to last, in the file's clock"),
        "offset_s": ("float", "seconds: file time minus game time"),
        "picture": ("string", "width and height in pixels, frames a second"),
    }
)
BROUGHT_SCHEMA = described(
    {
        "source": ("string", "where the video arrived"),
        "size_mb": ("float", "megabytes"),
        "verified": ("string", "how it was proved that the copy is the video"),
        "was_there": ("bool", "it had been brought before"),
    }
)
SYNC_SCHEMA = described(
    {
        "camera": ("string", "which of the four"),
        "verdict": ("string", "whether the sound agrees with the stored offset"),
        "stored_s": ("string", "the offset in the database: file time minus game time"),
        "by_sound_s": ("string", "the offset that the sound of all cameras gives; - where it tells none"),
        "drift": ("string", "milliseconds an hour that the camera's clock runs off"),
        "sure": ("string", "how clearly the sounds agree, 0 to 1"),
    }
)
PLAY_SCHEMA = described(
    {
        "start_timestamp": ("float", "seconds of game time: where the play begins"),
        "end_timestamp": ("float", "seconds of game time: where it ends"),
        "angle": ("string", "the side of the court, LEFT or RIGHT"),
        "classification": ("string", "the primary event, one of the league's labels"),
        "player_a": ("string", "who acted: Player #7 (Gray)"),
        "note": ("string", "a person's sentence on the play"),
        "id": ("string", "the play's id"),
    }
)
"""The columns of plays.json that a person asks for."""
SHOWN_PLAYS = {
    "start_s": ("start_timestamp", "float", "seconds of game time"),
    "end_s": ("end_timestamp", "float", "seconds of game time"),
    "side": ("angle", "string", "of the court"),
    "label": ("classification", "string", "the primary event"),
    "player": ("player_a", "string", "who acted"),
}
"""Of those, what fits on a page: shown name -> column, type, meaning."""
SHOWN_PLAYS_SCHEMA = described({name: (kind, text) for name, (_, kind, text) in SHOWN_PLAYS.items()})


@dg.asset(
    **GAME,
    kinds={"mp4"},
    description="A game's four camera files: brought from where they arrive (UBALL_SOURCE_URL), found, "
    "named, proved to decode, and their offsets listened to.",
)
def raw_videos(
    context: dg.AssetExecutionContext,
    video_store: dg.ResourceParam[ObjectStore],
    training: dg.ResourceParam[ObjectStore],
    plays_db: dg.ResourceParam[PlaysDb],
    arrivals: dg.ResourceParam[Arrivals],
    registry: dg.ResourceParam[Registry],
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[None]:
    game_id = context.partition_key
    is_archived = arrivals.store is not None and why_archived(registry, game_id) is not None
    arrival = arrivals.bring(game_id, copy_progress(context), only_look=is_archived)
    _enter_usage(context, registry, video_store, arrivals, arrival)
    files = game_files(video_store, game_id)
    rig = inspect_rig(video_store, plays_db, game_id, files)
    found = _and_archived(training, registry, plays_db, rig)
    rig = replace(
        found, quarantined=(*found.quarantined, *arrival.quarantined), arrived_hash=arrival.arrived_hash
    )
    heard = documents.find(training, object_names.sync(game_id), SyncAudit) if rig.archived else None
    sync = with_decisions(registry, rig, heard or audit_sync(video_store, rig))
    documents.save(training, object_names.sync(game_id), sync)
    documents.save(training, object_names.rig(game_id), rig)
    _tell_arrival(context, registry, counted_version(plays_db, game_id), rig, arrival, files.values())
    metadata = {**_rig_metadata(rig), **_sync_metadata(sync), **_brought_metadata(arrival)}
    page = game_page(settings, game_id)
    return dg.MaterializeResult(metadata={"game": name_game(context, plays_db), **page, **metadata})


def _and_archived(training: ObjectStore, registry: Registry, plays_db: PlaysDb, found: Rig) -> Rig:
    """With the cameras whose videos were put away on purpose. Permanent where none is there and it was not
    on purpose."""
    if not found.without_file:
        return found
    before = documents.find(training, object_names.rig(found.game_id), Rig)
    if before is None:
        return found
    if why_archived(registry, found.game_id):
        return with_archived(found, before, offsets_of(plays_db.videos(found.game_id)))
    assert_there(found, before)
    return found


@dg.asset(
    **GAME,
    deps=[raw_videos],
    kinds={"table"},
    description="A game's plays as people wrote them; a row that breaks a rule is quarantined.",
    metadata={"dagster/column_schema": PLAY_SCHEMA},
)
def plays(
    context: dg.AssetExecutionContext,
    training: dg.ResourceParam[ObjectStore],
    plays_db: dg.ResourceParam[PlaysDb],
) -> dg.MaterializeResult[None]:
    game_id = context.partition_key
    counted = counted_plays(plays_db, game_id)
    rows = counted.rows
    if not rows:
        _assert_known(training, plays_db, game_id)
    rig = documents.load(training, object_names.rig(game_id), Rig)
    sound, quarantined = check_rows(rows, rig.footage)
    respelled = sum(respelled_count(row) for row in rows)
    game = plays_db.game(game_id)
    teams, notes = teams_of(game, [play.player_a for play in sound]), tuple(_notes(counted))
    report = PlaysReport(
        len(rows),
        counted.version,
        tuple(quarantined),
        respelled,
        notes,
        teams,
        teams_hash=teams_hash(game),
        row_complaints=row_complaints(game, rows, sound, teams),
        lost_times=lost_times(rows, sound, rig.footage),
    )
    sound_rows = [play_as_row(play) for play in sound]
    documents.save(training, object_names.plays(game_id), sound_rows)
    documents.save(training, object_names.plays_report(game_id), report)
    metadata = _plays_metadata(training, game_id, report, sound_rows)
    return dg.MaterializeResult(metadata={"game": name_game(context, plays_db), **metadata})


def _notes(counted: CountedPlays) -> list[str]:
    if counted.held_back:
        waiting = f"its review is open: {counted.held_back} decided plays wait until somebody closes it"
        return [f"{waiting}, for what is undecided would count as empty"]
    return reading_notes(counted.rows)


def _assert_known(training: ObjectStore, plays_db: PlaysDb, game_id: str) -> None:
    """Permanent for a game that had plays and of which the database has neither a play nor a row."""
    before = documents.find(training, object_names.plays_report(game_id), PlaysReport)
    if before and before.row_count and plays_db.game(game_id) is None:
        raise Permanent(
            f"the plays database knows nothing of game {game_id} any more, and had {before.row_count} plays: "
            "nothing made of it was touched. Look at UBALL_PLAYS_URL and its key, or bring the rows back; "
            "`uball remove` takes the game out"
        )


def _rig_metadata(rig: Rig) -> dict[str, Any]:
    rows = [
        dg.TableRecord(
            {
                "camera": str(camera.angle),
                "verdict": camera.verdict,
                "filmed_s": round(camera.filmed.duration_s, 2),
                "offset_s": camera.sync_offset_s,
                "picture": f"{camera.width_px}x{camera.height_px}, {camera.frame_rate:.4g} fps",
            }
        )
        for camera in rig.cameras
    ]
    return {
        "cameras": dg.MetadataValue.table(rows, schema=CAMERA_SCHEMA),
        "videos": dg.MetadataValue.md("\n".join(_video_text(rig.game_id, camera) for camera in rig.cameras)),
        "cameras_found": len(rig.cameras),
        **({"archived": ", ".join(rig.archived)} if rig.archived else {}),
        **quarantine_metadata(rig.quarantined),
        "size_mb": round(sum(camera.size_bytes for camera in rig.cameras) / 1e6, 2),
    }


def _sync_metadata(sync: SyncAudit) -> dict[str, Any]:
    report_rows = sync_report.as_rows(sync)
    rows = [
        dg.TableRecord(
            {
                **{name: row[name] for name in ("camera", "verdict", "stored_s", "by_sound_s")},
                "drift": row["drift_ms_per_hour"],
                "sure": row["confidence"],
            }
        )
        for row in report_rows
    ]
    doubts = "\n".join(f"- {row['camera']}: {row['reason']}" for row in report_rows if row["reason"])
    return {
        "sync_offsets": dg.MetadataValue.table(rows, schema=SYNC_SCHEMA),
        **({"sync_notes": dg.MetadataValue.md(doubts)} if doubts else {}),
        "offsets_doubted": len(sync.complaints),
    }


def _enter_usage(
    context: dg.AssetExecutionContext,
    registry: Registry,
    video_store: ObjectStore,
    arrivals: Arrivals,
    arrival: Arrival,
) -> None:
    """What left the bucket where videos arrive, and what stands where they are kept."""
    game_id = context.partition_key
    if arrivals.store and arrival.report:
        enter_egress(
            registry,
            arrivals.store,
            video_store,
            arrival.report.copied_bytes,
            game_id=game_id,
            batch=context.run.tags.get("dagster/backfill", ""),
            key=f"{context.run.run_id}:{context.retry_number}",
            now=datetime.now(UTC),
        )
    enter_storage(registry, video_store, object_names.videos(game_id), game_id)


def _tell_arrival(
    context: dg.AssetExecutionContext,
    registry: Registry,
    plays_version: str,
    rig: Rig,
    arrival: Arrival,
    files: Iterable[ObjectInfo],
) -> None:
    """On the run, for its figures: when what it is about arrived, where that was not processed before."""
    known = registry.newest("games", rig.game_id)
    sources = source_hash(rig.videos_hash, plays_version, rig.arrived_hash)
    stamps = (stamped_s(plays_version), arrival.arrived_at_s or written_at_s(files))
    newest_s = max((at_s for at_s in stamps if at_s), default=None)
    if newest_s and (known is None or known["source_hash"] != sources):
        context.instance.add_run_tags(context.run.run_id, {ARRIVED_TAG: f"{newest_s:.0f}"})
    elif ARRIVED_TAG in context.run.tags:  # inherited from the run that a person executes once more
        context.instance.add_run_tags(context.run.run_id, {ARRIVED_TAG: ""})


def _brought_metadata(arrival: Arrival) -> dict[str, Any]:
    if arrival.report is None:
        return {}
    rows = [
        dg.TableRecord(
            {
                "source": file.source,
                "size_mb": round(file.size_bytes / 1e6, 2),
                "verified": file.verified,
                "was_there": file.skipped,
            }
        )
        for file in arrival.report.migrated
    ]
    return {
        "brought": dg.MetadataValue.table(rows, schema=BROUGHT_SCHEMA),
        "brought_mb": round(arrival.report.copied_bytes / 1e6, 2),
    }


def _files_text(game_id: str, camera: Camera) -> str:
    """The camera's file in the game's folder, and how many more there are of a recording in chapters."""
    name = camera.name.removeprefix(object_names.videos(game_id))
    return f"{name} and {len(camera.more_names)} more" if camera.more_names else name


def _video_text(game_id: str, camera: Camera) -> str:
    """One line of a list; all that does not fit into a narrow column."""
    text = "; ".join((_files_text(game_id, camera), camera.codec, *camera.reasons, *camera.notes))
    return f"- {camera.angle}: {text}"


def _plays_metadata(
    training: ObjectStore, game_id: str, report: PlaysReport, rows: list[dict[str, Any]]
) -> dict[str, Any]:
    shown = [
        dg.TableRecord({name: row[column] for name, (column, _, _) in SHOWN_PLAYS.items()}) for row in rows
    ]
    return {
        "rows_in": report.row_count,
        "teams": " and ".join(report.teams.colors) if report.teams else "not known",
        "respelled": report.respelled_count,
        **({"notes": "; ".join(report.notes)} if report.notes else {}),
        "dagster/row_count": len(rows),
        **quarantine_metadata(report.quarantined),
        **({"plays": dg.MetadataValue.table(shown, schema=SHOWN_PLAYS_SCHEMA)} if shown else {}),
        "whole_rows": dg.MetadataValue.path(training.uri(object_names.plays(game_id))),
    }
