"""`uball sync`: whether stored offsets agree with what the cameras hear, and a person's word on one.

Belongs here: words in, words out. Not here: hearing (`services.sync_audit`), or the verdict
(`domain.footage.sync`).
"""

from __future__ import annotations

from getpass import getuser
from typing import TYPE_CHECKING

import click

from uball_assets.commands.answers import as_json, print_json, table
from uball_assets.commands.league.loading import load

if TYPE_CHECKING:
    from uball_assets.domain.footage.angles import Angle


@click.command()
@click.argument("game_id")
@click.option("--suggest", is_flag=True, help="Also the offsets to enter; none is ever written.")
@click.option(
    "--search",
    "search_s",
    type=click.FloatRange(30, 600),
    default=30.0,
    show_default=True,
    help="How many seconds an offset may be off; more takes longer.",
)
@click.option("--accept", "accepted", metavar="CAMERA", help="A person decides: this stored offset holds.")
@click.option("--why", help="With --accept: the reason, kept on the record.")
@click.option("--by", help="With --accept: who decides; without it, this machine's user.")
@as_json
def sync(
    *,
    game_id: str,
    suggest: bool,
    search_s: float,
    accepted: str | None,
    why: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    """Whether the cameras' stored offsets and clocks agree with the sound of their videos.

    A camera that its sound contradicts by more than a play lasts gives no clips until its offset is
    corrected, or accepted by a person: --accept CAMERA --why "…".
    """
    from uball_assets.adapters.record.sync_decisions import accept, with_decisions
    from uball_assets.domain.footage import sync_report
    from uball_assets.resources import plays_database, record, videos_store
    from uball_assets.services.sync_audit import audit_game

    angle = _camera(accepted) if accepted else None
    if bool(accepted) != bool(why) or (by and not accepted):
        raise click.UsageError("--accept CAMERA and --why go together")
    loaded = load()
    registry = record(loaded)
    rig, audit = audit_game(videos_store(loaded), plays_database(loaded), game_id, search_s)
    if angle:
        decision = accept(registry, rig, audit, angle, by or getuser(), why or "")
        click.echo(
            f"on the record: {decision['by']} accepts {angle} at {decision['stored_offset_s']:+g} s, "
            f"{decision['recorded_at']}: {decision['why']}. Its clips are cut when the game is materialised.",
            err=as_json,
        )
    audit = with_decisions(registry, rig, audit)
    if as_json:
        print_json(sync_report.to_dict(audit))
        return
    click.echo(table([dict(row) for row in sync_report.as_rows(audit)]))
    if suggest:
        click.echo("\n" + sync_report.advice(audit))


def _camera(text: str) -> Angle:
    from uball_assets.domain.footage.angles import Angle

    try:
        return Angle(text.strip().upper().replace("-", "_"))
    except ValueError:
        raise click.BadParameter(f"{text!r}: write {', '.join(Angle)}", param_hint="--accept") from None
