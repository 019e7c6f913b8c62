"""The sound videos of the corpus, made once for all tests of the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets_tests.faults.videos import SOUND_VIDEOS
from uball_assets_tests.videos import make_video


@pytest.fixture(scope="session")
def videos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """By their names in SOUND_VIDEOS; tests only read them."""
    folder = tmp_path_factory.mktemp("videos")
    return {name: make_video(folder / f"{name}.mp4", video) for name, video in SOUND_VIDEOS.items()}
