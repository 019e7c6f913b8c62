"""`uball report`: runs by day, durations, and the league's goals."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.cli import main
from uball_assets.domain.run_figures import RUNS, Outcome, RunFigures, StartedBy


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def uball(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def runs(home: Path) -> None:
    """Three runs of today and one of long ago; two games, one of them with grade A."""
    registry = StoreRegistry(FolderStore(home / "training"), lambda: datetime.now(UTC))
    now_s = datetime.now(UTC).timestamp()
    for number, (outcome, age_s) in enumerate(
        [(Outcome.KILLED, 9e6), (Outcome.SUCCEEDED, 3.0), (Outcome.REFUSED, 2.0), (Outcome.FAILED, 1.0)]
    ):
        ended_s = now_s - age_s
        run = RunFigures(
            run_id=f"r{number}",
            job="game_job",
            game_id=f"g{number}",
            outcome=outcome,
            started_by=StartedBy.SENSOR,
            launch=f"r{number}",
            attempt=1,
            asked_at_s=ended_s - 30 * 3600,
            started_at_s=ended_s - 90,
            ended_at_s=ended_s,
            peak_memory_mb=512.0,
            steps_s={"plays": 1.5},
        )
        registry.append(RUNS, run.to_dict(), key=run.run_id)
    for game_id, grade in (("g1", "A"), ("g2", "F")):
        registry.append("games", {"game_id": game_id, "grade": grade, "rows": 9}, key=game_id)


@pytest.mark.usefixtures("runs")
def test_the_days_the_durations_and_the_goals_are_told() -> None:
    said = uball("report")
    assert said.exit_code == 0
    lines = said.stdout.splitlines()
    assert any("1 succeeded, 1 refused, 1 failed" in line and "512 MB" in line for line in lines)
    assert any(line.split()[:2] == ["plays", "2"] or line.split()[:2] == ["plays", "3"] for line in lines)
    missed = [line for line in lines if "MISSED" in line]
    assert any("50.0% of 2; 1 more were refused for good" in line for line in missed)
    assert any("late: g1, g2" in line for line in missed)
    assert any("50% of 2 games" in line for line in missed)


@pytest.mark.usefixtures("runs")
def test_a_goal_is_a_setting_and_programs_get_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBALL_GOAL_LAG_H", "48")
    monkeypatch.setenv("UBALL_GOAL_RUNS_SHARE", "0.4")
    monkeypatch.setenv("UBALL_GOAL_GRADE_A_SHARE", "0.4")
    told = json.loads(uball("report", "--json").stdout)
    assert [goal["met"] for goal in told["against"]] == [True, True, True, True]
    assert json.loads(uball("report", "--days", "300", "--json").stdout)["days"][0]["outcomes"] == {
        "killed": 1
    }


def test_a_league_without_runs_has_nothing_to_tell() -> None:
    said = uball("report")
    assert said.exit_code == 0
    assert "No run has ended in the last 7 days." in said.stdout
