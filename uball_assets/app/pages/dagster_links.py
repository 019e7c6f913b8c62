"""From a page to what Dagster shows of the same thing.

Belongs here: addresses in Dagster's UI. Not here: addresses of these pages (`assets.pages`).
"""

from __future__ import annotations

from urllib.parse import quote

from uball_assets.assets.run_words import asset_path
from uball_assets.automation.api_jobs.address import webserver_address
from uball_assets.settings import Settings

GAME_ASSETS = ("raw_videos", "plays", "training_examples", "annotations")


def of_asset(settings: Settings, asset: str) -> str:
    return f"{webserver_address(settings)}/assets/{quote('/'.join(asset_path(asset)))}"


def of_game(settings: Settings, game_id: str) -> list[tuple[str, str]]:
    """Each asset's page at this game's partition."""
    return [
        (asset, f"{of_asset(settings, asset)}?view=partitions&partition={quote(game_id)}")
        for asset in GAME_ASSETS
    ]
