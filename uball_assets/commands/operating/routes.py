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
from uball_assets.commands.operating.family import with_family
from uball_assets.domain.record import Family

if TYPE_CHECKING:
    from uball_assets.adapters.record.registry import Entry, Registry
    from uball_assets.adapters.stores.object_store import ObjectStore
    from uball_assets.domain.serving.routing import Routing
    from uball_assets.resources import Resources
    from uball_assets.services.serving import Serving
    from uball_assets.services.trials import Trial

_because = click.option("--because", required=True, help="The reason, kept on the record.")
_by = click.option("--by", help="Who decides; without it, this machine's user.")


@click.command()
@with_family
@as_json
def routes(*, family: Family, as_json: bool) -> None:
    """Who serves now, since when and why; and how the model on trial stands."""
    from uball_assets.adapters.record.family import of_family
    from uball_assets.adapters.record.routes import routing_of
    from uball_assets.domain.record import ROUTES
    from uball_assets.settings import load_settings

    resources = _resources()
    registry = of_family(resources.registry, family)
    newest = registry.latest(ROUTES)
    if newest is None:
        click.echo("{}" if as_json else f"No {family} model serves yet: the first one that is trained will.")
        return
    trial = _trial(resources.training, registry, routing_of(newest), load_settings().trial_idle_days)
    if as_json:
        told = {"challenger": trial.challenger, "champion": trial.champion} if trial else None
        verdict = vars(trial.verdict) if trial else {}
        print_json({**_row(newest), "trial": told and {**told, **verdict, "games": len(trial.games)}})  # type: ignore[union-attr]
        return
    click.echo(facts([*_lines(newest), *(_trial_lines(trial) if trial else [])]))


@click.command()
@click.option("--last", type=click.IntRange(1), default=20, show_default=True, help="So many rows.")
@with_family
@as_json
def history(*, last: int, family: Family, as_json: bool) -> None:
    """Who served since when, who changed it, and why; the newest last."""
    from uball_assets.adapters.record.family import of_family
    from uball_assets.domain.record import ROUTES
    from uball_assets.resources import record
    from uball_assets.settings import load_settings

    registry = of_family(record(load_settings()), family)
    rows = [_row(entry) for entry in registry.since(ROUTES, max(0, registry.count(ROUTES) - last))]
    if as_json:
        print_json(rows)
    else:
        click.echo(table(rows) if rows else f"No {family} model has served yet.")


@click.command()
@click.argument("model")
@_because
@_by
@with_family
@as_json
def promote(*, model: str, because: str, by: str | None, family: Family, as_json: bool) -> None:
    """Every game to MODEL (its name, label or version), once it has proved that it answers."""
    _change(
        family, lambda serving: serving.promote(_called(serving, model), by or getuser(), because), as_json
    )


@click.command()
@click.argument("model")
@click.option("--percent", type=click.IntRange(1, 49), default=10, show_default=True, help="Of the games.")
@_because
@_by
@with_family
@as_json
def canary(*, model: str, percent: int, because: str, by: str | None, family: Family, as_json: bool) -> None:
    """A share of the games to MODEL, whole games; the champion answers them beside it, until they tell.

    It is rolled back by itself when it does not answer, is invalid too often, or loses.
    """
    _change(
        family,
        lambda serving: serving.canary(_called(serving, model), percent, by or getuser(), because),
        as_json,
    )


@click.command()
@click.argument("model")
@_because
@_by
@with_family
@as_json
def shadow(*, model: str, because: str, by: str | None, family: Family, as_json: bool) -> None:
    """MODEL answers the plays of new games beside the champion, unused, until they tell."""
    _change(
        family, lambda serving: serving.shadow(_called(serving, model), by or getuser(), because), as_json
    )


@click.command()
@click.argument("model", required=False)
@_because
@_by
@with_family
@as_json
def rollback(*, model: str | None, because: str, by: str | None, family: Family, as_json: bool) -> None:
    """Back to MODEL; without it a trial ends, or the last champion before that answers serves again.

    The target proves first that it answers. Work that has begun ends on the model it began with.
    """
    _change(
        family,
        lambda serving: serving.rollback(
            _called(serving, model) if model else None, by or getuser(), because
        ),
        as_json,
    )


def _trial(training: ObjectStore, registry: Registry, routing: Routing, most_days: float) -> Trial | None:
    from uball_assets.adapters.record.family import family_of
    from uball_assets.services import trials
    from uball_assets.services.forecasting.operating import trials as of_forecasts

    idle = trials.idle_of(registry, routing, datetime.now(UTC), most_days)
    if family_of(registry) is Family.VIDEO:
        return trials.trial_of(training, registry, routing, idle)
    return of_forecasts.trial_of(registry, routing, idle)


commands = (routes, history, promote, canary, shadow, rollback)


def _called(serving: Serving, word: str) -> Entry:
    from uball_assets.services.serving import model_called

    return model_called(serving.registry, word)


def _change(family: Family, ask: Callable[[Serving], Entry], as_json: bool) -> None:
    """The change, of a video model in the league's list of models too, and told."""
    from uball_assets.assets.record.queries import model_versions
    from uball_assets.services.forecasting.operating.answering import serving_of

    resources = _resources()
    row = ask(serving_of(family, resources.registry, resources.training, resources.model_endpoint))
    if family is Family.VIDEO:
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
    return [("trial", stands), *(("trial", game) for game in trial.games)]
