"""`uball clip` run on generated videos: for the tests of what it makes and of where it reads and writes."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from uball_assets.cli import main
from uball_assets_tests.faults.videos import SOUND_VIDEOS
from uball_assets_tests.videos import make_video, numbers_and_times

START_S, END_S = 2.013, 3.777
WINDOW = ("--from", START_S, "--to", END_S)
COMMAND = [sys.executable, "-c", "from uball_assets.cli import main; main()", "clip"]


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("videos")
    return {name: make_video(folder / f"{name}.mp4", video) for name, video in SOUND_VIDEOS.items()}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder; work files too would be found in it."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def clip(*words: object) -> Result:
    return CliRunner().invoke(main, ["clip", *map(str, words)])


def made(*words: object) -> dict[str, Any]:
    result = clip(*words, "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert isinstance(told, dict)
    return told


def refused(*words: object) -> str:
    """What it says: one line, and nothing written anywhere in the current folder."""
    before = list(Path.cwd().rglob("*"))
    result = clip(*words)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert list(Path.cwd().rglob("*")) == before
    return result.stderr


@cache
def shown_in(video: Path) -> list[tuple[int, float]]:
    return list(zip(*numbers_and_times(video), strict=True))


def numbers_between(video: Path, start_s: float, end_s: float) -> list[int]:
    return [number for number, time_s in shown_in(video) if start_s <= time_s < end_s]


def numbers_in(told: dict[str, Any], rotation_deg: int = 0) -> list[int]:
    return numbers_and_times(Path(told["file"]), rotation_deg)[0]
