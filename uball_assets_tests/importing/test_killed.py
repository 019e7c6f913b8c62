"""An import that is killed, at any of its writes, and what the next command finds."""

from __future__ import annotations

import shutil
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from uball_assets.adapters.plays.opening import open_plays_db
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle
from uball_assets.importing.checking import check_game
from uball_assets.importing.game import GameFiles
from uball_assets.importing.storing import store_game
from uball_assets.resources import videos_store
from uball_assets.services.sources import unfinished
from uball_assets.settings import Settings
from uball_assets.status import read_status
from uball_assets_tests.killing import killed_at
from uball_assets_tests.videos import SyntheticVideo, make_video

TABLE = "side,start,end,label\nLEFT,1,3,STEAL\nLEFT,3,5,BLOCK\n"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> GameFiles:
    folder = tmp_path_factory.mktemp("game")
    make_video(folder / "FAR_LEFT.mp4", SyntheticVideo(duration_s=6))
    shutil.copy(folder / "FAR_LEFT.mp4", folder / "NEAR_RIGHT.mp4")
    (folder / "plays.csv").write_text(TABLE)
    return GameFiles("g1", folder, folder / "plays.csv", {Angle.FAR_LEFT: 1.0})


def nobody(_: str) -> None:
    """Is told."""


def settings_of(home: Path) -> Settings:
    return Settings(home=home, workers=1)


def stored(home: Path) -> dict[str, bytes]:
    folder = home / "videos"
    files = [path for path in folder.rglob("*") if path.is_file() and ".tmp" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def rows(home: Path) -> list[dict[str, Any]]:
    return open_plays_db(settings_of(home).plays_url).plays("g1")


def test_a_first_import_killed_at_any_write_is_marked_and_ended_by_doing_it_again(
    files: GameFiles, tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    game = check_game(settings_of(whole), files)
    store_game(settings_of(whole), game, nobody)
    seen_empty = write = 0
    while True:
        write += 1
        home = tmp_path / str(write)
        settings = settings_of(home)
        if not killed_at(write, home, partial(store_game, settings, game, nobody)):
            break
        known = [game.game_id for game in read_status(settings).games]
        seen_empty += (home / "plays.db").exists() and not rows(home)
        is_whole = stored(home).keys() >= stored(whole).keys() and len(rows(home)) == 2
        assert not known or is_whole or unfinished(videos_store(settings)) == {"g1": "import"}, write
        store_game(settings, check_game(settings, files), nobody)
        assert (stored(home), rows(home)) == (stored(whole), rows(whole)), write
    assert write > 25
    assert seen_empty > 10


def test_a_home_that_an_older_import_left_with_an_empty_database_is_used(
    files: GameFiles, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path)
    sqlite3.connect(tmp_path / "plays.db").close()
    (tmp_path / "plays.db").touch()
    assert read_status(settings).games == []
    store_game(settings, check_game(settings, files), nobody)
    assert len(rows(tmp_path)) == 2


def test_a_game_that_the_database_refuses_leaves_no_video_behind(files: GameFiles, tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "home")
    game = check_game(settings, files)
    game.rows[1]["events"] = [float("inf")]
    with pytest.raises(Permanent, match="cannot store"):
        store_game(settings, game, nobody)
    assert stored(settings.home) == {}
    assert read_status(settings).games == []


def test_a_video_that_cannot_be_copied_is_said_with_what_is_in(files: GameFiles, tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "home")
    game = check_game(settings, files)
    (settings.home / "videos" / "Games" / "g1" / "NEAR_RIGHT.mp4").mkdir(parents=True)
    with pytest.raises(Permanent, match=r"The rows of game g1 are in, of its videos FAR_LEFT.mp4: mend it"):
        store_game(settings, game, nobody)
    assert unfinished(videos_store(settings)) == {"g1": "import"}
