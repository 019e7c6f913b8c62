"""The one machine burns: with its stores elsewhere, and with everything that it had."""

from __future__ import annotations

import shutil

import pytest

from uball_assets_tests.scale.disasters.rehearsal import League, Made, lessons
from uball_assets_tests.scale.disasters.runbook import commands

pytestmark = pytest.mark.scale


def cases() -> tuple[list[str], list[str]]:
    """What is done in case B, and in case C."""
    lines = commands("Machine lost")
    at = lines.index("uball restore")
    return lines[:at], lines[at:]


def test_with_its_stores_elsewhere_a_new_machine_needs_its_home_alone(in_buckets: Made) -> None:
    league = in_buckets.open()
    before = league.before()
    shutil.rmtree(league.home)
    lines, _ = cases()
    try:
        league.follow(lines, {"league.key": str(in_buckets.key)})
        league.uball("doctor")
        league.start()
        league.is_sound()
        assert league.games_objects() == before.objects
        assert league.runs_of_each() == [1, 1, 1]
        league.stop()
        league.goes_on(before)
        league.uball("backup")
    finally:
        league.stop()


def test_with_all_in_its_home_the_backup_and_the_videos_are_the_league(in_home: Made) -> None:
    league = in_home.open()
    before = league.before()
    shutil.rmtree(league.home)
    _, lines = cases()
    league.own["UBALL_BACKUP_IDENTITY"] = str(in_home.key)
    try:
        league.follow(lines[:1])
        videos_come_back(league)
        league.follow(lines[1:])
        league.uball("doctor")
        league.start()
        league.rest(models=2)
        league.is_sound()
        after = league.before()
        assert lessons(after, "examples.json") == lessons(before, "examples.json")
        assert after.models == before.models
        league.goes_on(after)
    finally:
        league.stop()


def videos_come_back(league: League) -> None:
    """From the cameras' cards, all but those of the game that is to come."""
    for game in (league.games.first, league.games.second, league.games.unannotated):
        place = f"Games/{game.game_id}"
        shutil.copytree(league.games.originals / place, league.home / "videos" / place)
