"""Taking a game out: what goes, what stays, and what sensors and trainings make of it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from click.testing import CliRunner, Result

from uball_assets.adapters.plays.opening import open_plays_db
from uball_assets.assets.record.queries import eligible_games
from uball_assets.automation.situation import why
from uball_assets.cli import main
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.domain.footage import object_names
from uball_assets.importing.removal import plan_removal, remove_game
from uball_assets.services.sources import unfinished
from uball_assets.status import read_status
from uball_assets_tests.automation.ticking import Ticker
from uball_assets_tests.killing import killed_at
from uball_assets_tests.league import Platform
from uball_assets_tests.videos import SyntheticVideo, make_video


def nobody(_: str) -> None:
    """Is told."""


def remove(platform: Platform, game_id: str) -> None:
    removal = plan_removal(platform.settings, game_id, platform.instance)
    remove_game(platform.settings, removal, platform.instance, nobody)


def left_of(platform: Platform, game_id: str) -> list[str]:
    """Everything of a game but the record and the sets."""
    resources = platform.resources
    return [
        *(info.name for info in resources.video_store.list(object_names.videos(game_id))),
        *(info.name for info in resources.training.list(object_names.game(game_id))),
        *(str(row["id"]) for row in resources.plays_db.plays(game_id)),
        *(str(row["angle"]) for row in resources.plays_db.videos(game_id)),
        *(name for name in resources.plays_db.game_ids() if name == game_id),
        *(name for name in platform.instance.get_dynamic_partitions("games") if name == game_id),
        *unfinished(resources.video_store),
    ]


def test_a_learned_game_goes_and_the_next_set_is_without_it(trained: Platform) -> None:
    trained.add_game("g2")
    assert trained.run_game("g2").success
    record = trained.settings.home / "training" / "record"
    before = {path: path.read_bytes() for path in record.rglob("*.json")}
    removal = plan_removal(trained.settings, "g1", trained.instance)
    assert removal.learned_by == ("v1-1games",)
    assert any("v1-1games" in line and "a model forgets nothing" in line for line in removal.kept())
    remove(trained, "g1")
    assert left_of(trained, "g1") == []
    assert {path: path.read_bytes() for path in before} == before
    assert eligible_games(trained.resources.registry, trained.notes.partitions()).game_ids == ("g2",)
    assert trained.retrain("g2").success
    assert trained.entries("models")[-1]["game_ids"] == ["g2"]
    assert [game.game_id for game in read_status(trained.settings).games] == ["g2"]


def test_sensors_do_not_bring_a_removed_game_back_and_take_it_up_when_it_comes_in_again(
    trained: Platform,
) -> None:
    sensor = Ticker(trained, "games_sensor")
    remove(trained, "g1")
    for _ in range(3):
        assert sensor.tick().startswith("0 games")
    assert list(trained.instance.get_dynamic_partitions("games")) == []
    assert why(trained.settings, trained.resources.registry, trained.notes).startswith("waiting: no game")
    trained.add_game("g1")
    sensor.tick()
    assert sensor.tick() == ""
    assert [request.partition_key for request in sensor.requests] == ["g1"]
    assert trained.run_game("g1").success
    assert trained.state("g1")["trainable"]
    assert sensor.tick() == "1 games: 1 up to date"


def test_a_game_is_not_taken_from_under_a_run(processed: Platform) -> None:
    job = processed.defs.resolve_job_def("retrain_job")
    processed.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    before = left_of(processed, "g1")
    with pytest.raises(Transient, match=r"a training \(run .*\) is going"):
        remove(processed, "g1")
    assert left_of(processed, "g1") == before


def test_a_removal_killed_at_any_write_is_ended_by_doing_it_again(
    processed: Platform, tmp_path: Path
) -> None:
    home, saved, killed = processed.settings.home, tmp_path / "saved", 0
    shutil.copytree(home, saved)
    removal = plan_removal(processed.settings, "g1", None)
    for write in range(1, 400, 9):
        shutil.rmtree(home)
        shutil.copytree(saved, home)
        if not killed_at(write, home, partial(remove_game, processed.settings, removal, None, nobody)):
            break
        killed += 1
        is_whole = len(processed.resources.plays_db.plays("g1")) == len(removal_rows(saved))
        assert is_whole or unfinished(processed.resources.video_store) == {"g1": "removal"}, write
        again = plan_removal(processed.settings, "g1", processed.instance)
        remove_game(processed.settings, again, None, nobody)
        assert [name for name in left_of(processed, "g1") if name != "g1"] == [], write
    assert killed > 3


def removal_rows(home: Path) -> list[dict[str, Any]]:
    return open_plays_db(f"sqlite:///{home / 'plays.db'}").plays("g1")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "home"))
    folder = tmp_path / "game"
    folder.mkdir()
    make_video(folder / "FAR_LEFT.mp4", SyntheticVideo(duration_s=4))
    (folder / "plays.csv").write_text("side,start,end,label\nLEFT,1,3,STEAL\n")
    assert uball("import", folder, "--game-id", "g1", "--plays", folder / "plays.csv").exit_code == 0
    return folder


def uball(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_without_yes_it_is_only_listed(folder: Path) -> None:
    files = sorted((folder.parent / "home" / "videos").rglob("*"))
    shown = uball("remove", "g1")
    assert shown.exit_code == 0
    for told in ("rows of plays", "videos", "partition", "Kept:", "Nothing was deleted: --yes deletes it."):
        assert told in shown.stdout
    assert sorted((folder.parent / "home" / "videos").rglob("*")) == files
    told = json.loads(uball("remove", "g1", "--json").stdout)
    assert (told["dry_run"], told["videos"]) == (True, ["Games/g1/FAR_LEFT.mp4"])


def test_a_game_removed_by_hand_is_in_no_list_and_can_come_in_again(folder: Path) -> None:
    assert "Game g1 is out." in uball("remove", "g1", "--yes").stdout
    assert json.loads(uball("status", "--json").stdout)["games"] == []
    again = uball("remove", "g1", "--yes")
    assert (again.exit_code, "there is no game g1" in again.stderr) == (1, True)
    assert uball("import", folder, "--game-id", "g1", "--plays", folder / "plays.csv").exit_code == 0
    assert [game["game_id"] for game in json.loads(uball("status", "--json").stdout)["games"]] == ["g1"]


def test_a_database_that_refuses_keeps_the_game_whole(processed: Platform) -> None:
    before = left_of(processed, "g1")
    with closing(sqlite3.connect(processed.settings.home / "plays.db")) as database:
        refuse = "SELECT RAISE(ABORT, 'a payment refers to it')"
        database.execute(f"CREATE TRIGGER held BEFORE DELETE ON games BEGIN {refuse}; END")
    with pytest.raises(Permanent, match="a payment refers to it"):
        remove(processed, "g1")
    assert left_of(processed, "g1") == before
