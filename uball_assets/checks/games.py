"""Checks of `raw_videos` and `plays`: every camera sound, every row sound, nothing lost uncounted."""

import dagster as dg

from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.common import EACH_GAME
from uball_assets.assets.examples_verdicts import NOTHING_TO_CHECK
from uball_assets.assets.games import plays, raw_videos
from uball_assets.assets.record.queries import game_plays
from uball_assets.checks.common import GAME_CHECK, quarantine_result
from uball_assets.domain.clipping.reports import PlaysReport
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.rig import Rig
from uball_assets.domain.footage.sync import SyncAudit, Verdict
from uball_assets.domain.plays.splits import side_of_play
from uball_assets.domain.plays.twins import near_twins

TWIN_SCHEMA = dg.TableSchema(
    columns=[
        dg.TableColumn("play", description="two rows a pair"),
        dg.TableColumn("from_s", type="float", description="game time"),
        dg.TableColumn("to_s", type="float", description="game time"),
    ]
)


@dg.asset_check(
    asset=raw_videos, **GAME_CHECK, description="Four cameras, each with one sound file." + EACH_GAME
)
def four_sound_cameras(
    context: dg.AssetCheckExecutionContext, training: dg.ResourceParam[ObjectStore]
) -> dg.AssetCheckResult:
    rig = documents.load(training, object_names.rig(context.partition_key), Rig)
    return quarantine_result(rig.quarantined, "four sound cameras")


@dg.asset_check(
    asset=raw_videos,
    **GAME_CHECK,
    description="No camera's sound speaks against its stored sync offset, or its clock." + EACH_GAME,
)
def offsets_agree_with_the_sound(
    context: dg.AssetCheckExecutionContext, training: dg.ResourceParam[ObjectStore]
) -> dg.AssetCheckResult:
    sync = documents.load(training, object_names.sync(context.partition_key), SyncAudit)
    unknown = [str(camera.angle) for camera in sync.cameras if camera.verdict is Verdict.UNKNOWN]
    unknown_text = f"; of {', '.join(unknown)} it cannot be told" if unknown else ""
    return dg.AssetCheckResult(
        passed=not sync.complaints,
        severity=dg.AssetCheckSeverity.WARN,
        description=("; ".join(sync.complaints) or "no sound speaks against an offset") + unknown_text,
    )


@dg.asset_check(
    asset=plays, **GAME_CHECK, description="Every row of the database passed every rule." + EACH_GAME
)
def every_row_sound(
    context: dg.AssetCheckExecutionContext, training: dg.ResourceParam[ObjectStore]
) -> dg.AssetCheckResult:
    report = documents.load(training, object_names.plays_report(context.partition_key), PlaysReport)
    nothing_lost = f"all {report.row_count} rows are sound" if report.row_count else NOTHING_TO_CHECK
    return quarantine_result(report.quarantined, nothing_lost)


@dg.asset_check(asset=plays, **GAME_CHECK, description="Rows in = plays out + rows quarantined." + EACH_GAME)
def rows_add_up(
    context: dg.AssetCheckExecutionContext, training: dg.ResourceParam[ObjectStore]
) -> dg.AssetCheckResult:
    report = documents.load(training, object_names.plays_report(context.partition_key), PlaysReport)
    sound, lost = (
        len(game_plays(training, context.partition_key)),
        len({entry.where for entry in report.quarantined}),
    )
    return dg.AssetCheckResult(
        passed=report.row_count == sound + lost,
        description=f"{report.row_count} rows = {sound} plays + {lost} quarantined",
    )


@dg.asset_check(
    asset=plays, **GAME_CHECK, description="No two plays of one side share most of their seconds." + EACH_GAME
)
def no_play_twice(
    context: dg.AssetCheckExecutionContext, training: dg.ResourceParam[ObjectStore]
) -> dg.AssetCheckResult:
    """Told, not mended: it may be a correction that doubled its play, or two plays in a row."""
    pairs = near_twins(game_plays(training, context.partition_key))
    rows = [
        dg.TableRecord({"play": one.play_id, "from_s": one.window.start_s, "to_s": one.window.end_s})
        for pair in pairs
        for one in pair
    ]
    split = sum(side_of_play(one.play_id) != side_of_play(other.play_id) for one, other in pairs)
    return dg.AssetCheckResult(
        passed=not pairs,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{len(pairs)} pairs share most of their seconds, {split} of them across the split: "
        "delete the row that is wrong, if one is"
        if pairs
        else "no two plays share most of their seconds",
        metadata={"pairs": dg.MetadataValue.table(rows, schema=TWIN_SCHEMA)} if rows else {},
    )


checks = [four_sound_cameras, offsets_agree_with_the_sound, every_row_sound, rows_add_up, no_play_twice]
