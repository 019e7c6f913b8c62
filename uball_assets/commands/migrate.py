"""`uball migrate`: games' videos from the bucket where they arrive into the one where they are kept.

Belongs here: words in, words out. Not here: copying (`services.migration`).
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, bytes_text, facts, print_json, table

if TYPE_CHECKING:
    from uball_assets.adapters.stores.object_store import ObjectStore
    from uball_assets.commands.operating.log_lines import CommandLog
    from uball_assets.domain.errors import Quarantined
    from uball_assets.domain.footage.migration import GameFolder, Migrated, MigrationReport
    from uball_assets.settings import Settings


@click.command()
@click.option("--s3-path", metavar="FOLDER", help="The game's folder in the bucket: Games/09-22-2025/game1/.")
@click.option("--game-id", help="The game's id; its videos go to Games/{id}/.")
@click.option(
    "--batch",
    type=click.Path(path_type=Path),
    help="Many games: a .csv or .jsonl file with s3_path and game_id. A bad row costs only itself.",
)
@click.option(
    "--all", "all_games", is_flag=True, help="Every game of the database, by its s3_key in video_metadata."
)
@click.option("--from", "from_url", metavar="URL", help="s3://bucket, instead of UBALL_SOURCE_URL.")
@click.option("--to", "to_url", metavar="URL", help="gs://bucket or a folder, instead of UBALL_VIDEOS_URL.")
@click.option("--region", help="The S3 bucket's, instead of UBALL_AWS_REGION.")
@click.option(
    "--engine",
    type=click.Choice(["stream", "rclone", "sts"]),
    help="Who copies, instead of UBALL_COPY_ENGINE: this program, the rclone that is installed, or Google's "
    "Storage Transfer Service.",
)
@click.option("--role-arn", help="For sts: the AWS role, instead of UBALL_TRANSFER_ROLE_ARN.")
@click.option("--replace", is_flag=True, help="Replace videos at the target that somebody else wrote.")
@click.option("--dry-run", is_flag=True, help="Say what would be copied, and copy nothing.")
@as_json
def migrate(
    *,
    s3_path: str | None,
    game_id: str | None,
    batch: Path | None,
    all_games: bool,
    from_url: str | None,
    to_url: str | None,
    region: str | None,
    engine: str | None,
    role_arn: str | None,
    replace: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Copy a game's folder, byte for byte and proved, into UBALL_VIDEOS_URL: videos, and what else is in it.

    What is there already, by checksum, is not copied again; after a kill the same command goes on where it
    stopped. Credentials come from the environment or the standard chains of AWS and Google. Exit code 0: all
    videos are there. 1: some cannot be copied. 75: try again later.
    """
    from uball_assets.commands.operating.log_lines import command_log
    from uball_assets.resources import videos_store
    from uball_assets.settings import load_settings

    is_one = bool(s3_path or game_id)
    if is_one + bool(batch) + all_games != 1 or (is_one and not (s3_path and game_id)):
        raise click.UsageError("give --s3-path and --game-id, or --batch, or --all")
    settings = load_settings()
    for notice in settings.notices:
        click.echo(f"note: {notice}", err=True)
    settings = settings.model_copy(update={"aws_region": region or settings.aws_region})
    source, video_store = _source(settings, from_url), videos_store(settings, to_url or "")
    games, quarantined = _games(settings, s3_path, game_id, batch)
    if dry_run:
        _show_plans(source, video_store, games, quarantined, is_one=is_one, as_json=as_json)
        return
    options = {
        "engine": engine or settings.copy_engine,
        "replace": replace,
        "role_arn": role_arn or settings.transfer_role_arn,
        "project_id": settings.gcp_project_id,
    }
    with command_log(settings, "migrate", game_id) as log:
        reports = _migrated(source, video_store, games, quarantined, is_one=is_one, options=options, log=log)
        _enter_egress(settings, source, video_store, reports, batch.name if batch else "")
        if as_json:
            print_json(reports[0].to_dict() if is_one else _batch(reports, quarantined))
        else:
            _show(reports, quarantined)
        _end(reports, quarantined)


def _source(settings: Settings, from_url: str | None) -> ObjectStore:
    from uball_assets.domain.errors import Permanent
    from uball_assets.resources import arrivals_store

    store = arrivals_store(settings, from_url or "")
    if store is None:
        raise Permanent("where the videos arrive is not set: set UBALL_SOURCE_URL=s3://bucket, or use --from")
    return store


