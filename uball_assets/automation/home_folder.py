"""Where Dagster's files of a league are: in its home, and of no other league.

Belongs here: finding them, without Dagster, whose start takes a command a second. Not here: what is in them
(`home_storage`, `runs.tables`).
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from uball_assets.domain.errors import Permanent
from uball_assets.settings import Settings

UNREADABLE = (
    "move it away and try again; the pages of past runs are gone then, while games, models and the record "
    "of them stay"
)


def folder_of_league(settings: Settings) -> Path:
    """Where Dagster's files of these settings' league are.

    Raises Permanent if they are of another: a home's runs and partitions tell of the stores that they were
    made with, and would be read as telling of others.
    """
    stores = {
        "UBALL_VIDEOS_URL": settings.videos_url,
        "UBALL_TRAINING_URL": settings.training_url,
        "UBALL_PLAYS_URL": settings.plays_url,
        "SUPABASE_URL": (settings.supabase_url or "") if settings.plays_url == "supabase" else "",
    }
    stores = {name: url.replace(str(settings.home), "UBALL_HOME") for name, url in stores.items()}
    note = settings.home / "dagster" / "stores.json"  # also where Dagster's files are shared
    if not note.exists():
        note.parent.mkdir(parents=True, exist_ok=True)
        scratch = note.with_name(f".{note.name}.{os.getpid()}")
        scratch.write_text(json.dumps(stores, indent=1))
        scratch.replace(note)
        return settings.instance_folder
    before = json.loads(note.read_text())
    for name, url in stores.items():
        if before.get(name) != url:
            raise Permanent(
                f"{settings.home} is the home of the league at {name}={before.get(name)}, and the settings "
                f"say {name}={url}: give that league a home of its own with UBALL_HOME=FOLDER; if this "
                f"league moved there, delete {note}"
            )
    return settings.instance_folder
