"""`uball import`: a game of one's own, from a folder of videos and a table of plays.

Belongs here: words in, words out. Not here: reading and storing (`importing`), or how a checked game is told
(`checked_game`).
"""

from __future__ import annotations

from pathlib import Path

import click

from uball_assets.commands.answers import as_json, print_json
from uball_assets.commands.league.loading import load
from uball_assets.domain.plays.labels import LABELS

_SHARED_WITH_THE_DEMO = (
    "the demo's games are in {} too, and models learn from both: a league of your own starts fresh with "
    "UBALL_HOME=FOLDER"
)


@click.command(name="import", epilog=f"Labels of plays: {', '.join(LABELS)}.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--game-id", required=True, help="The game's name: letters, digits, '_' and '-'.")
@click.option(
    "--plays", type=click.Path(path_type=Path), help="Table of plays: .csv, .xlsx, .json or .jsonl."
)
@click.option(
    "--offsets",
    "offsets_file",
    type=click.Path(path_type=Path),
    help="Table of camera and seconds, in any form that plays may have: file time minus game time.",
)
@click.option("--offset", "offset_pairs", multiple=True, metavar="CAMERA=SECONDS", help="One such offset.")
@click.option(
    "--period-start",
    "period_pairs",
    multiple=True,
    metavar="PERIOD=TIME",
    help="Game time at which a period begins, where the table's times begin again with each.",
)
@click.option("--date", help="The day it was played: 2026-03-18.")
@click.option("--team-a", help="As written behind a player: 'Player #7 (Gray)' is Gray.")
@click.option("--team-b", help="The other team.")
@click.option(
    "--replace", "replace_videos", is_flag=True, help="Put videos in the place of others stored before."
)
@click.option("--sync", "sync_rows", is_flag=True, help="Delete stored plays that the table no longer has.")
@click.option(
    "--allow-no-plays", "accept_no_plays", is_flag=True, help="A table without a sound play is meant so."
)
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
@as_json
def import_(
    *,
    folder: Path,
    game_id: str,
    plays: Path | None,
    offsets_file: Path | None,
    offset_pairs: tuple[str, ...],
    period_pairs: tuple[str, ...],
    date: str | None,
    team_a: str | None,
    team_b: str | None,
    replace_videos: bool,
    sync_rows: bool,
    accept_no_plays: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring in a game of your own: a FOLDER with its camera files, and a table of plays.

    The camera is read from each file's name: FAR_LEFT.mp4, game1_farleft.mp4, near-right/video.mov,
    2026-03-18_game1_NR.mp4. A play needs side, start, end and classification; times are seconds or h:mm:ss.
    Without --plays the model annotates the game. Doing it again is safe: rows with an id change the play of
    that id, rows without one the stored play of their side and label that is nearest; changes are listed.
    """
    from uball_assets.commands.checked_game import log_checked, summary
    from uball_assets.commands.operating.log_lines import command_log
    from uball_assets.importing.checking import check_game
    from uball_assets.importing.game import GameFiles
    from uball_assets.importing.offsets import read_offsets
    from uball_assets.importing.options import offsets_in, period_starts_in
    from uball_assets.importing.storing import add_partition, store_game

    if sync_rows and not plays:
        raise click.UsageError("--sync needs --plays: the table that the database is to be as")
    loaded = load()
    listed = read_offsets(offsets_file, loaded.plays_encoding) if offsets_file else []
    files = GameFiles(
        game_id,
        folder,
        plays,
        offsets_in([*listed, *map(_camera_and_seconds, offset_pairs)]),
        date,
        (team_a, team_b),
        replace_videos=replace_videos,
        accept_no_plays=accept_no_plays,
        sync_rows=sync_rows,
        period_starts_s=period_starts_in(pair.partition("=")[::2] for pair in period_pairs),
    )
    if loaded.holds_demo:
        click.echo(f"note: {_SHARED_WITH_THE_DEMO.format(loaded.home)}", err=True)
    with command_log(loaded, "import", game_id) as log:
        game = check_game(loaded, files)
        log_checked(log, game)
        if not as_json:
            for line in summary(game):
                click.echo(line)
        if not dry_run:
            store_game(loaded, game, log.echo)
        is_partition = not dry_run and add_partition(loaded, game.files.game_id)
    if as_json:
        print_json(game.to_dict() | {"dry_run": dry_run, "is_partition": is_partition})
        return
    click.echo(_next_step(game.files.game_id, dry_run=dry_run, is_partition=is_partition))


def _camera_and_seconds(pair: str) -> tuple[str, str]:
    camera, equals, seconds = pair.partition("=")
    if not equals:
        raise click.BadParameter(f"{pair!r}: write it as FAR_LEFT=1.25", param_hint="--offset")
    return camera, seconds


def _next_step(game_id: str, *, dry_run: bool, is_partition: bool) -> str:
    if dry_run:
        return "\nNothing was written: this was a dry run."
    seen = f"game {game_id} is a partition now" if is_partition else "the games sensor will find it"
    return f"\nDone: {seen}. Next: open `make dev` and materialise it, or switch on games_sensor there."
