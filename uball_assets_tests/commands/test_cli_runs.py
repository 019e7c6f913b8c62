"""`uball runs` and `uball report --daily`: what goes now with a bar, and a period's report, off a home."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner, Result
from dagster import DagsterRunStatus

from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.assets.progress import PROGRESS_TAG
from uball_assets.automation.instance import open_instance
from uball_assets.cli import main
from uball_assets.commands.operating.runs import lines, share
from uball_assets.domain.operating.broken import OpenRun
from uball_assets.domain.operating.usual import Usual
from uball_assets.domain.run_figures import RUNS, Outcome, RunFigures, StartedBy
from uball_assets.settings import Settings
from uball_assets_tests.adapters.messages.servers import http_server

USUAL = {"game_job": Usual(9, 100.0, 200.0)}


@dg.job
def game_job() -> None: ...


def uball(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def enter_run(registry: StoreRegistry, took_s: float, steps_s: dict[str, float]) -> None:
    now_s = datetime.now(UTC).timestamp()
    run = RunFigures(
        run_id="0123456789",
        job="game_job",
        game_id="g1",
        outcome=Outcome.SUCCEEDED,
        started_by=StartedBy.SENSOR,
        launch="r",
        attempt=1,
        asked_at_s=now_s - took_s,
        started_at_s=now_s - took_s,
        ended_at_s=now_s,
        peak_memory_mb=1.0,
        steps_s=steps_s,
    )
    registry.append(RUNS, run.to_dict(), key=run.run_id)


@pytest.mark.parametrize(
    ("progress", "job", "started_ago_s", "expected"),
    [
        ("clips/FAR_LEFT: 62 %, 37 of 60 clips", "game_job", 10.0, 0.62),
        ("", "game_job", 50.0, 0.5),
        ("", "game_job", 500.0, 0.99),
        ("tuned_model: v3: running", "retrain_job", 50.0, None),
        ("", "game_job", None, None),
    ],
)
def test_a_bar_is_by_what_the_step_says_else_by_the_usual_time(
    progress: str, job: str, started_ago_s: float | None, expected: float | None
) -> None:
    began_s = None if started_ago_s is None else 1000.0 - started_ago_s
    run = OpenRun("r", job, "g1", "STARTED", 900.0, began_s, progress)
    assert share(run, USUAL, 1000.0) == expected
    assert lines([run], [], USUAL, 1000.0)


def test_what_goes_waits_and_ended_is_shown(settings: Settings, registry: StoreRegistry) -> None:
    assert "Nothing goes and nothing waits." in uball("runs").stdout
    enter_run(registry, 80.0, {"clips/FAR_LEFT": 60.0, "plays": 1.0, "raw_videos": 20.0})
    with open_instance(settings) as instance:
        tags = {"dagster/partition": "g7", PROGRESS_TAG: "clips/FAR_LEFT: 62 %, 37 of 60 clips, 7 s left"}
        run = instance.create_run_for_job(game_job, status=DagsterRunStatus.NOT_STARTED, tags=tags)
        page = uball("runs").stdout
        assert "game_job g7  not started for" in page
        instance.report_dagster_event(
            dg.DagsterEvent("PIPELINE_START", game_job.name, message="started"), run_id=run.run_id
        )
    page = uball("runs").stdout
    assert "game_job g7  [############--------]  62 %" in page
    assert "clips/FAR_LEFT: 62 %, 37 of 60 clips, 7 s left" in page
    assert "clips/FAR_LEFT 60 s, raw_videos 20 s" in page
    assert "game_job usually takes 80 s" in page
    told = json.loads(uball("runs", "--json").stdout)
    assert told["going"][0]["share"] == 0.62


def test_a_days_report_tells_of_the_record_as_text_page_and_json(
    registry: StoreRegistry, tmp_path: Path
) -> None:
    for number, grade in enumerate("AF"):
        state = {"game_id": f"g{number}", "grade": grade, "rows": 9, "reasons": ["no clip"], "cameras": []}
        registry.append("games", state, key=f"g{number}")
    registry.append("games", {**state, "grade": "C"}, key="again")
    registry.append("models", {"name": "m1", "label": "v1-1games", "game_ids": ["g0"]}, key="m1")
    enter_run(registry, 80.0, {"plays": 1.0})
    page = tmp_path / "day.html"
    said = uball("report", "--daily", "--html", str(page))
    assert said.exit_code == 0, said.output
    assert "2 games processed, 2 of them new: 1 A, 1 C." in said.stdout
    assert "1 video model trained." in said.stdout
    assert "1 run: 1 succeeded. A game usually takes 80 s" in said.stdout
    assert "v1-1games" in page.read_text()
    titles = [
        section["title"] for section in json.loads(uball("report", "--weekly", "--json").stdout)["sections"]
    ]
    assert titles == ["What to look at", "What came in", "Trainings", "Money", "Runs and goals", "Alerts"]
    assert uball("report", "--html", "x").exit_code == 2


@pytest.mark.usefixtures("settings")
def test_a_period_is_sent_once_however_often_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with http_server() as hook:
        monkeypatch.setenv("UBALL_ALERT_WEBHOOK_URL", hook.url)
        for _ in range(2):
            assert uball("report", "--daily", "--send").exit_code == 0
        assert uball("report", "--weekly", "--send").exit_code == 0
        assert [got["id"].partition("-")[0] for got in hook.got] == ["daily", "weekly"]
