"""The plays database in a SQLite file: the file itself, other programs at it, and what is no such file."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from uball_assets.adapters.plays.opening import open_plays_db
from uball_assets.adapters.plays.sqlite_plays_db import SqlitePlaysDb
from uball_assets.domain.errors import Permanent, Transient

PLAY = {"id": "a", "start_timestamp": 1.0, "events": [{"label": "STEAL"}], "updated_at": "2026-03-18"}


@pytest.fixture
def db(tmp_path: Path) -> SqlitePlaysDb:
    db = SqlitePlaysDb(tmp_path / "plays.db", lock_wait_s=0.0)
    db.add_game({"id": "g1"}, [PLAY, {**PLAY, "id": "b"}], [{"angle": "FAR_LEFT", "sync_offset_seconds": 1}])
    return db


def edit(db: SqlitePlaysDb, statement: str) -> None:
    with closing(sqlite3.connect(db.path)) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize(
    "read",
    [
        lambda db: db.game_ids(),
        lambda db: db.games(),
        lambda db: db.game("g1"),
        lambda db: db.plays("g1"),
        lambda db: db.play_versions(),
        lambda db: db.sync_offsets("g1"),
        lambda db: db.annotations("g1", "m1"),
    ],
    ids=["game_ids", "games", "game", "plays", "play_versions", "sync_offsets", "annotations"],
)
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no plays database at .*plays.db"),
        (b"id,game_id\n" * 100, "not a SQLite database"),
    ],
    ids=["missing", "a csv file"],
)
def test_what_is_no_database_says_what_to_do(
    tmp_path: Path, read: object, content: bytes | None, message: str
) -> None:
    path = tmp_path / "plays.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Permanent, match=f"{message}.*`uball import` or `make demo`"):
        read(SqlitePlaysDb(path))  # type: ignore[operator]
    assert path.exists() == (content is not None), "reading made a file"


def test_a_file_without_any_table_is_a_database_without_rows(tmp_path: Path) -> None:
    """So it stands after a first write that was killed before its commit."""
    db = SqlitePlaysDb(tmp_path / "plays.db")
    db.path.touch()
    assert (db.game_ids(), db.game("g1"), db.plays("g1"), db.play_versions()) == ([], None, [], {})
    assert (db.sync_offsets("g1"), db.videos_by_game(), db.model_versions()) == ({}, {}, [])


def test_a_table_that_is_missing_among_others_is_told(tmp_path: Path) -> None:
    db = SqlitePlaysDb(tmp_path / "plays.db")
    with closing(sqlite3.connect(db.path)) as connection:
        connection.execute("CREATE TABLE albums (name TEXT)")
    with pytest.raises(Permanent, match=r"no such table: games.*`uball import`"):
        db.game_ids()


def test_a_csv_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "plays.db"
    path.write_bytes(b"id,game_id\n" * 100)
    with pytest.raises(Permanent, match="not a SQLite database"):
        SqlitePlaysDb(path).add_game({"id": "g1"}, [], [])
    assert path.read_bytes() == b"id,game_id\n" * 100


def test_a_table_of_another_shape_is_named(tmp_path: Path) -> None:
    db = SqlitePlaysDb(tmp_path / "plays.db")
    edit(db, "CREATE TABLE games (id TEXT PRIMARY KEY)")
    with pytest.raises(Permanent, match="no column named date"):
        db.add_game({"id": "g1", "date": "2026-03-18"}, [], [])


def test_a_file_of_an_older_version_gets_the_columns_that_it_lacks(tmp_path: Path) -> None:
    db = SqlitePlaysDb(tmp_path / "plays.db")
    edit(db, "CREATE TABLE model_versions (name TEXT NOT NULL PRIMARY KEY, version INTEGER)")
    edit(db, "INSERT INTO model_versions VALUES ('v1', 1)")
    db.write_model_versions([{"name": "v2", "version": 2, "status": "serving"}])
    assert [(row["name"], row["status"]) for row in db.model_versions()] == [("v1", None), ("v2", "serving")]


def test_a_database_that_another_program_writes_to_is_transient(db: SqlitePlaysDb) -> None:
    with closing(sqlite3.connect(db.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Transient, match="another program is writing"):
            db.game_ids()
        with pytest.raises(Transient, match="another program is writing"):
            db.add_game({"id": "g2"}, [], [])
    assert db.game_ids() == ["g1"]


def test_a_closed_database_is_one_file_in_a_folder_made_for_it(tmp_path: Path) -> None:
    db = SqlitePlaysDb(tmp_path / "new ö#?%20" / "plays.db")
    db.add_game({"id": "g1"}, [PLAY], [])
    assert db.game_ids() == ["g1"]
    assert [path.name for path in db.path.parent.iterdir()] == ["plays.db"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plays SET note = 'by hand' WHERE id = 'a'",
        "UPDATE plays SET start_timestamp = NULL WHERE id = 'a'",
        "UPDATE plays SET events = '[]' WHERE id = 'a'",
        "DELETE FROM plays WHERE id = 'a'",
        "INSERT INTO plays (id, game_id) VALUES ('c', 'g1')",
        "UPDATE plays SET note = CASE id WHEN 'a' THEN 'x' ELSE 'y' END",
    ],
    ids=["note", "time", "events", "delete", "insert", "all"],
)
def test_an_edit_with_any_tool_is_noticed(db: SqlitePlaysDb, statement: str) -> None:
    before = db.play_versions()
    edit(db, statement)
    assert db.play_versions()["g1"] != before["g1"]


def test_two_plays_that_swap_their_notes_are_noticed(db: SqlitePlaysDb) -> None:
    edit(db, "UPDATE plays SET note = CASE id WHEN 'a' THEN 'x' ELSE 'y' END")
    before = db.play_versions()
    edit(db, "UPDATE plays SET note = CASE id WHEN 'a' THEN 'y' ELSE 'x' END")
    assert db.play_versions() != before


def test_a_game_whose_last_play_is_deleted_has_no_version(db: SqlitePlaysDb) -> None:
    edit(db, "DELETE FROM plays")
    assert db.play_versions() == {}
    assert db.game_ids() == ["g1"]


def test_events_broken_by_hand_stay_text_and_cost_no_other_row(db: SqlitePlaysDb) -> None:
    edit(db, "UPDATE plays SET events = '[{\"label\": ' WHERE id = 'a'")
    assert [row["events"] for row in db.plays("g1")] == ['[{"label": ', [{"label": "STEAL"}]]


def test_a_killed_import_leaves_whole_games_only(tmp_path: Path) -> None:
    importer = """
