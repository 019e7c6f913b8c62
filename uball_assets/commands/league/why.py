"""`uball why`: the reason of the rules for what they do now.

Belongs here: words out. Not here: the rules (`domain.learning`), or what is so (`automation.situation`).
"""

from __future__ import annotations

import click

from uball_assets.commands.answers import as_json, print_json
from uball_assets.commands.league.loading import load


@click.command()
@as_json
def why(*, as_json: bool) -> None:
    """Why a training would, or would not, start now."""
    from uball_assets.automation.instance import open_instance
    from uball_assets.automation.situation import why as reason_now
    from uball_assets.resources import record

    loaded = load()
    registry = record(loaded)
    with open_instance(loaded) as instance:
        reason = reason_now(loaded, registry, instance)
    if as_json:
        print_json({"reason": reason})
    else:
        click.echo(reason)
