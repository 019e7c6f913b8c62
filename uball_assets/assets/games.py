"""What comes in for a game: `raw_videos` (four cameras, proved) and `plays` (rows, judged).

Belongs here: reading the sources and writing down what was found. Not here: cutting (`clips`).
"""

from dataclasses import replace
from typing import Any

import dagster as dg

from uball_assets.adapters import documents
from uball_assets.adapters.arrivals import Arrivals, Brought
from uball_assets.adapters.object_store import ObjectStore
from uball_assets.adapters.plays_db import PlaysDb
from uball_assets.adapters.registry import Registry
from uball_assets.adapters.rig_inspection import inspect_rig
from uball_assets.adapters.sync_audit import audit_sync
from uball_assets.adapters.sync_decisions import with_decisions
from uball_assets.assets.common import GAME, copy_log, loss_metadata
from uball_assets.domain import places, sync_words
from uball_assets.domain.columns import reading_notes
from uball_assets.domain.games import game_title
from uball_assets.domain.plays import check_rows, play_as_row, respelled_count
from uball_assets.domain.reports import PlaysReport
from uball_assets.domain.rig import Camera, Rig
from uball_assets.domain.sync import SyncAudit

CAMERA_SCHEMA = dg.TableSchema(
    columns=[
        dg.TableColumn("angle"),
        dg.TableColumn("file"),
        dg.TableColumn("verdict"),
        dg.TableColumn("filmed_s", type="float", description="first frame to last, in the file's clock"),
        dg.TableColumn("sync_offset_s", type="float", description="file time minus game time"),
        dg.TableColumn("picture"),
        dg.TableColumn("reasons"),
        dg.TableColumn("notes", description="what is worth knowing of a film, sound or not"),
    ]
)
BROUGHT_SCHEMA = dg.TableSchema(
    columns=[
        dg.TableColumn("source"),
        dg.TableColumn("size_mb", type="float"),
        dg.TableColumn("verified"),
        dg.TableColumn("was_there", type="bool"),
    ]
)
SYNC_SCHEMA = dg.TableSchema(columns=[dg.TableColumn(name) for name in sync_words.COLUMNS])
PLAY_COLUMNS = ("start_timestamp", "end_timestamp", "angle", "classification", "player_a", "note", "id")
PLAY_SCHEMA = dg.TableSchema(columns=[dg.TableColumn(name) for name in PLAY_COLUMNS])


@dg.asset(
    **GAME,
    kinds={"mp4"},
    description="A game's four camera files: brought from where they arrive (UBALL_SOURCE_URL), found, "
    "named, proved to decode, and their offsets listened to.",
)
def raw_videos(
    context: dg.AssetExecutionContext,
    videos: dg.ResourceParam[ObjectStore],
    training: dg.ResourceParam[ObjectStore],
    plays_db: dg.ResourceParam[PlaysDb],
    arrivals: dg.ResourceParam[Arrivals],
    registry: dg.ResourceParam[Registry],
) -> dg.MaterializeResult[None]:
    game_id = context.partition_key
    brought = arrivals.bring(game_id, copy_log(context.log.info))
    found = inspect_rig(videos, plays_db, game_id)
    rig = replace(found, losses=(*found.losses, *brought.losses), arrived_hash=brought.arrived_hash)
    sync = with_decisions(registry, rig, audit_sync(videos, rig))
    documents.save(training, places.sync(game_id), sync)
    documents.save(training, places.rig(game_id), rig)
    told = {**_rig_metadata(rig), **_sync_metadata(sync), **_brought_metadata(brought)}
    return dg.MaterializeResult(metadata={"game": game_title(plays_db.game(game_id)), **told})


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
    version = plays_db.play_versions().get(game_id, "")
    rows = plays_db.plays(game_id)
    rig = documents.load(training, places.rig(game_id), Rig)
    sound, losses = check_rows(rows, rig.footage)
    respelled = sum(respelled_count(row) for row in rows)
    report = PlaysReport(len(rows), version, tuple(losses), respelled, tuple(reading_notes(rows)))
    sound_rows = [play_as_row(play) for play in sound]
    documents.save(training, places.plays(game_id), sound_rows)
    documents.save(training, places.plays_report(game_id), report)
    return dg.MaterializeResult(metadata=_plays_metadata(report, sound_rows))


def _rig_metadata(rig: Rig) -> dict[str, Any]:
    rows = [
        dg.TableRecord(
            {
                "angle": str(camera.angle),
                "file": _files_text(rig.game_id, camera),
                "verdict": camera.verdict,
                "filmed_s": round(camera.filmed.duration_s, 2),
                "sync_offset_s": camera.sync_offset_s,
                "picture": f"{camera.width_px}x{camera.height_px} {camera.codec} {camera.frame_rate:.2f} fps",
                "reasons": "; ".join(camera.reasons),
                "notes": "; ".join(camera.notes),
            }
        )
        for camera in rig.cameras
    ]
    return {
        "cameras": dg.MetadataValue.table(rows, schema=CAMERA_SCHEMA),
        "cameras_found": len(rig.cameras),
        **loss_metadata(rig.losses),
        "size_mb": round(sum(camera.size_bytes for camera in rig.cameras) / 1e6, 2),
    }


def _sync_metadata(sync: SyncAudit) -> dict[str, Any]:
    rows = [dg.TableRecord(dict(row)) for row in sync_words.as_rows(sync)]
    return {
        "sync_offsets": dg.MetadataValue.table(rows, schema=SYNC_SCHEMA),
        "offsets_doubted": len(sync.complaints),
    }


def _brought_metadata(brought: Brought) -> dict[str, Any]:
    if brought.report is None:
        return {}
    rows = [
        dg.TableRecord(
            {
                "source": film.source,
                "size_mb": round(film.size_bytes / 1e6, 2),
                "verified": film.verified,
                "was_there": film.skipped,
            }
        )
        for film in brought.report.migrated
    ]
    return {
        "brought": dg.MetadataValue.table(rows, schema=BROUGHT_SCHEMA),
        "brought_mb": round(brought.report.copied_bytes / 1e6, 2),
    }


def _files_text(game_id: str, camera: Camera) -> str:
    """The camera's file in the game's folder, and how many more there are of a recording in chapters."""
    name = camera.name.removeprefix(places.videos(game_id))
    return f"{name} and {len(camera.more_names)} more" if camera.more_names else name


def _plays_metadata(report: PlaysReport, rows: list[dict[str, Any]]) -> dict[str, Any]:
    shown = [dg.TableRecord({name: row[name] for name in PLAY_COLUMNS}) for row in rows]
    return {
        "rows_in": report.row_count,
        "respelled": report.respelled_count,
        **({"notes": "; ".join(report.notes)} if report.notes else {}),
        "dagster/row_count": len(rows),
        **loss_metadata(report.losses),
        "plays": dg.MetadataValue.table(shown, schema=PLAY_SCHEMA),
    }
