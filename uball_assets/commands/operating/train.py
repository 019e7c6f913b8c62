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
from uball_assets.commands.operating.family import with_family
from uball_assets.domain.record import Family

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from uball_assets.adapters.record.registry import Entry
    from uball_assets.settings import Settings

_STARTED_BY = {
    Family.VIDEO: ("retrain_sensor", "tuned_model"),
    Family.OUTCOME: ("forecast_retrain_sensor", "outcome_model"),
    Family.PLAYER: ("forecast_retrain_sensor", "player_model"),
}
"""Sensor and asset."""


@click.command()
@click.option("--because", required=True, help="The reason, kept on the record.")
@click.option("--by", help="Who asks; without it, this machine's user.")
@click.option("--from-base", is_flag=True, help="Every game anew: from the base model, or from scratch.")
@click.option("--until", help="Not later than that: 2026-12-24, or with a time.")
@with_family
@as_json
def train(
    *, because: str, by: str | None, from_base: bool, until: str | None, family: Family, as_json: bool
) -> None:
    """Ask for a training though none is due; of a video model it is a new paid job, once for each request.

    Its sensor (retrain_sensor, forecast_retrain_sensor) starts it as soon as nothing stands in its way:
    `uball why` says what does. What a video model's would be and cost: `uball tune --plan`.
    """
    from uball_assets.settings import load_settings

    settings = load_settings()
    for notice in settings.notices:
        click.echo(f"note: {notice}", err=True)
    last = moment_in(until, settings.zone) if until else None
    entry = ask(settings, by or getuser(), because, _say, family, from_base=from_base, until=last)
    if as_json:
        print_json(entry)


def ask(
    settings: Settings,
    by: str,
    why: str,
    say: Callable[[str], object],
    family: Family = Family.VIDEO,
    *,
    from_base: bool,
    until: datetime | None = None,
) -> Entry:
    """The request on the record; says what becomes of it."""
    from uball_assets.adapters.record.family import of_family
    from uball_assets.adapters.record.training_requests import ask_for_training
    from uball_assets.resources import record

    registry = of_family(record(settings), family)
    entry = ask_for_training(registry, by, why, from_base=from_base, until=until)
    way = "from the base, with every game" if entry["from_base"] else "going on from the newest model"
    sensor, asset = _STARTED_BY[family]
    say(
        f"on the record, request {entry['number']}: {entry['by']} asks for a training {way}: {entry['why']}. "
        f"{sensor} starts it, or materialise {asset} in the UI."
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
