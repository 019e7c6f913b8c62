"""Sources that are away, games that vanish and come back: what discovery makes of them, tick by tick."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner, Result

from uball_assets.assets.record.queries import eligible_games
from uball_assets.cli import main
from uball_assets.domain.errors import Transient
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets_tests.automation.test_games_sensor import run_asked
from uball_assets_tests.automation.ticking import Ticker, a_run
from uball_assets_tests.league import Platform, failure, metadata

GAMES = ("g1", "g2", "g4")
"""Sound ones; g3_refused has grade F."""


def uball(platform: Platform, *words: str) -> Result:
    settings = platform.settings
    told = {
        "UBALL_HOME": str(settings.home),
        "UBALL_VIDEOS_URL": settings.videos_url,
        "UBALL_TRAINING_URL": settings.training_url,
        "UBALL_PLAYS_URL": settings.plays_url,
    }
    return CliRunner().invoke(main, list(words), env=told)


def clips(platform: Platform) -> dict[Path, int]:
    """Each stored clip and when it was written."""
    return {path: path.stat().st_mtime_ns for path in platform.training.rglob("clips/*.mp4")}


def videos_of(platform: Platform) -> dict[str, str]:
    """By game, as `uball status` tells it."""
    return {
        game["game_id"]: game["videos"]
        for game in json.loads(uball(platform, "status", "--json").stdout)["games"]
    }


def learnable(platform: Platform) -> tuple[str, ...]:
    return eligible_games(platform.resources.registry, platform.notes.partitions()).game_ids


def put_away(platform: Platform, *game_ids: str) -> Path:
    """Their video folders, moved out of sight; where to."""
    away = platform.settings.home / "away"
    away.mkdir(exist_ok=True)
    for game_id in game_ids:
        (platform.videos / "Games" / game_id).rename(away / game_id)
    return away


def bring_back(platform: Platform, *game_ids: str) -> None:
    for game_id in game_ids:
        (platform.settings.home / "away" / game_id).rename(platform.videos / "Games" / game_id)


def vanish(platform: Platform, game_id: str) -> None:
    put_away(platform, game_id)
    platform.resources.plays_db.remove_game(game_id)


@pytest.fixture
def settled(ready: Platform) -> Platform:
    """Every game is up to date, but for the refused one, which is not collected again now."""
    return ready.with_settings(attempt_backoff_s=(3600.0,))


def test_an_unmounted_disk_stops_discovery_and_nothing_is_dropped(settled: Platform) -> None:
    ticker, before, record = Ticker(settled, "games_sensor"), clips(settled), settled.entries("games")
    assert "4 games: 3 up to date" in ticker.tick()
    away = settled.videos.rename(settled.settings.home / "unmounted")
    for _ in range(3):
        assert ticker.tick().startswith("stopped: no game has videos at")
        assert ticker.requests == []
    settled.videos.mkdir()
    assert ticker.tick().startswith("stopped: no game has videos at")
    settled.videos.rmdir()
    away.rename(settled.videos)
    assert "4 games: 3 up to date" in ticker.tick()
    assert (clips(settled), settled.entries("games"), learnable(settled)) == (before, record, GAMES)


def test_a_plays_database_that_shows_no_game_stops_discovery(settled: Platform) -> None:
    ticker, path = Ticker(settled, "games_sensor"), settled.settings.home / "plays.db"
    ticker.tick()
    for game_id in settled.resources.plays_db.game_ids():
        settled.resources.plays_db.remove_game(game_id)
    assert path.exists()
    for _ in range(3):
        assert ticker.tick().startswith("stopped: no game has plays in the plays database")
        assert ticker.requests == []
    assert learnable(settled) == GAMES


def test_a_listing_that_fails_is_a_skip_with_its_reason(
    settled: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticker = Ticker(settled, "games_sensor")
    ticker.tick()
    cursor = ticker.cursor

    def fail(*_: object) -> None:
        raise Transient("the disk does not answer")

    with monkeypatch.context() as broken:
        broken.setattr("uball_assets.adapters.stores.folder_store.FolderStore.list", fail)
        assert ticker.tick() == "cannot look for games: the disk does not answer"
    assert ticker.cursor == cursor


def test_one_game_whose_videos_are_away_is_held_and_stays_learned(settled: Platform) -> None:
    ticker, before = Ticker(settled, "games_sensor"), clips(settled)
    ticker.tick()
    put_away(settled, "g1")
    for _ in range(3):
        assert "g1: its videos are not there; what was made of them stays" in ticker.tick()
        assert ticker.requests == []
    result = settled.run_game("g1")
    assert "game g1 has no video any more, and had 4 cameras" in failure(result, "raw_videos")
    assert (clips(settled), learnable(settled)) == (before, GAMES)
    bring_back(settled, "g1")
    ticker.tick()
    assert "4 games: 3 up to date" in ticker.tick()


def test_a_game_whose_rows_are_gone_is_not_made_one_that_nobody_annotated(settled: Platform) -> None:
    ticker = Ticker(settled, "games_sensor")
    ticker.tick()
    settled.resources.plays_db.remove_game("g1")
    for _ in range(2):
        assert "g1: its plays and its row are not in the plays database any more" in ticker.tick()
    assert "knows nothing of game g1 any more" in failure(settled.run_game("g1"), "plays")
    assert learnable(settled) == GAMES


def test_archived_videos_cost_nothing_and_what_needs_a_new_clip_waits_for_them(settled: Platform) -> None:
    ticker, before, known = Ticker(settled, "games_sensor"), clips(settled), settled.state("g1")
    ticker.tick()
    put_away(settled, "g1")
    assert videos_of(settled) == {"g1": "away", "g2": "there", "g3_refused": "there", "g4": "there"}
    assert uball(settled, "archive", "g1", "--because", "the disk is full").exit_code == 0
    assert videos_of(settled)["g1"] == "archived"
    assert re.search(r"g1 +A +archived", uball(settled, "status").stdout)
    run_to_rest(settled, ticker, "its videos or their offsets changed")
    state = settled.state("g1")
    assert {name: state[name] for name in ("examples_hash", "clips_accepted", "grade", "trainable")} == {
        name: known[name] for name in ("examples_hash", "clips_accepted", "grade", "trainable")
    }
    assert clips(settled) == before

    row = settled.rows("g1", ("train", "validation"))[0]
    settled.edit(row, end_timestamp=row["end_timestamp"] + 0.4)
    run_to_rest(settled, ticker, "its plays changed", "g1: grade F")  # of its two plays one is left
    assert settled.state("g1")["clips_accepted"] == known["clips_accepted"] - 2
    reasons = settled.resources.training.read(object_names.quarantine("g1")).decode()
    assert reasons.count("a new clip is needed, and the videos of this game are archived") == 2
    assert clips(settled) == before

    bring_back(settled, "g1")
    run_to_rest(settled, ticker, "its videos or their offsets changed")
    assert settled.state("g1")["clips_accepted"] == known["clips_accepted"]
    after = clips(settled)
    assert {path.name for path in after if after[path] != before[path]} == {
        f"{row['id']}_{angle}.mp4" for angle in (Angle.FAR_RIGHT, Angle.NEAR_LEFT)
    }


def run_to_rest(platform: Platform, ticker: Ticker, reason: str, rest: str = "4 games: 3 up to date") -> None:
    """Ticks until a run is asked for, runs it, and ticks until there is nothing to do."""
    while (said := ticker.tick()) != "":
        assert "still settling" in said
    [request] = ticker.requests
    assert request.tags["game/reason"] == reason
    run_asked(platform, ticker)
    assert rest in ticker.tick()


def test_an_offset_corrected_while_the_video_is_archived_waits_for_it(settled: Platform) -> None:
    uball(settled, "archive", "g1", "--because", "the disk is full")
    put_away(settled, "g1")
    before = clips(settled)
    game = settled.resources.plays_db.game("g1")
    assert game is not None
    settled.resources.plays_db.add_game(
        game, [], [{"angle": "FAR_LEFT", "game_id": "g1", "sync_offset_seconds": 0.5}]
    )
    result = settled.run_game("g1")
    assert metadata(result, "raw_videos")["archived"] == "FAR_LEFT, FAR_RIGHT, NEAR_LEFT, NEAR_RIGHT"
    assert (
        "its offset was corrected" in settled.resources.training.read(object_names.quarantine("g1")).decode()
    )
    assert clips(settled) == before
    assert learnable(settled) == GAMES


def test_a_camera_whose_file_is_away_keeps_its_clips_in_the_store_and_cuts_none_when_it_is_back(
    settled: Platform,
) -> None:
    ticker, before = Ticker(settled, "games_sensor"), clips(settled)
    ticker.tick()
    path = settled.videos / "Games" / "g1" / "FAR_LEFT.mp4"
    content = path.read_bytes()
    path.unlink()
    run_to_rest(settled, ticker, "its videos or their offsets changed")
    assert "FAR_LEFT" not in settled.state("g1")["cameras"]
    path.write_bytes(content)
    run_to_rest(settled, ticker, "its videos or their offsets changed")
    assert clips(settled) == before
    assert settled.state("g1")["grade"] == "A"


def test_a_game_that_vanished_is_retired_and_comes_back(settled: Platform) -> None:
    ticker, before = Ticker(settled, "games_sensor"), clips(settled)
    ticker.tick()
    vanish(settled, "g4")
    assert "g4: no source has it any more: it is retired at the next look" in ticker.tick()
    assert learnable(settled) == GAMES
    assert "g4: retired, for no source has it any more" in ticker.tick()
    state = settled.state("g4")
    assert (state["how"], state["because"]) == ("retired", "no source has it any more")
    ticker.tick()
    assert "g4" not in settled.instance.get_dynamic_partitions("games")
    assert learnable(settled) == ("g1", "g2")
    assert ticker.tick().startswith("3 games: 2 up to date")

    bring_back(settled, "g4")
    rows = settled.rows("g4", ("train", "validation"))
    videos = [{**video, "game_id": "g4"} for video in settled.filmed.videos]
    settled.resources.plays_db.add_game({**settled.filmed.row, "id": "g4"}, rows, videos)
    run_to_rest(settled, ticker, "it is back")
    assert clips(settled) == before
    assert learnable(settled) == GAMES


def test_the_partition_of_a_retired_game_stays_while_a_training_goes(settled: Platform) -> None:
    request = dg.RunRequest(run_key="train:x:1", partition_key="g4")
    a_run(settled, request, "retrain_job")
    ticker = Ticker(settled, "games_sensor")
    vanish(settled, "g4")
    for _ in range(4):
        ticker.tick()
    assert settled.state("g4")["removed"]
    assert "g4" in settled.instance.get_dynamic_partitions("games")
    [run] = settled.instance.get_runs()
    settled.instance.report_run_failed(run)
    ticker.tick()
    assert "g4" not in settled.instance.get_dynamic_partitions("games")


def test_a_person_says_that_games_which_stopped_discovery_are_gone(settled: Platform) -> None:
    ticker = Ticker(settled, "games_sensor")
    ticker.tick()
    for game_id in (*GAMES, "g3_refused"):
        vanish(settled, game_id)
    assert ticker.tick().startswith("stopped: no game has videos")
    bring_back(settled, "g1")
    refused = uball(settled, "retire", "g1", "--because", "sold")
    assert refused.exit_code == 1
    assert "a source still has g1" in refused.output
    put_away(settled, "g1")
    done = uball(settled, "retire", *GAMES, "g3_refused", "--because", "the league ended", "--by", "Ann")
    assert done.exit_code == 0, done.output
    assert settled.state("g1")["because"] == "Ann: the league ended"
    assert ticker.tick() == "0 games: 0 up to date"
    assert settled.instance.get_dynamic_partitions("games") == []


def test_the_doctor_makes_no_folder_where_the_disk_of_a_league_is_not_mounted(settled: Platform) -> None:
    shutil.rmtree(settled.videos)
    result = uball(settled, "doctor", "--json")
    assert "no video stands at" in result.output
    assert "4 games had videos there; nothing was written" in result.output
    assert result.exit_code == 1
    assert not settled.videos.exists()


def test_what_a_model_annotated_stands_while_the_videos_are_archived(trained: Platform) -> None:
    trained.add_game("new", [])
    ticker = Ticker(trained, "games_sensor")
    ticker.tick()
    assert ticker.tick() == ""
    run_asked(trained, ticker)
    database, [model] = trained.resources.plays_db, trained.entries("models")
    rows, folder = database.annotations("new", model["name"]), object_names.window_clips("new")
    windows = [info.name for info in trained.resources.training.list(folder)]
    assert rows
    assert windows
    assert uball(trained, "archive", "new", "--because", "the disk is full").exit_code == 0
    put_away(trained, "new")
    ticker.tick()
    assert ticker.tick() == ""
    assert trained.run_game("new").success
    assert database.annotations("new", model["name"]) == rows
    assert [info.name for info in trained.resources.training.list(folder)] == windows
    assert ticker.tick() == "2 games: 2 up to date"
