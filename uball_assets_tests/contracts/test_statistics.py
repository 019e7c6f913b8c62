"""The plays database's views: runs and models in numbers, the same in every database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from uball_assets.adapters.plays.opening import open_plays_db
from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets_tests.contracts.test_plays_db import G1, G2

Look = Callable[[str], list[tuple[Any, ...]]]


class Database(NamedTuple):
    db: PlaysDb
    look: Look


@pytest.fixture(params=["sqlite", pytest.param("supabase", marks=pytest.mark.services)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "supabase":
        project = request.getfixturevalue("a_supabase_project")
        db = open_plays_db("supabase", supabase_url=project.url, supabase_key=project.key)
        return Database(db, project.sql)
    path = tmp_path / "plays.db"

    def look(query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(query).fetchall()

    return Database(open_plays_db(f"sqlite:///{path}"), look)


def a_run(number: int, outcome: str = "succeeded", day: str = "18", **changed: Any) -> dict[str, Any]:
    return {
        "run_id": f"r{number}",
        "job": "game_job",
        "game_id": G1,
        "outcome": outcome,
        "started_by": "sensor",
        "attempt": 1,
        "started_at": f"2026-03-{day}T10:00:00.000+00:00",
        "ended_at": f"2026-03-{day}T11:00:00.000+00:00",
        "duration_s": float(number),
        "peak_memory_mb": 100.0 + number,
        "failed_steps": [],
        **changed,
    }


def test_runs_are_added_up_by_job_and_day(database: Database) -> None:
    runs = [a_run(number) for number in range(1, 18)]
    ends = [a_run(18, "refused"), a_run(19, "failed", failed_steps=["plays"]), a_run(20, "killed")]
    others = [a_run(21, day="19"), a_run(22, job="retrain_job", game_id=None)]
    database.db.write_job_runs([*runs, *ends, *others])
    database.db.write_job_runs([a_run(1)])
    columns = "job, runs, succeeded, refused, failed, p50_s, p95_s, p99_s, peak_memory_mb"
    found = database.look(f"select {columns} from job_statistics order by job, day")  # noqa: S608 - ours
    assert [tuple(row) for row in found] == [
        ("game_job", 20, 17, 1, 2, 10.0, 19.0, 20.0, 120.0),
        ("game_job", 1, 1, 0, 0, 21.0, 21.0, 21.0, 121.0),
        ("retrain_job", 1, 1, 0, 0, 22.0, 22.0, 22.0, 122.0),
    ]


def test_models_are_told_with_what_they_annotated(database: Database) -> None:
    database.db.write_model_versions(
        [{"name": "v1", "version": 1, "status": "retired"}, {"name": "v2", "version": 2, "status": "serving"}]
    )
    for game_id, key in ((G1, "a"), (G1, "b"), (G2, "c")):
        rows = [{"play_key": key, "confidence": 0.5, "needs_review": key == "a"}]
        database.db.write_annotations(game_id, "v2", rows)
    rows = [{"play_key": key, "confidence": 0.5, "needs_review": key == "a"} for key in "ab"]
    database.db.write_annotations(G1, "v2", rows)
    columns = "name, status, games_annotated, plays_annotated, mean_confidence, review_share"
    found = database.look(f"select {columns} from model_statistics order by version")  # noqa: S608 - ours
    v1, v2 = found
    assert tuple(v1) == ("v1", "retired", 0, 0, None, None)
    assert tuple(v2[:4]) == ("v2", "serving", 2, 3)
    assert [float(share) for share in v2[4:]] == pytest.approx([0.5, 1 / 3])
