"""`uball run`: looks before it starts anything, runs games in this process, and says what came out."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from uball_assets.automation.instance import open_instance
from uball_assets.cli import main
from uball_assets.domain.footage.angles import Angle
from uball_assets_tests.league import Platform


@pytest.fixture
def uball(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("UBALL_HOME", str(platform.settings.home))
    monkeypatch.setenv("UBALL_ATTEMPT_BACKOFF_S", "0.01")
    return lambda *arguments: CliRunner().invoke(main, ["run", *arguments])


def started(platform: Platform) -> int:
    with open_instance(platform.settings) as instance:
        return len(instance.get_runs())


def test_what_is_missing_is_told_and_nothing_is_started_where_a_game_cannot_be_run(
    platform: Platform, uball: Callable[..., Result]
) -> None:
    platform.add_game("g1", missing=[Angle.FAR_LEFT])
    said = uball("g1", "never_seen")
    assert said.exit_code == 1
    assert "1 game cannot be run: never_seen: no video of any camera" in said.stderr
    assert "camera FAR_LEFT" in said.stdout
    assert started(platform) == 0
    looked = json.loads(uball("g1", "never_seen", "--check", "--json").stdout)["games"]
    assert [(game["game_id"], game["is_ready"], game["rows"], len(game["cameras"])) for game in looked] == [
        ("g1", True, 4, 3),
        ("never_seen", False, 0, 0),
    ]
    assert started(platform) == 0


def test_games_are_run_and_the_batch_is_told(platform: Platform, uball: Callable[..., Result]) -> None:
    platform.add_game("g1")
    platform.add_game("g2", [{**row, "classification": "DUNK"} for row in platform.rows("g2")])
    said = uball("g1", "g2", "never_seen", "--anyway", "--json")
    told = json.loads(said.stdout)
    assert [(game["game_id"], game["outcome"], game["attempts"]) for game in told["games"]] == [
        ("g1", "succeeded", 1),
        ("g2", "refused", 1),
        ("never_seen", "pending", 0),
    ]
    assert (said.exit_code, told["late"]) == (1, [])
    assert told["seconds"] >= sum(game["seconds"] for game in told["games"])
    assert [entry["started_by"] for entry in platform.entries("runs")] == ["command", "command"]
    assert started(platform) == 2
