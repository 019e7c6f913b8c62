"""A wrong sync offset in a game's run: shown, a reason on the grade, and never changed."""

from __future__ import annotations

from typing import Any

import pytest

from uball_assets.adapters.record.sync_decisions import accept
from uball_assets.adapters.stores import documents
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.sync import SyncAudit, Verdict
from uball_assets.services.sync_audit import audit_game
from uball_assets_tests.automation.ticking import Ticker
from uball_assets_tests.league import Platform, failed_checks, metadata

WRONG_BY_S = 3.0


FAR_OFF_BY_S = 4.2
"""More than its plays last, 3.6 s."""


@pytest.fixture
def offset_s(platform: Platform) -> float:
    return add_wrong(platform, WRONG_BY_S)


def add_wrong(platform: Platform, wrong_by_s: float) -> float:
    """A game whose NEAR_LEFT has a wrong offset in the database: this one."""
    platform.add_game("g1")
    [video] = [video for video in platform.filmed.videos if video["angle"] == Angle.NEAR_LEFT]
    stored: dict[str, Any] = {**video, "game_id": "g1"}
    stored["sync_offset_seconds"] += wrong_by_s
    platform.resources.plays_db.add_game({**platform.filmed.row, "id": "g1"}, [], [stored])
    return float(stored["sync_offset_seconds"])


def test_a_wrong_offset_is_shown_graded_and_left_as_it_is(platform: Platform, offset_s: float) -> None:
    result = platform.run_game("g1")
    assert result.success
    table = metadata(result, "raw_videos")["sync_offsets"]
    rows = {record.data["camera"]: record.data for record in table.records}
    assert [row["verdict"] for row in rows.values()].count("agrees") == 3
    assert rows["NEAR_LEFT"]["verdict"] == "disagrees"
    assert "raw_videos:offsets_agree_with_the_sound" in failed_checks(result)

    state = platform.state("g1")
    assert (state["grade"], state["trainable"]) == ("C", True)
    assert state["reasons"][0].startswith("sync offset of NEAR_LEFT: ")

    assert platform.resources.plays_db.sync_offsets("g1")["NEAR_LEFT"] == offset_s
    audit = documents.load(platform.resources.training, object_names.sync("g1"), SyncAudit)
    [found] = [camera for camera in audit.cameras if camera.verdict is Verdict.DISAGREES]
    assert found.off_by_s == pytest.approx(-WRONG_BY_S, abs=0.05)


def test_a_camera_off_by_more_than_a_play_gives_no_clips_until_it_is_accepted(
    platform: Platform,
) -> None:
    add_wrong(platform, FAR_OFF_BY_S)
    ticker = Ticker(platform, "games_sensor")
    ticker.tick()
    ticker.tick()
    result = platform.run_game("g1")
    assert result.success
    assert metadata(result, "clips/NEAR_LEFT")["clips_accepted"] == 0
    assert metadata(result, "clips/FAR_RIGHT")["clips_accepted"] == 2
    [row] = metadata(result, "clips/NEAR_LEFT")["quarantine"].records
    assert row.data["what"] == "2 clips of NEAR_LEFT"
    assert "by 4.2 s, and plays last" in row.data["why, and what to do"]
    assert '`uball sync g1 --accept NEAR_LEFT --why "…"`' in row.data["why, and what to do"]
    assert (platform.state("g1")["grade"], platform.state("g1")["clips_accepted"]) == ("C", 6)
    assert ticker.tick() == "1 games: 1 up to date"

    resources = platform.resources
    rig, audit = audit_game(resources.video_store, resources.plays_db, "g1", search_s=30.0)
    accept(resources.registry, rig, audit, Angle.NEAR_LEFT, by="Ana", why="its sound came by cable")
    assert ticker.tick() == ""
    again = platform.run_game("g1")
    assert metadata(again, "clips/NEAR_LEFT")["clips_accepted"] == 2
    assert "raw_videos:offsets_agree_with_the_sound" not in failed_checks(again)
    assert platform.state("g1")["grade"] in ("A", "B")
    assert ticker.tick() == "1 games: 1 up to date"
