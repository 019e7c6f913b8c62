"""`uball serve`: the league's pages and its HTTP API.

Belongs here: which league, on which address, that there is one server a home. Not here: what is served
(`app`).
"""

from __future__ import annotations

import os
import sys

import click

from uball_assets.commands.answers import as_json, print_json
from uball_assets.commands.dev import chosen_league


@click.command()
@click.option("--host", help="Where to listen; without it UBALL_SERVE_HOST, this machine alone.")
@click.option("--port", type=click.IntRange(1, 65535), help="Without it UBALL_SERVE_PORT, 8000.")
@click.option("--demo", "is_demo", is_flag=True, help="The demo's league, not one's own.")
@as_json
def serve(*, host: str | None, port: int | None, is_demo: bool, as_json: bool) -> None:
    """The league's pages and HTTP API: review, games, models, jobs. Serves until Ctrl-C.

    On 127.0.0.1 nobody needs a key before the first is made; any other address needs one first (`uball keys
    add`). Jobs are started and cancelled where `uball dev` runs beside it; everything else works without.
    """
    settings = chosen_league("serve", is_demo=is_demo)
    from uball_assets.adapters.machine.file_lock import only_one
    from uball_assets.adapters.machine.processes import heed_all
    from uball_assets.app.context import open_context
    from uball_assets.app.running import listen, refuse_unguarded
    from uball_assets.app.running import serve as serve_until_asked

    given = {"serve_host": host, "serve_port": port}
    settings = settings.model_copy(update={name: value for name, value in given.items() if value})
    shown = f"[{settings.serve_host}]" if ":" in settings.serve_host else settings.serve_host
    url = f"http://{shown}:{settings.serve_port}"
    told = f"{settings.home} is served already, at {url}: look there, or end it (process {os.getpid()})"
    with only_one(settings.home / "serve.lock", told), open_context(settings) as context:
        refuse_unguarded(context)
        listener = listen(settings.serve_host, settings.serve_port)
        if as_json:
            print_json({"url": url, "league": settings.league, "home": str(settings.home)})
        else:
            click.echo(f"{url} shows the league {settings.league} of {settings.home}")
            if context.is_open:
                click.echo("Nobody needs a key yet, for only this machine reaches it: `uball keys add`")
        sys.stdout.flush()
        heed_all()
        serve_until_asked(context, listener)
