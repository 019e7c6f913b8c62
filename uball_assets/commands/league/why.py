"""`uball why`: what is so, what would have to happen, and when it is looked at next.

Belongs here: words out. Not here: the rules and their words (`domain.learning`), what is so (`automation`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from uball_assets.commands.answers import as_json, facts, print_json
from uball_assets.commands.league.loading import load
from uball_assets.commands.operating.family import with_family
from uball_assets.domain.record import Family

if TYPE_CHECKING:
    from uball_assets.adapters.record.registry import Registry
    from uball_assets.domain.learning.due.explained import Explained
    from uball_assets.settings import Settings


@click.command()
@click.argument("game_id", required=False)
@with_family
@as_json
def why(*, game_id: str | None, family: Family, as_json: bool) -> None:
    """Why a training or a promotion would, or would not, start now, and how a model on trial stands; with a
    GAME_ID, how that game stands.

    What is so, what would have to happen for it to be otherwise, and when it is looked at next.
    """
    from uball_assets.automation.retraining.explaining import explain_models, explain_one
    from uball_assets.automation.runs.tables import TableNotes
    from uball_assets.resources import record

    loaded = load()
    registry, notes = record(loaded), TableNotes(loaded)
    if family is not Family.VIDEO:
        found = _forecasts(loaded, registry, family)
    elif game_id:
        found = {game_id: explain_one(loaded, registry, notes, game_id)}
    else:
        found = explain_models(loaded, registry, notes)
    if as_json:
        first = next(iter(found.values()))
        print_json({"reason": first.so} | {what: one.to_dict() for what, one in found.items()})
        return
    for what, one in found.items():
        click.echo(facts([(what, one.so), ("needs", one.needs), ("looked at", one.next_look)]))


def _forecasts(settings: Settings, registry: Registry, family: Family) -> dict[str, Explained]:
    from uball_assets.automation.forecasting.explaining import explain_forecasts
    from uball_assets.resources import warehouse

    return explain_forecasts(settings, registry, warehouse(settings), family)
