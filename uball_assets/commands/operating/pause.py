"""`uball pause` and `uball resume`: no model changes for a while, and does again.

Belongs here: putting it on the record, and words out. Not here: what it holds back
(`domain.learning.due.freeze`).
"""

from __future__ import annotations

from getpass import getuser
from typing import TYPE_CHECKING

import click

from uball_assets.commands.answers import as_json, print_json
from uball_assets.commands.operating.train import moment_in

if TYPE_CHECKING:
    from uball_assets.settings import Settings


@click.command()
@click.option("--because", required=True, help="The reason, kept on the record.")
@click.option("--until", help="When it ends by itself: 2026-12-24, or with a time. Without: uball resume.")
@click.option("--by", help="Who pauses; without it, this machine's user.")
@as_json
def pause(*, because: str, until: str | None, by: str | None, as_json: bool) -> None:
    """No model changes: nothing is trained, promoted, or taken a canary step on. Games are annotated as ever.

    A training that runs already comes to its end; nobody decides on its model before the pause is over.
    """
    from uball_assets.adapters.record.pauses import pause as begin
    from uball_assets.resources import record

    settings = _settings()
    end = moment_in(until, settings.zone) if until else None
    entry = begin(record(settings), by or getuser(), because, end)
    if as_json:
        print_json(entry)
        return
    until_then = f"until {end:%Y-%m-%d %H:%M %Z}" if end else "until `uball resume`"
    click.echo(f"on the record: {entry['by']} pauses every change of models {until_then}: {entry['why']}")


@click.command()
@click.option("--because", required=True, help="The reason, kept on the record.")
@click.option("--by", help="Who resumes; without it, this machine's user.")
@as_json
def resume(*, because: str, by: str | None, as_json: bool) -> None:
    """Models may change again after `uball pause`; a freeze window of the settings goes on all the same."""
    from uball_assets.adapters.record.pauses import resume as end
    from uball_assets.resources import record

    entry = end(record(_settings()), by or getuser(), because)
    if as_json:
        print_json(entry)
    else:
        click.echo(f"on the record: {entry['by']} lets models change again: {entry['why']}")


def _settings() -> Settings:
    from uball_assets.settings import load_settings

    settings = load_settings()
    for notice in settings.notices:
        click.echo(f"note: {notice}", err=True)
    return settings