def _games(
    settings: Settings, s3_path: str | None, game_id: str | None, batch: Path | None
) -> tuple[list[GameFolder], list[Quarantined]]:
    from uball_assets.commands.game_list import read_game_list
    from uball_assets.domain.footage.games import one_spelling, valid_game_id
    from uball_assets.domain.footage.migration import GameFolder, folder_of, games_in

    if s3_path and game_id:
        return [GameFolder(folder_of(s3_path), one_spelling(valid_game_id(game_id)))], []
    return games_in(read_game_list(batch)) if batch else _games_of_database(settings)


def _games_of_database(settings: Settings) -> tuple[list[GameFolder], list[Quarantined]]:
    from uball_assets.domain.errors import Permanent, Quarantined
    from uball_assets.domain.footage.migration import folder_in_keys
    from uball_assets.resources import plays_database

    database = plays_database(settings)
    games, quarantined = [], []
    for game_id in database.game_ids():
        try:
            games.append(folder_in_keys(game_id, [row.get("s3_key") for row in database.videos(game_id)]))
        except Permanent as error:
            quarantined.append(
                Quarantined(
                    f"game {game_id}", "video_metadata", str(error), "enter the keys, or use --s3-path"
                )
            )
    return games, quarantined


def _migrated(
    source: ObjectStore,
    video_store: ObjectStore,
    games: list[GameFolder],
    quarantined: list[Quarantined],
    *,
    is_one: bool,
    options: dict[str, Any],
    log: CommandLog,
) -> list[MigrationReport]:
    """In a batch a game that cannot be copied is a loss, and the rest goes on."""
    from uball_assets.commands.copy_bar import copy_bar
    from uball_assets.domain.errors import Quarantined, UballError
    from uball_assets.services.migration import migrate_game

    reports = []
    for place, game in enumerate(games, 1):
        label = "copying" if is_one else f"game {place} of {len(games)}"
        log.tell(f"copies {game.source_path}", game=game.game_id)
        try:
            with copy_bar(label) as shown:
                reports.append(
                    migrate_game(
                        source, game.source_path, video_store, game.game_id, progress=shown, **options
                    )
                )
            _log_report(log, reports[-1])
        except UballError as error:
            if is_one:
                raise
            log.tell(f"was not copied: {error}", level=logging.ERROR, game=game.game_id)
            quarantined.append(
                Quarantined(f"game {game.game_id}", game.source_path, str(error), "see why; run it again")
            )
    return reports


def _log_report(log: CommandLog, report: MigrationReport) -> None:
    for file in report.migrated:
        how = "was there" if file.skipped else "is copied"
        text = f"{file.destination} {how}: {bytes_text(file.size_bytes)}"
        log.tell(text, game=report.game_id, camera=_camera_of(file.destination))
    for failure in report.failures:
        text = f"{failure.source} was not copied: {failure.reason}; {failure.remedy}"
        camera = _camera_of(failure.source)
        log.tell(text, level=logging.ERROR, game=report.game_id, camera=camera)


def _camera_of(name: str) -> str | None:
    from uball_assets.domain.footage.angles import angle_of

    return angle_of(name)


def _enter_egress(
    settings: Settings,
    source: ObjectStore,
    video_store: ObjectStore,
    reports: list[MigrationReport],
    batch: str,
) -> None:
    """What was copied is copied, whether the record can be written or not."""
    from datetime import UTC, datetime

    from uball_assets.adapters.record.usage import enter_egress
    from uball_assets.domain.errors import UballError
    from uball_assets.resources import record

    now = datetime.now(UTC)
    try:
        for report in reports:
            enter_egress(
                record(settings),
                source,
                video_store,
                report.copied_bytes,
                game_id=report.game_id,
                batch=batch,
                key=now.isoformat(),
                now=now,
            )
    except UballError as error:
        click.echo(f"note: `uball costs` will not know of this copy: {error}", err=True)


def _batch(reports: list[MigrationReport], quarantined: list[Quarantined]) -> dict[str, Any]:
    return {
        "success": not quarantined and all(report.is_success for report in reports),
        "games": [report.to_dict() for report in reports],
        "losses": [entry.as_row() for entry in quarantined],
        "total_files": sum(report.total_files for report in reports),
        "migrated_files": sum(len(report.migrated) for report in reports),
        "failed_files": sum(len(report.failures) for report in reports),
        "bytes": sum(report.copied_bytes for report in reports),
        "seconds": round(sum(report.elapsed_s for report in reports), 3),
    }


