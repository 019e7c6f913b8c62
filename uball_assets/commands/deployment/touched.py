"""`uball touched`: what a model touched while it served, and how each of that is undone.

Belongs here: words out. Not here: telling it (`domain.serving.touched`), undoing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from uball_assets.commands.answers import as_json, facts, print_json, table
from uball_assets.commands.league.loading import load

if TYPE_CHECKING:
    from uball_assets.domain.serving.touched import Touched, Turn
    from uball_assets.settings import Settings

_SHOWN = 20


@click.command()
@click.argument("version")
@as_json
def touched(*, version: str, as_json: bool) -> None:
    """What a video model VERSION (name, label or v3) touched, and the command that undoes each.

    When it served, which games have its words, what people decided on those, which models learned of it.
    Changes nothing.
    """
    found = _found(load(), version)
    if as_json:
        print_json(found.to_dict())
        return
    turns = [_turn(turn) for turn in found.turns] or ["never: no route ever led to it"]
    click.echo(f"{found.model}\n" + facts([("served", text) for text in turns]))
    if found.games:
        rows = [
            {
                "game": game.game_id,
                "its words": "stand" if game.stands else "replaced since",
                "plays": game.plays,
                "decided by people": ", ".join(f"{count} {what}" for what, count in game.decided.items()),
            }
            for game in found.games[:_SHOWN]
        ]
        click.echo("\n" + table(rows))
        if len(found.games) > _SHOWN:
            click.echo(f"and {len(found.games) - _SHOWN:,} more; --json lists them all")
    click.echo("\n" + facts(_undoing(found)))


def _found(settings: Settings, version: str) -> Touched:
    """Permanent for a version that no model has."""
    from uball_assets.domain.errors import Permanent
    from uball_assets.domain.record import ROUTES
    from uball_assets.domain.serving.touched import touched as told
    from uball_assets.resources import plays_database, record

    registry = record(settings)
    models = registry.entries("models")
    for model in models:
        if version in (model["name"], model["label"], f"v{model['version']}"):
            decisions = plays_database(settings).decisions(kind="decision")
            return told(model, models, registry.entries(ROUTES), registry.entries("annotations"), decisions)
    known = ", ".join(model["label"] for model in models[-5:]) or "none yet"
    raise Permanent(f"there is no model {version!r}; there are {known}")


def _turn(turn: Turn) -> str:
    share = f"{turn.percent:g} % of the games" if turn.percent else "in shadow, unused"
    return f"{turn.since} to {turn.until or 'now'}: {share} ({turn.reason})"


def _undoing(found: Touched) -> list[tuple[str, str]]:
    """A line for each thing that is to be undone, in the order in which to do it."""
    steps = []
    if found.serves:
        steps.append(("it serves", f'uball rollback {found.before or "MODEL"} --because "…"'))
    if found.standing:
        steps.append(
            (
                f"{len(found.standing):,} games have its words",
                "uball run GAME…: who serves then is asked anew",
            )
        )
    decided = sum(sum(game.decided.values()) for game in found.games)
    if decided:
        steps.append(
            (
                f"{decided:,} decisions of people",
                "are theirs and stand; look through those games' pages where they trusted it too much",
            )
        )
    if found.learned:
        steps.append(
            (f"learned of those: {', '.join(found.learned)}", 'uball train --from-base --because "…"')
        )
    if found.heirs:
        steps.append((f"go on from it: {', '.join(found.heirs)}", 'uball train --from-base --because "…"'))
    return steps or [("nothing", "is to be undone")]
