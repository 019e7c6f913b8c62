"""One running platform and one filmed season for the tests of the loop, which build on each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from uball_assets.resources import Resources, build_resources
from uball_assets.settings import Settings
from uball_assets_tests.daemon.platform import Platform
from uball_assets_tests.daemon.season import Season, bring, render_season, season

SETTINGS = {
    "UBALL_SENSOR_INTERVAL_S": "3",
    "UBALL_RETRAIN_FIRST_THRESHOLDS": "4,1,1",
    "UBALL_RETRAIN_THEN_EVERY_GAMES": "1",
    "UBALL_ATTEMPT_BACKOFF_S": "1",
    "UBALL_EPOCHS": "6",
}
"""The league's own rules, with small numbers. Many epochs: a training takes long enough to be killed in."""


@pytest.fixture(scope="session")
def games() -> Season:
    return season()


@pytest.fixture(scope="session")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole season's files, `Games/<game_id>/…`, beside the platform."""
    folder = tmp_path_factory.mktemp("videos")
    render_season(folder)
    return folder


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory, games: Season, videos: Path) -> Iterator[Platform]:
    """Running, with the first six games brought and nothing done to them; at the end no process is left."""
    platform = Platform(tmp_path_factory.mktemp("platform"), SETTINGS)
    for game in games.batch:
        bring(game, videos, platform.home / "videos", _resources(platform).plays_db)
    try:
        platform.start()
        yield platform
    finally:
        platform.stop()
    assert not platform.processes()


@pytest.fixture(scope="session")
def outside(platform: Platform) -> Resources:
    """The same folders and database, as somebody beside the platform has them."""
    return _resources(platform)


def _resources(platform: Platform) -> Resources:
    return build_resources(Settings(checkout=platform.folder))
