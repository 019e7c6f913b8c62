"""A league's home, small and made in a moment: something of everything that a backup is to hold.

Belongs here: making and comparing homes. Not here: any verdict.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from uball_assets.adapters.access.app_db import AppDb
from uball_assets.adapters.access.keys import Keys
from uball_assets.adapters.plays.opening import open_plays_db
from uball_assets.adapters.record.registry import StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.settings import Settings

BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
"""An entry an hour from then on."""
LEFT_OUT = ("cache", "backup", "videos", "compute_logs", "stores.json", "segments", "batches")
"""Of no backup, or made again."""


def settings_of(tmp_path: Path, home: str = "home", **more: Any) -> Settings:
    return Settings(home=tmp_path / home, backup_url=str(tmp_path / "backups"), **more)


def make_league(settings: Settings, games: int = 3) -> None:
    for number in range(games):
        add_game(settings, f"g{number}")
    training = FolderStore(Path(settings.training_url))
    training.write("models/v1/model.safetensors", bytes(range(256)) * 100)
    training.write("models/v1/card.html", b"<p>v1</p>")
    training.write("evaluations/v1/yard.json", b"{}")
    training.write("results/dead_letters/one.json", b"{}")
    training.write("batches/one/answers", b"asked again")
    make_database(settings.home / "dagster" / "history" / "runs.db", "runs")
    make_database(settings.home / "dagster" / "history" / "runs" / "index.db", "events")
    make_database(settings.home / "dagster" / "schedules" / "schedules.db", "ticks")
    make_database(settings.home / "dagster" / "history" / "runs" / "run-1.db", "of_a_run")
    (settings.home / "dagster" / "compute_logs").mkdir()
    (settings.home / "dagster" / "compute_logs" / "one.out").write_text("printed")
    (settings.home / "feed").mkdir()
    (settings.home / "feed" / "fixtures.csv").write_text("a,b\n")
    (settings.home / "cache" / "work").mkdir(parents=True)
    (settings.home / "cache" / "work" / "big").write_text("made again")
    db = AppDb(settings.home / "app.db")
    Keys(db).add("reviewer", ["review"], 30)
    db.close()


def add_game(settings: Settings, game_id: str) -> None:
    """Its video, rows, documents, a clip, and the entry that tells of it."""
    FolderStore(Path(settings.videos_url)).write(f"Games/{game_id}/NEAR_LEFT.mp4", b"film")
    open_plays_db(settings.plays_url).add_game(
        {"id": game_id}, [{"id": f"{game_id}-p", "game_id": game_id}], []
    )
    training = FolderStore(Path(settings.training_url))
    training.write(f"games/{game_id}/plays.json", f'{{"game": "{game_id}"}}\n'.encode())
    training.write(f"games/{game_id}/clips_NEAR_LEFT.json", b"{}\n")
    training.write(f"games/{game_id}/clips/p_NEAR_LEFT.mp4", game_id.encode() * 50, {"key": game_id})
    registry = record_of(settings)
    for step in range(5):
        registry.append("games", {"game_id": game_id, "step": step}, f"{game_id}:{step}")


def record_of(settings: Settings) -> StoreRegistry:
    store = FolderStore(Path(settings.training_url))

    def now() -> datetime:
        return BEGAN + timedelta(hours=len(store.names("record/games/0", [])))

    return StoreRegistry(store, now=now)


def make_database(path: Path, table: str, rows: int = 200) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(f"CREATE TABLE IF NOT EXISTS {table} (id INTEGER PRIMARY KEY, said TEXT)")
        database.executemany(f"INSERT INTO {table} (said) VALUES (?)", [("x" * 100,)] * rows)  # noqa: S608


def state_of(home: Path) -> dict[str, Any]:
    """Every file by its bytes, databases by their rows, objects with what was kept with them."""
    found: dict[str, Any] = {}
    for path in sorted(home.rglob("*")):
        relative = path.relative_to(home)
        is_left_out = any(part in LEFT_OUT or part.startswith(".") for part in relative.parts)
        if not path.is_file() or is_left_out:
            continue
        if path.suffix == ".db":
            found[relative.as_posix()] = rows_of(path)
        elif not path.name.endswith(("-wal", "-shm")):
            found[relative.as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    kept = {info.name: dict(info.metadata) for info in FolderStore(home / "training").list("")}
    return found | {f"kept with {name}": metadata for name, metadata in kept.items() if metadata}


def rows_of(path: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(path)) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: database.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables}  # noqa: S608
