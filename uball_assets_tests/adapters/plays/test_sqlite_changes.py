"""What is asked of all games is read of the SQLite file only where it has changed, whoever changed it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from uball_assets.adapters.plays.sqlite_plays_db import SqlitePlaysDb


class Counting(SqlitePlaysDb):
    """Counts the queries that reach the file."""

    queries = 0

    def _raw_rows(self, query: str, *values: str) -> list[sqlite3.Row]:
        self.queries += 1
        return super()._raw_rows(query, *values)


@pytest.fixture
def db(tmp_path: Path) -> Counting:
    db = Counting(tmp_path / "plays.db")
    for game in ("g1", "g2"):
        plays = [{"id": f"{game}-p1", "game_id": game, "start_timestamp": 1.0, "note": ""}]
        db.add_game({"id": game}, plays, [{"game_id": game, "angle": "FAR_LEFT", "sync_offset_seconds": 1.0}])
    return db


def look(db: SqlitePlaysDb) -> tuple[object, ...]:
    return db.play_versions(), db.videos_by_game(), db.games(), db.game_ids()


def edit(path: Path, statement: str) -> None:
    """As any SQLite tool does, on a connection of its own."""
    with closing(sqlite3.connect(path)) as other, other:
        other.execute(statement)


def test_an_unchanged_file_is_read_once(db: Counting) -> None:
    first = look(db)
    asked = db.queries
    assert asked == 3
    assert [look(db) for _ in range(3)] == [first] * 3
    assert db.queries == asked


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plays SET note = 'Corrected.' WHERE id = 'g1-p1'",
        "DELETE FROM plays WHERE id = 'g2-p1'",
        "UPDATE video_metadata SET sync_offset_seconds = 2.0 WHERE game_id = 'g1'",
        "UPDATE games SET date = '2026-03-07' WHERE id = 'g1'",
    ],
)
def test_a_change_by_any_tool_is_seen(db: Counting, statement: str) -> None:
    before = look(db)
    edit(db.path, statement)
    after = look(db)
    assert after != before
    assert after == look(SqlitePlaysDb(db.path))


def test_a_backup_put_in_its_place_is_seen_whatever_its_time(db: Counting, tmp_path: Path) -> None:
    shutil.copy2(db.path, tmp_path / "backup.db")
    before = look(db)
    edit(db.path, "DELETE FROM plays")
    assert look(db) != before
    shutil.copy2(tmp_path / "backup.db", tmp_path / "restored.db")
    (tmp_path / "restored.db").replace(db.path)
    assert look(db) == before


def test_a_file_in_wal_mode_is_read_each_time_for_its_changes_stand_beside_it(db: Counting) -> None:
    with closing(sqlite3.connect(db.path)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        before = look(db)
        other.execute("UPDATE plays SET note = 'Corrected.'")
        other.commit()
        assert look(db) != before


def test_a_look_that_a_writer_overtook_is_not_kept(db: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    read = db._videos_by_game

    def overtaken() -> dict[str, list[dict[str, object]]]:
        found = read()
        edit(db.path, "UPDATE video_metadata SET sync_offset_seconds = 3.0")
        return found

    monkeypatch.setattr(db, "_videos_by_game", overtaken)
    before = db.videos_by_game()
    monkeypatch.undo()
    assert db.videos_by_game() != before


def test_what_the_platform_writes_of_runs_models_and_annotations_reads_no_play_again(db: Counting) -> None:
    first, asked = look(db), db.queries
    db.write_job_runs([{"run_id": "r1", "job": "game_job", "outcome": "succeeded"}])
    assert look(db) == first
    db.write_model_versions([{"name": "v1"}])
    db.write_annotations("g1", "v1", [{"play_key": "k1"}])
    assert look(db) == first
    assert db.queries == asked


def test_an_edited_play_reads_plays_again_and_nothing_else(db: Counting) -> None:
    look(db)
    asked = db.queries
    edit(db.path, "INSERT OR IGNORE INTO plays (id, game_id) VALUES ('g1-p1', 'g1'), ('g1-p2', 'g1')")
    assert db.play_versions()["g1"].startswith("2-")
    look(db)
    assert db.queries == asked + 1


def test_a_file_that_an_older_version_wrote_is_read_and_keeps_marks_from_its_next_write_on(
    db: Counting,
) -> None:
    without_marks(db.path)
    first, asked = look(db), db.queries
    edit(db.path, "INSERT INTO job_runs (run_id) VALUES ('r1')")
    assert look(db) == first
    assert db.queries == asked + 3, "it has the file's counter alone"
    db.write_job_runs([{"run_id": "r2"}])
    look(db)
    asked = db.queries
    db.write_job_runs([{"run_id": "r3"}])
    assert look(db) == first
    assert db.queries == asked


def test_a_table_that_was_rebuilt_without_its_triggers_is_read_again(db: Counting) -> None:
    before = look(db)
    edit(db.path, "CREATE TABLE other AS SELECT * FROM plays")
    edit(db.path, "DROP TABLE plays")
    edit(db.path, "UPDATE other SET note = 'Rebuilt.'")
    edit(db.path, "ALTER TABLE other RENAME TO plays")
    db.write_job_runs([{"run_id": "r1"}])
    after = look(db)
    assert after != before
    assert after == look(SqlitePlaysDb(db.path))


def without_marks(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        made = other.execute("SELECT type, name FROM sqlite_master WHERE name LIKE 'uball_table_marks%'")
        for kind, name in sorted(made.fetchall(), reverse=True):
            other.execute(f"DROP {kind} {name}")