import sys
from pathlib import Path
from uball_assets.adapters.plays.sqlite_plays_db import SqlitePlaysDb
db = SqlitePlaysDb(Path(sys.argv[1]))
for number in range(10_000):
    game = f"g{sys.argv[2]}-{number}"
    db.add_game({"id": game}, [{"id": f"{game}-{i}", "note": "x" * 500} for i in range(300)], [])
    print(flush=True)
"""
    chance = random.Random(7)
    db = SqlitePlaysDb(tmp_path / "plays.db")
    for round_number in range(4):
        arguments = [sys.executable, "-c", importer, str(db.path), str(round_number)]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            for _ in range(chance.randint(1, 8)):
                child.stdout.readline()
            child.send_signal(signal.SIGKILL)
        assert {len(db.plays(game)) for game in db.game_ids()} == {300}
    db.add_game({"id": "after"}, [PLAY], [])
    assert db.plays("after")
    assert [path.name for path in tmp_path.iterdir()] == ["plays.db"]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////data/a b.db", "/data/a b.db"),
        ("sqlite:///here/plays.db", str(Path("here/plays.db").absolute())),
    ],
    ids=["absolute", "relative"],
)
def test_a_url_opens_its_file(url: str, path: str) -> None:
    db = open_plays_db(url)
    assert isinstance(db, SqlitePlaysDb)
    assert str(db.path) == path


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("supabase", "needs SUPABASE_URL and SUPABASE_SERVICE_KEY"),
        ("sqlite:///", "is no plays database"),
        ("sqlite://plays.db", "is no plays database"),
        ("plays.db", "is no plays database"),
        ("postgres://host/db", "is no plays database"),
        ("", "is no plays database"),
    ],
)
def test_a_url_that_opens_nothing_says_what_would(url: str, message: str) -> None:
    with pytest.raises(Permanent, match=message):
        open_plays_db(url)
