"""`uball export`: a game's plays in a form that other programs load.

Belongs here: words in, a file out. Not here: the forms (`domain.exports`), reading the game
(`services.game_reading`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from uball_assets.commands.answers import as_json, print_json
from uball_assets.commands.league.loading import load

if TYPE_CHECKING:
    from uball_assets.services.game_reading import Whose

_FORMS = ("csv", "rows", "json", "sportscode", "dartfish", "chapters")


@click.command()
@click.argument("game_id")
@click.option("--as", "form_name", type=click.Choice(_FORMS), default="csv", show_default=True)
@click.option(
    "--of",
    "whose",
    type=click.Choice(["people", "model"]),
    default=None,
    help="Whose plays; without it people's, or the model's where people wrote none.",
)
@click.option(
    "--camera",
    default="",
    help="The camera whose video it is laid over: times are that file's. 'game': game time. Without it the "
    "first camera for sportscode, dartfish and chapters, else game time.",
)
@click.option("--bom", "has_mark", is_flag=True, help="Begin a table with the mark that Excel needs.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file; without it, stdout.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@as_json
def export(
    *,
    game_id: str,
    form_name: str,
    whose: Whose | None,
    camera: str,
    has_mark: bool,
    output: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write a game's plays as a table, JSON, or a timeline that video analysts load.

    csv and rows are read back by `uball import`; sportscode is for Hudl Sportscode, Nacsport, LongoMatch and
    Catapult, dartfish for Dartfish, chapters for web players, VLC and mpv.
    """
    from uball_assets.commands.output_file import refuse_target, write_whole
    from uball_assets.domain.exports.formats import FORMATS, as_bytes
    from uball_assets.resources import plays_database, record, training_store
    from uball_assets.services.game_reading import read_game

    if output:
        refuse_target(output, None, force=force)
    elif as_json:
        raise click.UsageError("--json tells what was written: name its file with -o")
    form, loaded = FORMATS[form_name], load()
    now = read_game(training_store(loaded), record(loaded), plays_database(loaded), game_id)
    game = now.exported(form, whose or "", camera)
    data = as_bytes(game, form, has_mark=has_mark)
    if output:
        write_whole(output, [data], force=force)
    else:
        click.echo(data, nl=False)
    tellers = ", ".join(dict.fromkeys(play.told_by for play in game.plays)) or "nobody"
    if as_json:
        told = {"file": str(output), "plays": len(game.plays), "by": tellers, "clock": game.clock}
        print_json({**told, "left_out": game.left_out})
        return
    left_out = f"; {game.left_out} before that video begins are left out" if game.left_out else ""
    click.echo(f"{len(game.plays)} plays by {tellers}, on the clock of {game.clock}{left_out}", err=True)