def _show(reports: list[MigrationReport], quarantined: list[Quarantined]) -> None:
    for report in reports:
        rate = report.copied_bytes / max(report.elapsed_s, 1e-3)
        lines = [
            ("game", report.game_id),
            ("from", report.source_path),
            ("to", report.destination_path),
            *_file_lines(report, "videos", is_video=True),
            *_file_lines(report, "other files", is_video=False),
            *[("failed", f"{each.source}: {each.reason}; {each.remedy}") for each in report.failures],
            *[("missing", f"{entry.what}: {entry.why}; {entry.remedy}") for entry in report.missing],
            (
                "read",
                f"{bytes_text(report.copied_bytes)} in {report.elapsed_s:.1f} s, {bytes_text(round(rate))}/s",
            ),
        ]
        click.echo(facts(lines) + "\n")
    if quarantined:
        click.echo("Left out, and why (the rest went on):")
        click.echo(table([entry.as_row() for entry in quarantined]))


def _file_lines(report: MigrationReport, kind: str, *, is_video: bool) -> list[tuple[str, str]]:
    """Videos are always counted, other files where there are any."""
    there = [file for file in report.migrated if file.is_video is is_video]
    count = len(there) + sum(failure.is_video is is_video for failure in report.failures)
    if not count and not is_video:
        return []
    return [(kind, f"{len(there)} of {count} are there"), *(("", _file_text(report, file)) for file in there)]


def _file_text(report: MigrationReport, file: Migrated) -> str:
    name = file.destination.removeprefix(report.destination_path)
    how = "was there" if file.skipped else f"proved by {file.verified}"
    return f"{name} ({bytes_text(file.size_bytes)}, {how}, {file.checksum})"


def _show_plans(
    source: ObjectStore,
    video_store: ObjectStore,
    games: list[GameFolder],
    quarantined: list[Quarantined],
    *,
    is_one: bool,
    as_json: bool,
) -> None:
    from uball_assets.domain.errors import Permanent, Quarantined
    from uball_assets.services.migration import look_at_game, refusal_of, standing_of

    rows: list[dict[str, Any]] = []
    refused: list[Quarantined] = [*quarantined]
    for game in games:
        try:
            look = look_at_game(source, game.source_path, video_store, game.game_id)
        except Permanent as error:
            if is_one:
                raise
            refused.append(
                Quarantined(f"game {game.game_id}", game.source_path, str(error), "correct the row")
            )
            continue
        refused += [entry for _, entry in look.plan.refused] + list(look.plan.missing)
        for file in look.plan.files:
            uri, why = look.sources[file.source].uri, refusal_of(video_store, look, file)
            rows.append(
                {
                    "source": uri,
                    "destination": video_store.uri(file.target),
                    "kind": "video" if file.is_video else "other",
                    "bytes": look.sources[file.source].size_bytes,
                    "at the target": str(standing_of(video_store, look, file)),
                    "copyable": "no" if why else "yes",
                }
            )
            if why:
                refused.append(
                    Quarantined("video" if file.is_video else "file", uri, why, "then run it again")
                )
    if as_json:
        print_json({"dry_run": True, "videos": rows, "losses": [entry.as_row() for entry in refused]})
        return
    click.echo(table(rows))
    if refused:
        click.echo("\n" + table([entry.as_row() for entry in refused]))
    click.echo("\nNothing was copied: this was a dry run.")


def _end(reports: list[MigrationReport], quarantined: list[Quarantined]) -> None:
    """The exit code: what is only for now, and nothing else, is worth another try."""
    from uball_assets.domain.errors import Permanent, Transient

    failures = [failure for report in reports for failure in report.failures]
    if not failures and not quarantined:
        return
    counts = [f"{len(failures)} files were not copied"] * bool(failures)
    counts += [f"{len(quarantined)} games or rows were left out"] * bool(quarantined)
    first = f"{failures[0].source}: {failures[0].reason}" if failures else quarantined[0].why
    kind = Permanent if quarantined or not all(each.is_transient for each in failures) else Transient
    raise kind(f"{' and '.join(counts)}: {first}")
