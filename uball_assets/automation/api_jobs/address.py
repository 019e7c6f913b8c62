"""Where this home's webserver listens: `uball dev` notes it, `uball serve` finds it.

Belongs here: the note. Not here: asking the webserver (`webserver`), or starting it (`commands.dev`).
"""

from __future__ import annotations

import json
import os

from uball_assets.settings import Settings

USUAL = "http://127.0.0.1:3000"
"""Where Dagster's own command listens, which notes nothing."""


def note_address(settings: Settings, url: str) -> None:
    """By the process that is about to listen there; a later one takes its place."""
    path = settings.instance_folder / "webserver.json"
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_text(json.dumps({"url": url, "process": os.getpid()}))
    scratch.replace(path)


def webserver_address(settings: Settings) -> str:
    """The setting's, else the one that was noted last, else the usual one. It may have ended since."""
    if settings.dagster_url:
        return settings.dagster_url.rstrip("/")
    try:
        noted = json.loads((settings.instance_folder / "webserver.json").read_text())
        return str(noted["url"])
    except (OSError, ValueError, KeyError, TypeError):
        return USUAL
