"""Fixtures over `league`: the video once a session, a fresh platform for each test that asks.

Belongs here: what is made when, and cleared up. The folders that use it name it in their conftest.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.resources import record
from uball_assets.settings import Settings, load_settings
from uball_assets_tests.league import Platform, filmed_game, new_platform


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of a fresh home, which is not made yet; commands that the test runs find it too."""
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "home"))
    return load_settings()


@pytest.fixture
def registry(settings: Settings) -> StoreRegistry:
    """The fresh home's."""
    return record(settings)


@pytest.fixture(scope="session")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all workers of a session."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "videos"


@pytest.fixture
def build_platform(videos: Path, tmp_path: Path) -> Iterator[Callable[..., Platform]]:
    """Builds the test's platform, with settings of the test's own."""
    built: list[Platform] = []

    def build(**settings: Any) -> Platform:
        built.append(new_platform(tmp_path / "home", filmed_game(videos), videos, **settings))
        return built[-1]

    yield build
    for platform in built:
        platform.instance.dispose()


@pytest.fixture
def platform(build_platform: Callable[..., Platform]) -> Platform:
    return build_platform()


@dataclass(frozen=True)
class Worlds:
    """Platforms that were worked in once and start from there in every test that asks.

    A saved home is put back in its own place, because clips are named by their address. What Dagster knew of
    materialised partitions is not kept.
    """

    folder: Path
    videos: Path

    def open(self, name: str, prepare: Callable[[Platform], None]) -> Platform:
        home, saved = self.folder / name, self.folder / f"{name}.saved"
        if not saved.exists():
            platform = new_platform(home, filmed_game(self.videos), self.videos)
            prepare(platform)
            platform.instance.dispose()
            shutil.copytree(home, saved)
        shutil.rmtree(home)
        shutil.copytree(saved, home)
        platform = new_platform(home, filmed_game(self.videos), self.videos)
        platform.instance.add_dynamic_partitions("games", platform.resources.plays_db.game_ids())
        return platform


@pytest.fixture(scope="session")
def worlds(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    return Worlds(tmp_path_factory.mktemp("worlds"), videos)


@pytest.fixture
def processed(worlds: Worlds) -> Iterator[Platform]:
    """The sound game g1 is processed; there is no model yet."""
    platform = worlds.open("processed", _process)
    yield platform
    platform.instance.dispose()


@pytest.fixture
def trained(worlds: Worlds) -> Iterator[Platform]:
    """Version 1 has learned from g1 and serves."""
    platform = worlds.open("trained", _train)
    yield platform
    platform.instance.dispose()


@pytest.fixture
def undecided(worlds: Worlds) -> Iterator[Platform]:
    """Version 1 serves; version 2, of g1 and g2, is scored, and nobody has decided between them."""
    platform = worlds.open("undecided", _train_again)
    yield platform
    platform.instance.dispose()


@pytest.fixture
def ready(worlds: Worlds) -> Iterator[Platform]:
    """Games g1, g2 and g4 are processed, g3_refused is refused; there is no model yet."""
    platform = worlds.open("ready", _make_ready)
    yield platform
    platform.instance.dispose()


def _make_ready(platform: Platform) -> None:
    for game_id in ("g1", "g2", "g4"):
        platform.add_game(game_id, platform.rows(game_id, ("train", "validation")))
        assert platform.run_game(game_id).success
    refused = [{**row, "classification": "DUNK"} for row in platform.rows("g3_refused")]
    platform.add_game("g3_refused", refused)
    assert not platform.run_game("g3_refused").success


def _process(platform: Platform) -> None:
    platform.add_game("g1")
    assert platform.run_game("g1").success


def _train(platform: Platform) -> None:
    _process(platform)
    assert platform.retrain("g1").success


def _train_again(platform: Platform) -> None:
    _train(platform)
    platform.add_game("g2")
    assert platform.run_game("g2").success
    for asset in ("training_set", "tuned_model", "evaluation"):
        assert platform.materialize(asset, game_id="g2").success


@pytest.fixture(scope="module")
def shared_platform(
    videos: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Platform]:
    """One platform for a module whose tests only look; the module's own fixture fills it."""
    home = tmp_path_factory.mktemp(request.module.__name__.rpartition(".")[2])
    platform = new_platform(home, filmed_game(videos), videos)
    yield platform
    platform.instance.dispose()
