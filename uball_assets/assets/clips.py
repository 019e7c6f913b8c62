"""`clips/<camera>`: every play of a camera's side as a clip, cut, proved and keyed by its content.

Belongs here: one asset a camera, so that a bad camera costs only its own clips. A camera that fails does not
raise: it materialises with its losses and a failed check.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

import dagster as dg

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.common import (
    GAME,
    PICTURES_OPEN,
    described,
    name_game,
    quarantine_metadata,
)
from uball_assets.assets.games import plays, raw_videos
from uball_assets.assets.pictures import contact_sheet_metadata
from uball_assets.assets.progress import cut_progress
from uball_assets.assets.record.queries import game_plays
from uball_assets.domain.clipping.clips import plan_clips
from uball_assets.domain.clipping.empty_windows import EmptyWindow, empty_windows, plan_empty
from uball_assets.domain.clipping.reports import CameraClips, PlaysReport
from uball_assets.domain.errors import Quarantined
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.rig import Camera, Rig
from uball_assets.domain.footage.sync import SyncAudit
from uball_assets.domain.footage.sync_verdict import keeps_out
from uball_assets.domain.plays.plays import Play, plays_hash
from uball_assets.services.clip_library import ClipCutter, CutResult, Watch, drop_strays
from uball_assets.settings import Settings

OTHERWISE_SCHEMA = described(
    {
        "clips": ("int", "how many"),
        "cut_as": ("string", "the mode that was used"),
        "because": ("string", "why not as the recipe says, or why nothing was copied"),
    }
)


def clips_key(angle: Angle) -> dg.AssetKey:
    return dg.AssetKey(["clips", str(angle)])


def clips_asset(angle: Angle) -> dg.AssetsDefinition:
    @dg.asset(
        **GAME,
        key=clips_key(angle),
        deps=[raw_videos, plays],
        kinds={"mp4"},
        description=f"The {angle.play_side} side's plays as {angle} saw them: exact frames, proved."
        + PICTURES_OPEN,
    )
    def clips(
        context: dg.AssetExecutionContext,
        training: dg.ResourceParam[ObjectStore],
        plays_db: dg.ResourceParam[PlaysDb],
        cutter: dg.ResourceParam[ClipCutter],
        settings: dg.ResourceParam[Settings],
    ) -> dg.MaterializeResult[None]:
        game_id = context.partition_key
        rig = documents.load(training, object_names.rig(game_id), Rig)
        found = game_plays(training, game_id)
        sync = documents.find(training, object_names.sync(game_id), SyncAudit)
        empties = _empties(training, game_id, found, settings.empty_examples_share)
        result, wanted = _make(cutter, rig, sync, angle, found, empties, cut_progress(context))
        is_empty = {empty.empty_id for empty in empties}
        made = CameraClips(
            game_id,
            angle,
            plays_hash(found),
            wanted,
            tuple(clip for clip in result.clips if clip.play_id not in is_empty),
            result.quarantined,
            result.lost_keys,
            tuple(clip for clip in result.clips if clip.play_id in is_empty),
        )
        documents.save(training, object_names.camera_clips(game_id, angle), made)
        is_away = angle in rig.archived or angle in rig.without_file
        dropped = (
            0
            if is_away
            else drop_strays(training, object_names.clips(game_id), f"_{angle}.mp4", result.clips)
        )
        title = name_game(context, plays_db)
        sheet = contact_sheet_metadata(training, made, found, title)
        return dg.MaterializeResult(metadata={"game": title, **_metadata(made, result, dropped), **sheet})

    made_by_camera: dg.AssetsDefinition = clips
    return made_by_camera


def _empties(training: ObjectStore, game_id: str, plays: list[Play], share: float) -> tuple[EmptyWindow, ...]:
    report = documents.load(training, object_names.plays_report(game_id), PlaysReport)
    return empty_windows(plays, report.lost_times, share)


def _make(
    cutter: ClipCutter,
    rig: Rig,
    sync: SyncAudit | None,
    angle: Angle,
    plays: list[Play],
    empties: tuple[EmptyWindow, ...],
    watch: Watch,
) -> tuple[CutResult, int]:
    """The camera's clips, of plays and of empty windows, and the number of plays that wanted one."""
    wanted = [play for play in plays if play.side is angle.play_side]
    camera = rig.camera(angle)
    if camera is None:
        return CutResult((), tuple(_unseen(rig, angle, play) for play in wanted), 0), len(wanted)
    why = keeps_out(sync, angle, [play.window.duration_s for play in wanted]) if sync else None
    if why:
        return CutResult((), tuple(_doubted(camera, rig.game_id, play, why) for play in wanted), 0), len(
            wanted
        )
    plans, refused = plan_clips(rig.game_id, camera, wanted, cutter.recipe)
    folder = object_names.clips(rig.game_id)
    empty_plans = plan_empty(camera, empties, cutter.recipe)
    if angle in rig.archived:
        result = cutter.kept(folder, camera, plans, empty_plans)
    else:
        result = cutter.make(folder, camera, [*plans, *empty_plans], watch)
    return replace(result, quarantined=(*refused, *result.quarantined)), len(wanted)


def _unseen(rig: Rig, angle: Angle, play: Play) -> Quarantined:
    why = next(
        (entry.why for entry in rig.quarantined if entry.what == f"camera {angle}"),
        "the camera has no sound file",
    )
    return Quarantined(
        f"clip {play.play_id}_{angle}", object_names.videos(rig.game_id), why, f"bring a sound {angle} file"
    )


def _doubted(camera: Camera, game_id: str, play: Play, why: str) -> Quarantined:
    remedy = (
        f"see `uball sync {game_id} --suggest` and correct the offset, or, if it holds, "
        f'`uball sync {game_id} --accept {camera.angle} --why "…"`'
    )
    return Quarantined(f"clip {play.play_id}_{camera.angle}", camera.name, why, remedy)


def _metadata(made: CameraClips, result: CutResult, dropped: int) -> dict[str, Any]:
    return {
        "plays_in": made.wanted,
        "clips_accepted": len(made.clips),
        "empty_windows": len(made.empties),
        "cut_now": result.cut_count,
        **({"cut_on_other_nodes": result.elsewhere_count} if result.elsewhere_count else {}),
        "unchanged": len(made.all_clips) - result.cut_count,
        "strays_deleted": dropped,
        **quarantine_metadata(made.quarantined),
        "size_mb": round(sum(clip.size_bytes for clip in made.all_clips) / 1e6, 3),
        "look_wrong": ", ".join(f"{clip.play_id} ({clip.flaws})" for clip in made.clips if clip.flaws)
        or "none",
        **_how_cut(made),
    }


def _how_cut(made: CameraClips) -> dict[str, Any]:
    """How many frames are the camera's own, and which clips were cut otherwise than asked, and why."""
    frames = sum(clip.frame_count for clip in made.clips)
    otherwise = Counter((clip.mode_used, clip.reason) for clip in made.clips if clip.reason)
    rows = [
        dg.TableRecord({"clips": count, "cut_as": mode, "because": reason})
        for (mode, reason), count in otherwise.most_common()
    ]
    copied = sum(clip.copied_count for clip in made.clips)
    return {
        "frames": frames,
        "frames_copied_percent": round(100 * copied / frames, 1) if frames else 0.0,
        **({"cut_otherwise": dg.MetadataValue.table(rows, schema=OTHERWISE_SCHEMA)} if rows else {}),
    }


CLIPS = {angle: clips_asset(angle) for angle in Angle}
