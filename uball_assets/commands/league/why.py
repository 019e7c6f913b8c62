"""`uball why`: what is so, what would have to happen, and when it is looked at next.

Belongs here: words out. Not here: the rules and their words (`domain.learning`), what is so (`automation`).
"""

from __future__ import annotations

import click

from uball_assets.commands.answers import as_json, facts, print_json
from uball_assets.commands.league.loading import load


@click.command()
@click.argument("game_id", required=False)
@as_json
def why(*, game_id: str | None, as_json: bool) -> None:
    """Why a training or a promotion would, or would not, start now, and how a model on trial stands; with a
    GAME_ID, how that game stands.

    What is so, what would have to happen for it to be otherwise, and when it is looked at next.
    """
    from uball_assets.automation.retraining.explaining import explain_models, explain_one
    from uball_assets.automation.runs.tables import TableNotes
    from uball_assets.resources import record

    loaded = load()
    registry, notes = record(loaded), TableNotes(loaded)
    if game_id:
        found = {game_id: explain_one(loaded, registry, notes, game_id)}
    else:
        found = explain_models(loaded, registry, notes)
    if as_json:
        first = next(iter(found.values()))
        print_json({"reason": first.so} | {what: one.to_dict() for what, one in found.items()})
        return
    for what, one in found.items():
        click.echo(facts([(what, one.so), ("needs", one.needs), ("looked at", one.next_look)]))
