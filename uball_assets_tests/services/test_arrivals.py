"""A game's videos are brought to where they are kept; a video that cannot be brought is a loss."""

from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets.adapters.plays.sqlite_plays_db import SqlitePlaysDb
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.services.arrivals import Arrivals
from uball_assets.services.rig_inspection import inspect_rig
from uball_assets.services.sources import source_hash, source_hashes

ARRIVED = "Games/2026-03-18/game1/"


@pytest.fixture
def database(tmp_path: Path) -> SqlitePlaysDb:
    database = SqlitePlaysDb(tmp_path / "plays.db")
    cameras = [
        {"angle": "FAR_LEFT", "s3_key": f"{ARRIVED}game1_farleft.mp4"},
        {"angle": "NEAR_RIGHT", "s3_key": f"{ARRIVED}near-right/video.mp4"},
    ]
    database.add_game({"id": "g1"}, [], cameras)
    database.add_game({"id": "g2"}, [], [{"angle": "FAR_LEFT"}])
    return database


@pytest.fixture
def arrivals(tmp_path: Path, database: SqlitePlaysDb) -> Arrivals:
    return Arrivals(FolderStore(tmp_path / "arrived"), FolderStore(tmp_path / "kept"), database)


def arrive(arrivals: Arrivals, name: str, data: bytes = b"video") -> None:
    assert arrivals.store is not None
    arrivals.store.write(f"{ARRIVED}{name}", data)


def kept(arrivals: Arrivals) -> dict[str, bytes]:
    return {info.name: arrivals.video_store.read(info.name) for info in arrivals.video_store.list("")}


def test_a_games_videos_are_brought_under_its_id_and_only_once(arrivals: Arrivals) -> None:
    arrive(arrivals, "game1_farleft.mp4", b"far left")
    arrive(arrivals, "near-right/video.mp4", b"near right")
    told: list[tuple[int, int]] = []
    brought = arrivals.bring("g1", lambda done, whole: told.append((done, whole)))
    assert kept(arrivals) == {
        "Games/g1/game1_farleft.mp4": b"far left",
        "Games/g1/near-right/video.mp4": b"near right",
    }
    assert brought.quarantined == ()
    assert told[-1] == (18, 18)
    again = arrivals.bring("g1")
    assert again.report is not None
    assert again.report.copied_bytes == 0
    assert [video.skipped for video in again.report.migrated] == [True, True]


def test_a_video_that_matches_no_camera_costs_only_itself(arrivals: Arrivals) -> None:
    arrive(arrivals, "game1_farleft.mp4")
    arrive(arrivals, "interview.mp4")
    brought = arrivals.bring("g1")
    assert list(kept(arrivals)) == ["Games/g1/game1_farleft.mp4", "Games/g1/interview.mp4"]
    assert brought.report is not None
    [other] = brought.report.others
    assert (str(other.source).endswith("interview.mp4"), brought.quarantined) == (True, ())
    told = [entry.what for entry in inspect_rig(arrivals.video_store, arrivals.plays_db, "g1").quarantined]
    assert "video interview.mp4" in told


def test_videos_that_did_not_arrive_are_a_loss_and_no_error(arrivals: Arrivals) -> None:
    brought = arrivals.bring("g1")
    assert brought.report is None
    assert [entry.where for entry in brought.quarantined] == ["game g1"]
    assert brought.arrived_hash == ""


def test_a_game_that_was_brought_is_of_the_sources_that_the_sensor_sees(arrivals: Arrivals) -> None:
    arrive(arrivals, "game1_farleft.mp4")
    seen = source_hashes(arrivals.video_store, arrivals.plays_db, ["g1"], arrivals.store)
    brought = arrivals.bring("g1")
    rig = inspect_rig(arrivals.video_store, arrivals.plays_db, "g1")
    processed = source_hash(rig.videos_hash, "", brought.arrived_hash)
    assert source_hashes(arrivals.video_store, arrivals.plays_db, ["g1"], arrivals.store) == {"g1": processed}
    assert seen != {"g1": processed}, "the video stood elsewhere"


def test_a_game_without_keys_and_a_league_without_arrivals_bring_nothing(
    arrivals: Arrivals, database: SqlitePlaysDb
) -> None:
    assert arrivals.bring("g2").report is None
    assert arrivals.bring("g2").quarantined == ()
    assert Arrivals(None, arrivals.video_store, database).bring("g1").quarantined == ()
