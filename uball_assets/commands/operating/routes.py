"""`uball routes`, `history`, and what changes them: `promote`, `canary`, `shadow`, `rollback`.

Belongs here: words in, words out. Not here: what a change takes (`services.serving`), the verdict on a trial
(`services.trials`). The jobs of the same names in the UI do the same (`automation.operating.routes`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from getpass import getuser
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, facts, print_json, table

if TYPE_CHECKING:
    from uball_assets.adapters.record.registry import Entry
    from uball_assets.resources import Resources
    from uball_assets.services.serving import Serving
    from uball_assets.services.trials import Trial

_because = click.option("--because", required=True, help="The reason, kept on the record.")
_by = click.option("--by", help="Who decides; without it, this machine's user.")


@click.command()
@as_json
def routes(*, as_json: bool) -> None:
    """Who serves now, since when and why; and how the model on trial stands."""
    from uball_assets.adapters.record.routes import routing_of
    from uball_assets.domain.record import ROUTES
    from uball_assets.services.trials import idle_of, trial_of
    from uball_assets.settings import load_settings

    resources = _resources()
    newest = resources.registry.latest(ROUTES)
    if newest is None:
        click.echo("{}" if as_json else "No model serves yet: the first one that is trained will.")
        return
    routing, most_days = routing_of(newest), load_settings().trial_idle_days
    idle = idle_of(resources.registry, routing, datetime.now(UTC), most_days)
    trial = trial_of(resources.training, resources.registry, routing, idle)
    if as_json:
        told = {"challenger": trial.challenger, "champion": trial.champion} if trial else None
        verdict = vars(trial.verdict) if trial else {}
        print_json({**_row(newest), "trial": told and {**told, **verdict, "games": len(trial.games)}})  # type: ignore[union-attr]
        return
    click.echo(facts([*_lines(newest), *(_trial_lines(trial) if trial else [])]))


@click.command()
@click.option("--last", type=click.IntRange(1), default=20, show_default=True, help="So many rows.")
@as_json
def history(*, last: int, as_json: bool) -> None:
    """Who served since when, who changed it, and why; the newest last."""
    from uball_assets.domain.record import ROUTES
    from uball_assets.resources import record
    from uball_assets.settings import load_settings

    registry = record(load_settings())
    rows = [_row(entry) for entry in registry.since(ROUTES, max(0, registry.count(ROUTES) - last))]
    if as_json:
        print_json(rows)
    else:
        click.echo(table(rows) if rows else "No model has served yet.")


@click.command()
@click.argument("model")
@_because
@_by
@as_json
def promote(*, model: str, because: str, by: str | None, as_json: bool) -> None:
    """Every game to MODEL (its name, label or version), once it has proved that it answers."""
    _change(lambda serving: serving.promote(_called(serving, model), by or getuser(), because), as_json)


@click.command()
@click.argument("model")
@click.option("--percent", type=click.IntRange(1, 49), default=10, show_default=True, help="Of the games.")
@_because
@_by
@as_json
def canary(*, model: str, percent: int, because: str, by: str | None, as_json: bool) -> None:
    """A share of the games to MODEL, whole games; the champion answers them beside it, until they tell.

    It is rolled back by itself when it does not answer, is invalid too often, or loses.
    """
    _change(
        lambda serving: serving.canary(_called(serving, model), percent, by or getuser(), because), as_json
    )


@click.command()
@click.argument("model")
@_because
@_by
@as_json
def shadow(*, model: str, because: str, by: str | None, as_json: bool) -> None:
    """MODEL answers the plays of new games beside the champion, unused, until they tell."""
    _change(lambda serving: serving.shadow(_called(serving, model), by or getuser(), because), as_json)


@click.command()
@click.argument("model", required=False)
@_because
@_by
@as_json
def rollback(*, model: str | None, because: str, by: str | None, as_json: bool) -> None:
    """Back to MODEL; without it a trial ends, or the last champion before that answers serves again.

    The target proves first that it answers. Work that has begun ends on the model it began with.
    """
    _change(
        lambda serving: serving.rollback(
            _called(serving, model) if model else None, by or getuser(), because
        ),
        as_json,
    )


commands = (routes, history, promote, canary, shadow, rollback)


def _called(serving: Serving, word: str) -> Entry:
    from uball_assets.services.serving import model_called

    return model_called(serving.registry, word)


def _change(ask: Callable[[Serving], Entry], as_json: bool) -> None:
    """The change, in the league's list of models too, and told."""
    from uball_assets.assets.record.queries import model_versions
    from uball_assets.services.serving import Serving

    resources = _resources()
    row = ask(Serving(resources.registry, resources.model_endpoint))
    resources.plays_db.write_model_versions(model_versions(resources.registry, resources.training))
    if as_json:
        print_json(_row(row))
    else:
        click.echo(facts(_lines(row)))


def _resources() -> Resources:
    from uball_assets.resources import build_resources
    from uball_assets.settings import load_settings

    return build_resources(load_settings())


def _row(entry: Entry) -> dict[str, Any]:
    from uball_assets.adapters.record.routes import cause_of, routing_of

    cause = cause_of(entry)
    return {
        "generation": entry["generation"],
        "since": entry["recorded_at"],
        "serves": str(routing_of(entry)),
        "what": str(cause.what),
        "who": cause.who,
        "why": cause.why,
    }


def _lines(entry: Entry) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in _row(entry).items()]


def _trial_lines(trial: Trial) -> list[tuple[str, str]]:
    stands = f"{trial.challenger} beside {trial.champion}: {trial.verdict.outcome}, {trial.verdict.reason}"
    return [("trial", stands), *(("trial", _game(game.game_id, game.as_entry())) for game in trial.games)]


def _game(game_id: str, plays: dict[str, list[str]]) -> str:
    new, old = (sum(said[place] == "right" for said in plays.values()) for place in (0, 1))
    return f"game {game_id}: {new} and {old} of {len(plays)} plays right"
