"""`uball settings`, `uball demo`, `uball version`: what this platform is, and how it is set.

Belongs here: words out. Not here: the settings themselves (`settings`), or the league of the demo (`demo`).
"""

from __future__ import annotations

import click

from uball_assets.commands.answers import as_json, print_json
from uball_assets.commands.league.loading import load


@click.command()
@click.option("--env", "as_env", is_flag=True, help="As a .env file, secrets left out.")
@as_json
def settings(*, as_env: bool, as_json: bool) -> None:
    """Every setting: its value, whether it is the default, and why. Secrets are masked."""
    from uball_assets.settings.env_file import env_file
    from uball_assets.settings.names import described

    loaded = load()
    if as_env:
        click.echo(env_file(loaded), nl=False)
        return
    rows = described(loaded)
    if as_json:
        print_json({row.name: row._asdict() for row in rows})
        return
    for row in rows:
        click.echo(f"{row.name}={row.value}" + ("" if row.is_default else "   (set)"))
        click.echo(f"    {row.why}")


@click.command()
@as_json
def demo(*, as_json: bool) -> None:
    """Film a small league, run the whole loop on it, and show what the models learned. A few minutes.

    It is a league of its own, in .uball/demo where UBALL_HOME is not set: `uball dev --demo` shows it. There
    it writes nowhere else, whatever stores and databases the settings name.
    """
    from uball_assets.settings import DEMO_HOME, stay_in

    chosen = load(DEMO_HOME)
    stay_in(chosen)
    from uball_assets.demo.run import run_demo

    if "tracking_url" not in chosen.model_fields_set:
        chosen = chosen.model_copy(update={"tracking_url": "off"})  # seconds a training, and not shown
    report = run_demo(chosen, lambda line: click.echo(line, err=as_json))
    if as_json:
        print_json(report.to_dict())
    else:
        click.echo(report.text())


@click.command()
@as_json
def version(*, as_json: bool) -> None:
    """The platform's version."""
    from importlib.metadata import version as version_of

    number = version_of("uball_assets")
    if as_json:
        print_json({"uball_assets": number})
    else:
        click.echo(f"uball_assets {number}")
