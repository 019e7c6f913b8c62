"""The sound films of the corpus, made once for all tests of the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets_tests.faults.films import SOUND_FILMS
from uball_assets_tests.videos import make_video


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """By their names in SOUND_FILMS; tests only read them."""
    folder = tmp_path_factory.mktemp("films")
    return {name: make_video(folder / f"{name}.mp4", video) for name, video in SOUND_FILMS.items()}
