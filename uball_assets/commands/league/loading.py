"""The settings of the league that a command is about.

Belongs here: loading them, and what a person should know of them. Not here: what they are (`settings`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from uball_assets.settings import Settings


def load(default_home: Path | None = None) -> Settings:
    """The settings; what a person should know of them goes to stderr."""
    from uball_assets.settings import load_settings

    loaded = load_settings(default_home)
    for notice in loaded.notices:
        click.echo(f"note: {notice}", err=True)
    return loaded
