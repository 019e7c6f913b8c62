"""`uball janitor`: which versions' weights are kept and why, and what retiring the others frees.

Belongs here: words out. Not here: the rule (`domain.serving.retirement`) or the work
(`assets.versions.retiring`).
"""

from __future__ import annotations

import click

from uball_assets.commands.answers import as_json, bytes_text, print_json, table
from uball_assets.commands.operating.family import with_family
from uball_assets.domain.record import Family


@click.command()
@click.option("--retire", "is_retiring", is_flag=True, help="Do it; without this nothing is changed.")
@with_family
@as_json
def janitor(*, is_retiring: bool, family: Family, as_json: bool) -> None:
    """What old model versions hold (weights, endpoints), which are kept and why.

    Kept are the newest (UBALL_KEEP_VERSIONS), whatever a route or a rollback can reach, and what is in use. A
    retired version keeps its card and its scores; no route can lead to it.
    """
    from uball_assets.assets.versions.retiring import carry_out, plan
    from uball_assets.automation.instance import open_instance
    from uball_assets.resources import build_resources
    from uball_assets.services.forecasting.operating.answering import serving_of
    from uball_assets.settings import load_settings

    settings = load_settings()
    resources = build_resources(settings)
    serving = serving_of(family, resources.registry, resources.training, resources.model_endpoint)
    registry, endpoint = serving.registry, serving.endpoint
    with open_instance(settings) as instance:
        found = plan(registry, endpoint, instance, "", settings.keep_versions)
    retired = (
        carry_out(registry, endpoint, found, lambda line: click.echo(line, err=True)) if is_retiring else []
    )
    rows = [{"model": fate.model, "is": "kept", "frees": "", "because": fate.why} for fate in found.kept]
    rows += [
        {
            "model": each.fate.model,
            "is": "retired" if each.fate.model in retired else "to retire",
            "frees": bytes_text(each.size_bytes),
            "because": each.fate.why,
        }
        for each in found.leaving
    ]
    if as_json:
        print_json({"versions": rows, "is_done": is_retiring})
        return
    click.echo(table(rows) if rows else "There is no version yet.")
    click.echo(f"\n{found.sentence}" + ("" if is_retiring or not found.leaving else ": --retire does it"))
