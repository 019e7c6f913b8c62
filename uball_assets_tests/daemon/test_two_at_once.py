"""Two commands that are started at once in a home where nothing is yet: both do their work, or the second
says who is at it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from uball_assets.automation.instance import open_instance
from uball_assets.resources import build_resources
from uball_assets.settings import Settings
from uball_assets_tests.daemon.test_killed_demo import PROGRAM
from uball_assets_tests.videos import SyntheticVideo, make_video

IMPORTS = ("import g1", "import g2")
PAIRS = (
    *[IMPORTS] * 6,
    *[("import g1", "import g1")] * 2,
    *[("import g1", "why")] * 4,
    *[("why", "why")] * 4,
    *[("import g1", "status")] * 2,
    *[("status", "costs")] * 2,
)


@pytest.fixture(scope="module")
def game(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("game")
    video = make_video(folder / "FAR_LEFT.mp4", SyntheticVideo(duration_s=6))
    shutil.copy(video, folder / "NEAR_LEFT.mp4")
    (folder / "plays.csv").write_text("side,start,end,label\nLEFT,1,3,FG_MAKE\nLEFT,3,5,STEAL\n")
    return folder


def words(command: str, game: Path) -> list[str]:
    name, *rest = command.split()
    plays = ["--plays", str(game / "plays.csv")]
    asked = [name, str(game), "--game-id", *rest, *plays] if name == "import" else [name, *rest]
    return [sys.executable, "-c", "from uball_assets.cli import main; main()", *asked]


def at_once(commands: Sequence[Sequence[str]], home: Path) -> list[tuple[int, str]]:
    """Exit code and what was said of each."""
    environment = {**os.environ, "UBALL_HOME": str(home), "UBALL_RETRAIN_FIRST_THRESHOLDS": "1,1,1"}
    started = [
        subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for command in commands
    ]
    said = [each.communicate()[0] for each in started]
    return [(each.returncode, text) for each, text in zip(started, said, strict=True)]


@pytest.mark.daemon
def test_twenty_pairs_of_commands_in_fresh_homes_all_do_their_work(tmp_path: Path, game: Path) -> None:
    assert len(PAIRS) == 20
    for number, pair in enumerate(PAIRS):
        settings = Settings(home=tmp_path / str(number))
        told = at_once([words(command, game) for command in pair], settings.home)
        assert [code for code, _ in told] == [0, 0], (pair, told)
        imported = {command.split()[1] for command in pair if command.startswith("import")}
        with open_instance(settings) as instance:
            assert set(instance.get_dynamic_partitions("games")) == imported
        if imported:
            assert set(build_resources(settings).plays_db.game_ids()) == imported


@pytest.mark.daemon
def test_of_two_demos_in_one_home_the_second_says_who_is_at_it(tmp_path: Path) -> None:
    program = tmp_path / "demo.py"
    program.write_text(PROGRAM)
    told = at_once([[sys.executable, str(program)]] * 2, tmp_path / "home")
    assert sorted(code for code, _ in told) == [0, 1], told
    [second] = [text for code, text in told if code]
    assert f"`uball demo` is at work in {tmp_path / 'home'} already (process " in second
