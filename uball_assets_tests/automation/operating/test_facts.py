"""What is broken, read off a real record and Dagster's own tables, as `uball status` shows and checks it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import pytest
from click.testing import CliRunner, Result
from dagster import DagsterRunStatus
from dagster._daemon.types import DaemonHeartbeat

from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.automation.instance import open_instance
from uball_assets.automation.operating.facts import Now, look_now
from uball_assets.automation.operating.live_tables import heartbeat_s, is_automated, open_runs
from uball_assets.cli import main
from uball_assets.domain.league.gaps import Gap, Missing
from uball_assets.domain.operating.late_results import LATE_RESULTS, late_entry
from uball_assets.resources import plays_database, record
from uball_assets.settings import Settings

NOW = datetime.now(UTC)


@dg.job
def game_job() -> None: ...


def uball(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def look(settings: Settings, registry: StoreRegistry, *days: tuple[str, str], at: datetime = NOW) -> Now:
    """With these games and the days they were played in the table."""
    return look_now(settings, registry, at, [{"id": game, "date": day} for game, day in days])


def keys(now: Now) -> list[str]:
    return [one.key for one in now.findings if one.key != "disk"]


def try_game(registry: StoreRegistry, attempt: int, target: str = "t1", ended: str = "failed") -> None:
    run_key = f"game:g1:{target}:{attempt}"
    entry = {"what": "game", "target": "g1", "target_hash": f"g1:{target}", "attempt": attempt}
    registry.append("attempts", {**entry, "run_key": run_key, "reason": "new game"}, key=run_key)
    if ended:
        outcomes = [{"run_key": run_key, "outcome": ended, "at_s": NOW.timestamp()}]
        registry.append("attempt_outcomes", {"outcomes": outcomes}, key=run_key)


def process(registry: StoreRegistry, target: str = "t1", **state: Any) -> None:
    number = registry.count("games")
    entry = {"game_id": "g1", "rows": 9, "grade": "A", "cameras": ["a", "b", "c", "d"], **state}
    registry.append("games", entry, key=f"g1:{number}")
    done = {"game_id": "g1", "model": None, "source_hash": "s", "target": target}
    registry.append("annotations", done, key=f"g1:{number}")


def test_nothing_is_broken_and_nothing_written_in_a_fresh_home(
    settings: Settings, registry: StoreRegistry
) -> None:
    assert keys(look(settings, registry)) == []
    assert not settings.home.exists()
    assert uball("status", "--check").exit_code == 0


def test_a_result_that_is_late_is_a_finding_until_it_came(
    settings: Settings, registry: StoreRegistry
) -> None:
    gap = Gap(NOW.date(), Missing.RESULT, "g1", is_late=True, is_of_playoffs=True)
    registry.append_change(LATE_RESULTS, late_entry([gap]))
    assert keys(look(settings, registry)) == ["late result:g1"]
    registry.append_change(LATE_RESULTS, late_entry([]))
    assert keys(look(settings, registry)) == []


def test_attempts_are_used_up_once_all_have_ended_and_until_the_game_comes_through(
    settings: Settings, registry: StoreRegistry
) -> None:
    for attempt in (1, 2):
        try_game(registry, attempt)
    assert keys(look(settings, registry)) == []
    try_game(registry, 3, ended="")
    assert keys(look(settings, registry)) == []
    registry.append("attempt_outcomes", {"run_key": "game:g1:t1:3", "outcome": "failed", "at_s": 0}, key="3")
    assert keys(look(settings, registry)) == ["given_up:g1"]
    process(registry)
    assert keys(look(settings, registry)) == []


def test_a_changed_game_starts_its_attempts_anew(settings: Settings, registry: StoreRegistry) -> None:
    for attempt in (1, 2, 3):
        try_game(registry, attempt)
    try_game(registry, 1, target="t2")
    assert keys(look(settings, registry)) == []


def test_a_game_is_late_from_the_first_run_that_was_asked_for_it_or_from_its_day(
    settings: Settings, registry: StoreRegistry
) -> None:
    long_ago = ("g2", "2026-01-01")
    assert keys(look(settings, registry, long_ago)) == ["late:g2"]
    try_game(registry, 1)
    tomorrow = NOW + timedelta(hours=25)
    assert keys(look(settings, registry, at=tomorrow)) == ["late:g1"]
    process(registry)
    assert keys(look(settings, registry, ("g1", "2026-01-01"), at=tomorrow)) == []


def test_a_damaged_kind_is_a_finding_and_the_others_are_found_all_the_same(
    settings: Settings, registry: StoreRegistry
) -> None:
    process(registry, grade="F", reasons=["no clip"])
    damaged = settings.home / "training/record/attempts/000001.json"
    damaged.parent.mkdir(parents=True)
    damaged.write_text("no json")
    found = keys(look(settings, record(settings)))
    assert found[0].startswith("damaged:")
    assert found[1:] == ["refused:g1"]


def test_open_runs_and_the_daemons_heartbeat_are_read_without_dagster(settings: Settings) -> None:
    assert (open_runs(settings), heartbeat_s(settings), is_automated(settings)) == ([], None, False)
    with open_instance(settings) as instance:
        tags = {"dagster/partition": "g1"}
        for status in (DagsterRunStatus.STARTED, DagsterRunStatus.NOT_STARTED, DagsterRunStatus.SUCCESS):
            instance.create_run_for_job(game_job, status=status, tags=tags)
        instance.add_daemon_heartbeat(DaemonHeartbeat(NOW.timestamp(), "SENSOR", "here", []))
    runs = open_runs(settings)
    assert [(run.job, run.game_id, run.status) for run in runs] == [
        ("game_job", "g1", "STARTED"),
        ("game_job", "g1", "NOT_STARTED"),
    ]
    assert abs(runs[0].asked_at_s - datetime.now(UTC).timestamp()) < 60
    assert heartbeat_s(settings) == pytest.approx(NOW.timestamp(), abs=1.0)


def test_scripts_get_an_exit_code_and_people_the_page(settings: Settings, registry: StoreRegistry) -> None:
    process(registry, grade="F", reasons=["no clip at all"])
    said = uball("status", "--check")
    assert (said.exit_code, "WARNING a game is refused: grade F: g1" in said.stdout) == (3, True)
    for attempt in (1, 2, 3):
        try_game(registry, attempt, target="t9")
    assert uball("status", "--check").exit_code == 4
    plays_database(settings)
    page = uball("status").stdout
    assert page.index("BROKEN  a game's attempts are used up") < page.index("WARNING a game is refused")
    told = json.loads(uball("status", "--check", "--json").stdout)
    assert told["exit_code"] == 4
    assert {one["level"] for one in told["findings"]} >= {"broken", "warning"}
