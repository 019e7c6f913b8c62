"""`uball card`: what a person wants to know of a version before trusting it.

Belongs here: words out, and the page into a file. Not here: what is on a card (`domain.serving.model_card`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from uball_assets.commands.answers import as_json, facts, print_json, table
from uball_assets.commands.operating.family import with_family
from uball_assets.commands.output_file import write_whole
from uball_assets.domain.record import Family

if TYPE_CHECKING:
    from uball_assets.adapters.record.registry import Entry, Registry
    from uball_assets.domain.serving.model_card import ModelCard
    from uball_assets.resources import Resources


@click.command()
@click.argument("model", required=False)
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Writes the whole card there, one file that a browser shows.",
)
@with_family
@as_json
def card(*, model: str | None, page: Path | None, family: Family, as_json: bool) -> None:
    """The card of a MODEL (name, label or version: v3); without one, of the model that serves.

    What it learned and from what, the gate line by line, how it does, what it cost.
    """
    from uball_assets.assets.versions.cards import model_card
    from uball_assets.media.pictures.card_page import card_page
    from uball_assets.resources import build_resources
    from uball_assets.settings import load_settings

    settings = load_settings()
    resources = build_resources(settings)
    if family is not Family.VIDEO:
        if page:
            raise click.BadParameter("only a video model's card is a page: leave --html out, or use --json")
        _show_forecasts(resources, family, model, as_json=as_json)
        return
    found = model_card(
        resources.training, resources.registry, _named(resources.registry, model), settings.gate_bounds
    )
    if page:
        write_whole(page, [card_page(found).encode()], force=True)
        click.echo(f"the card of {found.label} is in {page}", err=True)
    if as_json:
        print_json(found.to_dict())
    elif not page:
        _show(found)


def _named(registry: Registry, wanted: str | None) -> Entry:
    """Raises Permanent for a name that no model has."""
    from uball_assets.adapters.record.family import family_of
    from uball_assets.assets.record.queries import champion
    from uball_assets.domain.errors import Permanent

    models = registry.entries("models")
    if wanted is None:
        serving = champion(registry)
        if serving is None:
            family = family_of(registry)
            how = "tune" if family is Family.VIDEO else f"train --family {family}"
            raise Permanent(f"no {family} model serves yet: name one, or train one (`uball {how}`)")
        return serving
    for entry in models:
        if wanted in (entry["name"], entry["label"], f"v{entry['version']}"):
            return entry
    known = ", ".join(entry["label"] for entry in models[-5:]) or "none yet"
    raise Permanent(f"there is no model {wanted}; the newest are: {known}")


def _show_forecasts(resources: Resources, family: Family, model: str | None, *, as_json: bool) -> None:
    from uball_assets.adapters.record.family import of_family
    from uball_assets.services.forecasting.models import read_card

    registry = of_family(resources.registry, family)
    entry = _named(registry, model)
    if as_json:
        print_json(read_card(resources.training, entry["name"]))
        return
    decided = registry.newest("promotions", entry["name"])
    click.echo(f"{entry['label']} ({entry['name']}): {entry['how']}, {entry['because']}")
    click.echo(f"{decided['reason'] if decided else 'Nobody has decided on it yet.'}\n")
    told = {"candidate": entry["base"], "games": entry["game_count"], "parent": entry["parent"] or "none"}
    click.echo(facts([(name, str(value)) for name, value in {**told, **entry["metrics"]}.items()]))


def _show(found: ModelCard) -> None:
    click.echo(f"{found.label} ({found.name}): {found.status}\n{found.verdict}\n")
    if found.lines:
        rows = [
            {"line": each.name, "value": each.value, "bound": each.bound, "verdict": each.standing.value}
            for each in found.lines
        ]
        click.echo(table(rows) + "\n")
    click.echo(facts(found.facts))
    for trace in found.traces:
        click.echo(f"{trace.what} {trace.game_id}: {trace.effect}")
    if found.versions:
        rows = [
            {"model": each.label, "plays right": str(each.plays_right), "3PT or 4PT": str(each.three_four)}
            for each in found.versions
        ]
        click.echo("\n" + table(rows))
