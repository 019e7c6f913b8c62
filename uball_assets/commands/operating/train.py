"""`uball train`: asks for a training that is not due, with who and why.

Belongs here: the request, and words out. Not here: when it starts (`domain.learning.retrain`), what it
would be and cost (`commands.tune`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from getpass import getuser
from typing import TYPE_CHECKING

import click

from uball_assets.commands.answers import as_json, print_json

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from uball_assets.adapters.record.registry import Entry
    from uball_assets.settings import Settings


@click.command()
@click.option("--because", required=True, help="The reason, kept on the record.")
@click.option("--by", help="Who asks; without it, this machine's user.")
@click.option("--from-base", is_flag=True, help="Every game anew, from the base model.")
@click.option("--until", help="Not later than that: 2026-12-24, or with a time.")
@as_json
def train(*, because: str, by: str | None, from_base: bool, until: str | None, as_json: bool) -> None:
    """Ask for a training though none is due; it is a new paid job, once for each request.

    retrain_sensor starts it as soon as nothing stands in its way: `uball why` says what does. What it
    would be and cost: `uball tune --plan`.
    """
    from uball_assets.settings import load_settings

    settings = load_settings()
    for notice in settings.notices:
        click.echo(f"note: {notice}", err=True)
    last = moment_in(until, settings.zone) if until else None
    entry = ask(settings, by or getuser(), because, _say, from_base=from_base, until=last)
    if as_json:
        print_json(entry)


def ask(
    settings: Settings,
    by: str,
    why: str,
    say: Callable[[str], object],
    *,
    from_base: bool,
    until: datetime | None = None,
) -> Entry:
    """The request on the record; says what becomes of it."""
    from uball_assets.adapters.record.training_requests import ask_for_training
    from uball_assets.resources import record

    entry = ask_for_training(record(settings), by, why, from_base=from_base, until=until)
    way = "from the base, with every game" if entry["from_base"] else "going on from the newest model"
    say(
        f"on the record, request {entry['number']}: {entry['by']} asks for a training {way}: {entry['why']}. "
        "retrain_sensor starts it, or materialise tuned_model in the UI."
    )
    return entry


def _say(line: str) -> None:
    click.echo(line, err=True)


def moment_in(text: str, zone: ZoneInfo) -> datetime:
    """A date (its beginning) or a moment, in the league's time zone unless it names another; not one that has
    passed."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r}: write 2026-12-24, or 2026-12-24T18:00") from None
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    if at <= datetime.now(zone):
        raise click.BadParameter(f"{text} has passed already")
    return at
