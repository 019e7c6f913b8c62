"""`uball features`: what was known of a game's two teams before it, each number with its meaning.

Belongs here: words out. Not here: what a feature is and how it is reckoned (`domain.form`).
"""

from __future__ import annotations

import click

from uball_assets.commands.answers import as_json, print_json, table
from uball_assets.commands.league.loading import load


@click.command()
@click.argument("game_id")
@as_json
def features(*, game_id: str, as_json: bool) -> None:
    """What was known of GAME_ID's two teams at its tip-off; of a game to come, what is known now.

    The numbers that forecasts are made from, each with where it comes from, over which time, and what it
    means.
    """
    from datetime import UTC, datetime

    from uball_assets.domain.errors import Permanent
    from uball_assets.domain.form.book import FormBook
    from uball_assets.domain.form.columns import GAME_FEATURES
    from uball_assets.resources import warehouse
    from uball_assets.services.league.facts import read_facts

    now = datetime.now(UTC)
    facts = read_facts(warehouse(load()))
    fixture = next((one for one in facts.known_at(now).fixtures if one.game_id == game_id), None)
    if fixture is None:
        raise Permanent(f"the league's schedule has no game {game_id!r}")
    as_of = min(now, fixture.tip_off)
    told = FormBook(facts).game(fixture, as_of)
    if as_json:
        print_json({"game_id": game_id, "as_of": as_of.isoformat(), "features": told})
        return
    click.echo(f"{fixture.home_team} at home to {fixture.away_team}, as of {as_of:%Y-%m-%d %H:%M} UTC\n")
    rows = [
        {"feature": one.name, "value": _number(told[one.name]), "window": one.window, "says": one.says}
        for one in GAME_FEATURES
    ]
    click.echo(table(rows))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
