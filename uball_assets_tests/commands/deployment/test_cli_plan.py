"""`uball plan`: the question from options, settings and record; the answer in words and as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.cli import main
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.rig import Camera, Rig
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.run_figures import RUNS, Outcome, RunFigures, StartedBy

SMALL = ("--courts", "1", "--games-a-week", "4", "--cores", "1")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def uball(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["plan", *arguments])


def told(*arguments: str) -> dict[str, Any]:
    found = uball(*arguments, "--json")
    assert found.exit_code == 0, found.output
    plan: dict[str, Any] = json.loads(found.stdout)
    return plan


def enter_games(home: Path, count: int, hours: float) -> None:
    """Games without plays that came through, of four films so long at 1080p."""
    training = FolderStore(home / "training")
    registry = StoreRegistry(training, lambda: datetime.now(UTC))
    for number in range(count):
        game_id = f"g{number}"
        cameras = tuple(
            Camera(
                angle, f"{angle}.mp4", "f", 10**10, Window(0, hours * 3600), 0, 30, 1920, 1080, "h264", "ok"
            )
            for angle in Angle
        )
        training.write(object_names.window_clip(game_id, "LEFT_00081", Angle.FAR_LEFT), b"clip")
        documents.save(training, object_names.rig(game_id), Rig(game_id, cameras, (), "h"))
        run = RunFigures(
            run_id=f"r{number}",
            job="game_job",
            game_id=game_id,
            outcome=Outcome.SUCCEEDED,
            started_by=StartedBy.SENSOR,
            launch=f"r{number}",
            attempt=1,
            asked_at_s=1e9,
            started_at_s=1e9,
            ended_at_s=1e9 + 1000,
            peak_memory_mb=512.0,
            steps_s={"raw_videos": 10.0, "annotations": 900.0},
            steps_cpu_s={"raw_videos": 8.0, "annotations": 1700.0},
        )
        registry.append(RUNS, run.to_dict(), key=run.run_id)


def test_a_plan_tells_ranges_the_knee_and_every_assumption_with_its_source() -> None:
    said = uball(*SMALL)
    assert said.exit_code == 0
    assert "1 court, 4 games a week" in said.stdout
    assert "95 % within" in said.stdout
    assert "games a week on these machines: nineteen of twenty take" in said.stdout
    assert "docs/moments.md" in said.stdout
    assert "assumed" in said.stdout
    assert "This record has no game that came through" in said.stdout


def test_programs_get_the_same_with_all_three_cases() -> None:
    plan = told(*SMALL)
    (region,) = plan["regions"]
    lag = region["p95_h"]
    assert lag["low"] < lag["likely"] < lag["high"]
    assert region["knees"]["bad"]["games_a_week"] < region["knees"]["good"]["games_a_week"]
    assert {one["basis"] for one in plan["assumptions"]} == {"measured", "told", "assumed"}
    assert set(plan["rooms"][""]) == {"good", "likely", "bad"}


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (("--courts", "0"), 2, "0 is not in the range"),
        (("--courts", "1", "--games-a-week", "21"), 1, "hold 20"),
        (("--open", "noon"), 1, "mon-fri 18-22"),
        (("--region", "eu"), 2, "NAME=COURTS"),
        (("--region", "eu=2,goal=3"), 2, "NAME=COURTS"),
        (("--region", "eu=2", "--region", "eu=3"), 1, "named twice"),
        (("--region", "eu=2", "--courts", "2"), 2, "leave out --courts"),
        (("--like-the-record",), 1, "three at least"),
        (("--film-hours", "2", "--like-the-record"), 2, "with neither"),
        (("--film-hours", "11"), 1, "with 0 games a week each"),
    ],
)
def test_what_cannot_be_planned_is_refused_in_a_sentence(
    arguments: tuple[str, ...], exit_code: int, said: str
) -> None:
    found = uball(*arguments)
    assert found.exit_code == exit_code
    assert said in found.stderr


def test_the_goal_prices_and_ceilings_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBALL_GOAL_LAG_H", "0.01")
    monkeypatch.setenv(
        "UBALL_PRICES", '[{"service": "machine", "what": "compute", "usd": 0.5, "as_of": "2026-11-28"}]'
    )
    plan = told(*SMALL)
    assert plan["regions"][0]["for_goal"] == {"good": None, "likely": None, "bad": None}
    assert any("no number of machines keeps the goal of 0.01 h" in note for note in plan["notes"])
    assert plan["first_month"]["likely"][0]["usd"] == pytest.approx(365)


def test_regions_are_planned_apart_and_what_crosses_their_border_is_told() -> None:
    regions = ("--region", "eu=2,games-a-week=6,machines=2", "--region", "us=1,court-line=20")
    plan = told(*regions, "--cores", "1")
    eu, us = plan["regions"]
    assert (eu["machines"], eu["games_a_week"], us["games_a_week"]) == (2, 6, 4)
    assert us["parts_p95_h"]["upload"]["likely"] > 4 * eu["parts_p95_h"]["upload"]["likely"]
    assert [border["likely"]["region"] for border in plan["borders"]] == ["us"]


def test_games_of_the_record_like_those_planned_tell_what_they_took(home: Path) -> None:
    enter_games(home, 3, hours=2.0)
    plan = told(*SMALL)
    by_name = {one["name"]: one for one in plan["assumptions"]}
    assert by_name["prove_cpu_s"]["basis"] == "this record"
    assert by_name["prove_cpu_s"]["value"]["likely"] == pytest.approx(2.0)
    assert by_name["look_cpu_s"]["value"]["likely"] == pytest.approx((1700 - 0.78 - 1.6) / 4)
    assert by_name["cut_cpu_s"]["basis"] == "measured"
    assert "3 of this record's 3 games are like the planned ones" in plan["record_said"]


def test_a_league_in_the_cloud_is_planned_before_it_has_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = {"TRAINER": "vertex", "TRAINING_URL": "gs://clips", "VIDEOS_URL": "gs://videos"}
    for name, value in {**cloud, "SOURCE_URL": "s3://raw", "CEILING_MONTH_USD": "20"}.items():
        monkeypatch.setenv(f"UBALL_{name}", value)
    monkeypatch.setenv("GCP_PROJECT_ID", "league")
    plan = told(*SMALL, "--no-record")
    items = {item["what"]: item["usd"] for item in plan["first_month"]["likely"]}
    assert set(items) > {"answers about games", "trainings", "videos kept in gs", "videos copied in from s3"}
    assert any("UBALL_CEILING_MONTH_USD=20 ends them" in note for note in plan["notes"])


def test_games_of_other_films_tell_nothing_until_the_plan_is_for_such(home: Path) -> None:
    enter_games(home, 3, hours=0.5)
    assert "--like-the-record" in told(*SMALL)["record_said"]
    plan = told(*SMALL, "--like-the-record")
    assert "3 of this record's 3 games are like the planned ones" in plan["record_said"]
    assert plan["regions"][0]["parts_p95_h"]["run"]["likely"] < 1
