"""`uball run`: looks before it starts anything, runs games in this process, and says what came out."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

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
    monkeypatch.setenv("UBALL_EPOCHS", "1")
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


def test_a_look_says_what_is_wrong_with_rows_cameras_and_offsets_and_what_to_do(
    platform: Platform, uball: Callable[..., Result]
) -> None:
    rows = platform.rows("g1")
    platform.add_game("g1", [*rows[:2], {**rows[2], "classification": "DUNK"}, rows[3]], [Angle.FAR_LEFT])
    unset = [{"game_id": "g1", "angle": str(Angle.NEAR_LEFT), "sync_offset_seconds": None}]
    platform.resources.plays_db.add_game({"id": "g1"}, [], unset)
    [game] = json.loads(uball("g1", "--check", "--json").stdout)["games"]
    assert game["is_ready"]
    camera, offset, row = game["missing"]
    assert camera.startswith("camera FAR_LEFT: ")
    assert camera.endswith("(add FAR_LEFT.mp4)")
    assert offset == "the offset of NEAR_LEFT: taken for 0 (else enter it in video_metadata)"
    assert row.startswith(f"play {rows[2]['id']}: ")
    assert "DUNK" in row
    assert row.endswith(")")
    assert started(platform) == 0


def test_where_a_key_does_not_open_a_source_no_game_is_run_and_the_fault_is_told(
    platform: Platform, uball: Callable[..., Result]
) -> None:
    platform.add_game("g1")
    (platform.settings.home / "plays.db").write_text("no database at all" * 100)
    said = uball("g1", "--anyway")
    assert said.exit_code == 1
    assert "no game can be run: plays: " in said.stderr
    assert [line.split()[0] for line in said.stdout.splitlines() if line.startswith("plays")] == ["plays"]
    told = json.loads(uball("g1", "--check", "--json").stdout)
    assert (told["games"], [key["check"] for key in told["keys"]]) == ([], ["plays"])
    assert told["keys"][0]["remedy"]
    assert started(platform) == 0


def test_a_training_follows_where_the_rules_say_that_one_is_due_and_none_where_not(
    platform: Platform, uball: Callable[..., Result]
) -> None:
    platform.add_game("g1")
    first = uball("g1", "--train")
    assert first.exit_code == 0, first.stderr
    assert "due: 1 new game, 1 needed for v1" in first.stderr
    assert [model["game_ids"] for model in platform.entries("models")] == [["g1"]]
    assert [entry["job"] for entry in platform.entries("runs")] == ["game_job", "retrain_job"]
    assert platform.entries("routes")
    again = uball("g1", "--train")
    assert again.exit_code == 0, again.stderr
    assert "up to date: the newest model has learned from all 1 game" in again.stderr
    assert len(platform.entries("models")) == 1
    without = uball("g1")
    assert "up to date" not in without.stderr


def test_a_training_that_fails_is_told_and_the_games_stay_run(
    platform: Platform, uball: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.add_game("g1")
    monkeypatch.setenv("UBALL_LOCAL_TRAINING_LIMIT_S", "0.001")
    said = uball("g1", "--train", "--json")
    assert said.exit_code == 1
    assert "the training failed: its run in the UI says why" in said.stderr
    assert [game["outcome"] for game in json.loads(said.stdout)["games"]] == ["succeeded"]
    assert platform.entries("models") == []


def test_each_attempt_of_a_game_is_a_line_for_programs(
    platform: Platform, uball: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.add_game("g1", [{**row, "classification": "DUNK"} for row in platform.rows("g1")])
    log = tmp_path / "log.jsonl"
    monkeypatch.setenv("UBALL_JSON_LOG", str(log))
    uball("g1")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    own = [line for line in lines if line["component"] == "uball run"]
    assert {tuple(line) for line in lines} == {tuple(own[0])}, "a run's lines have the same fields"
    assert (own[0]["message"], own[0]["game"]) == ("begins", None)
    told = [(line["game"], line["attempt"], line["message"]) for line in own if line["attempt"]]
    assert told == [("g1", 1, "begins"), ("g1", 1, "refused: training_examples")]
    assert (own[-1]["level"], own[-1]["message"]) == (
        "ERROR",
        "failed: 1 game did not come through: the runs in the UI say why",
    )


def test_a_run_of_what_is_new_tells_when_it_arrived_and_a_run_of_nothing_new_does_not(
    platform: Platform, uball: Callable[..., Result]
) -> None:
    platform.add_game("g1")
    written_s = max(path.stat().st_mtime for path in (platform.videos / "Games/g1").iterdir())
    assert uball("g1").exit_code == 0
    assert uball("g1").exit_code == 0
    row = platform.rows("g1")[0]
    platform.edit(row, note="Corrected.", updated_at="2035-01-01T00:00:00+00:00")
    assert uball("g1").exit_code == 0
    first, again, edited = (entry["arrived_at_s"] for entry in platform.entries("runs"))
    assert first == round(written_s)
    assert again is None
    assert edited == datetime(2035, 1, 1, tzinfo=UTC).timestamp()
