"""The one machine burns, with everything that it had."""

from __future__ import annotations

import shutil

import pytest

from uball_assets_tests.scale.disasters.rehearsal import League, Made, lessons
from uball_assets_tests.scale.disasters.runbook import commands

pytestmark = pytest.mark.scale


def of_case_c() -> list[str]:
    lines = commands("Machine lost")
    return lines[lines.index("uball restore") :]


def test_with_all_in_its_home_the_backup_and_the_videos_are_the_league(in_home: Made) -> None:
    league = in_home.open()
    before = league.before()
    shutil.rmtree(league.home)
    lines = of_case_c()
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
    finally:
        league.stop()


def videos_come_back(league: League) -> None:
    """From the cameras' cards, all but those of the game that is to come."""
    for game in (league.games.first, league.games.second, league.games.unannotated):
        place = f"Games/{game.game_id}"
        shutil.copytree(league.games.originals / place, league.home / "videos" / place)
