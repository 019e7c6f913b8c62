"""`uball dev`: the Dagster UI, and the daemon beside it, on the league of one home.

Belongs here: which home, on which port, and that there is one UI a home. Not here: what the UI shows
(`definitions`).
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

import click

from uball_assets.commands.answers import as_json, print_json

if TYPE_CHECKING:
    from uball_assets.settings import Settings

_HOST = "127.0.0.1"


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="Where to serve."
)
@click.option("--demo", "is_demo", is_flag=True, help="The demo's league, not one's own.")
@as_json
def dev(*, port: int, is_demo: bool, as_json: bool) -> None:
    """The Dagster UI on this home's league: runs, tables, pictures, sensors. Serves until Ctrl-C.

    UBALL_HOME says which league that is; the page's code location is named after it.
    """
    settings = chosen_league("dev", is_demo=is_demo)
    from uball_assets.adapters.machine.file_lock import take
    from uball_assets.adapters.machine.orphans import end_orphans, end_servers
    from uball_assets.adapters.machine.processes import heed_all
    from uball_assets.assets.run_words import PARTITIONS
    from uball_assets.automation.api_jobs.address import note_address
    from uball_assets.automation.instance import open_instance
    from uball_assets.settings import environment_of_dagster

    with open_instance(settings) as instance:
        games = len(instance.get_dynamic_partitions(PARTITIONS))
    url = f"http://{_HOST}:{port}"
    at_it = f"the UI of {settings.home} is open already, at {url}"
    remedy = f"look there, or end it (process {os.getpid()}) and try again"
    locks = [take(settings.instance_folder / "dev.lock", f"{at_it}: {remedy}")]
    if left := [*end_servers(settings.home), *end_orphans(settings.cache / "work")]:
        click.echo(f"ended {len(left)} processes that a killed UI of this home had left", err=True)
    locks.append(
        take(_port_lock(port), f"{_taken(port, f'by the UI of {settings.home}')} or try again later")
    )
    _refuse_taken(port)
    note_address(settings, url)
    workspace = _workspace(settings)
    summary = {"url": url, "league": settings.league, "home": str(settings.home), "games": games}
    if as_json:
        print_json(summary)
    else:
        click.echo(f"{url} shows the league {settings.league}, {games} games, of {settings.home}")
    if not (games or is_demo or as_json):
        click.echo("No games of your own yet: `uball import` brings some. The demo's: make demo-ui")
    sys.stdout.flush()
    heed_all()
    for lock in locks:
        os.set_inheritable(lock, True)  # held by the server from here on
    os.chdir(settings.home)  # Dagster would read a .env where it stands, over the environment
    words = [sys.executable, "-m", "dagster", "dev", "-w", str(workspace), "-h", _HOST, "-p", str(port)]
    os.execve(sys.executable, words, environment_of_dagster(settings))  # noqa: S606 - our own program


def chosen_league(command: str, *, is_demo: bool) -> Settings:
    """One's own, or the demo's, and what this process loads afterwards is of it. Raises Permanent where no
    demo has played."""
    from uball_assets.domain.errors import Permanent
    from uball_assets.settings import DEMO_HOME, load_settings, stay_in

    settings = load_settings(DEMO_HOME if is_demo else None)
    for notice in settings.notices:
        click.echo(f"note: {notice}", err=True)
    if is_demo and not settings.holds_demo:
        raise Permanent(
            f"no demo has played in {settings.home}: `uball demo` plays one, or name its home, as in "
            f"UBALL_HOME={DEMO_HOME} uball {command} --demo"
        )
    stay_in(settings)
    return settings


def _port_lock(port: int) -> Path:
    """Of this machine's user: a server needs seconds until it listens, and another home's UI that is started
    meanwhile would say that it is to be seen there."""
    return Path(gettempdir()) / f"uball-{os.getuid()}-port-{port}.lock"


def _taken(port: int, by: str) -> str:
    return f"port {port} is taken, {by}: choose another with --port, or make dev PORT={port + 1}"


def _refuse_taken(port: int) -> None:
    from uball_assets.domain.errors import Permanent

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            by = f"perhaps by the UI of another league ({error.strerror})"
            raise Permanent(_taken(port, by)) from error


def _workspace(settings: Settings) -> Path:
    """The checkout's workspace.yaml under this league's name."""
    text = (settings.checkout / "workspace.yaml").read_text()
    path = settings.instance_folder / "workspace.yaml"
    path.write_text(text.replace("location_name: uball\n", f"location_name: {settings.league}\n"))
    return path
