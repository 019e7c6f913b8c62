"""Runs that a person starts, backfills too, are tried again by Dagster's real daemon where that may help."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from uball_assets.automation.executor import AGAIN_TAG
from uball_assets.resources import build_resources
from uball_assets.settings import Settings
from uball_assets_tests.daemon.platform import Platform
from uball_assets_tests.daemon.season import Season, bring
from uball_assets_tests.daemon.ui import Run
from uball_assets_tests.daemon.waiting import wait_for

pytestmark = pytest.mark.daemon

SETTINGS = {"UBALL_ATTEMPT_BACKOFF_S": "1", "UBALL_RETRAIN_FIRST_THRESHOLDS": "1", "UBALL_EPOCHS": "1"}


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory, games: Season, videos: Path) -> Iterator[Platform]:
    """Three games, one of them not fit to be learned from; nothing done to them."""
    platform = Platform(tmp_path_factory.mktemp("again"), SETTINGS)
    database = build_resources(Settings(checkout=platform.folder)).plays_db
    for game in (games.sound[0], games.sound[1], games.refused):
        bring(game, videos, platform.home / "videos", database)
    try:
        platform.start()
        for game in (games.sound[0], games.sound[1], games.refused):
            platform.ui.add_partition(game.game_id)
        yield platform
    finally:
        platform.stop()


def attempts(league: Platform, game_id: str, asset: str) -> list[Run]:
    """Oldest first: the runs of a game's partition that make, or would have made, this asset."""
    found = league.ui.runs(dagster__partition=game_id)
    return [run for run in reversed(found) if not run.assets or asset in run.assets]


def test_a_backfill_that_found_the_database_busy_ends_with_the_game_learned(
    league: Platform, games: Season
) -> None:
    game_id, ui = games.sound[0].game_id, league.ui
    with closing(sqlite3.connect(league.home / "plays.db", isolation_level=None)) as busy:
        busy.execute("BEGIN EXCLUSIVE")
        backfill = ui.backfill(ui.assets(), [game_id])
        wait_for("first failure", lambda: _a_step_failed(league, game_id), 120, ui.seen)
    wait_for("end of the backfill", lambda: ui.backfill_status(backfill) != "REQUESTED", 240, ui.seen)
    assert ui.backfill_status(backfill) == "COMPLETED_SUCCESS"
    assert game_id in ui.partitions("endpoint")["materialized"]
    first, *again = attempts(league, game_id, "plays")
    assert first.tags[AGAIN_TAG].startswith("attempt 2 of 3 is started by itself")
    assert again[-1].status == "SUCCESS"


def test_a_killed_run_of_the_ui_is_started_again_and_a_refused_game_is_not(
    league: Platform, games: Season
) -> None:
    killed, refused, ui = games.sound[1].game_id, games.refused.game_id, league.ui
    chain = [path for path in ui.assets() if path[0] in ("raw_videos", "plays", "clips", "training_examples")]
    ui.backfill(chain, [killed, refused])

    def cutting() -> Run | None:
        found = [run for run in attempts(league, killed, "plays") if run.status == "STARTED"]
        return next((run for run in found if "raw_videos" in ui.steps(run.run_id)), None)

    run = wait_for("a run at work", cutting, 120, ui.seen, poll_s=0.1)
    os.kill(ui.worker_pid(run.run_id), signal.SIGKILL)
    done = "training_examples"
    wait_for("the second attempt", lambda: killed in ui.partitions(done)["materialized"], 120, ui.seen)

    wait_for("the refusal", lambda: refused in ui.partitions(done)["failed"], 60, ui.seen)
    wait_for("rest", lambda: all(run.is_over for run in ui.runs()), 60, ui.seen)
    assert [run.status for run in attempts(league, killed, "plays")] == ["FAILURE", "SUCCESS"]
    [once] = attempts(league, refused, "plays")
    assert once.tags[AGAIN_TAG].startswith("not started again: training_examples failed for good")


def _a_step_failed(league: Platform, game_id: str) -> bool:
    runs = attempts(league, game_id, "plays")
    return any("FAILURE" in league.ui.steps(run.run_id).values() for run in runs)
