"""`uball import`: a checked game is put where the platform looks for it.

Doing it again gives the same result. The database is written first, in one transaction: what it refuses, no
video was copied for. Then the videos, then the partition. While it goes on, and after it was killed, the game
is marked as unfinished (`places.unfinished`): sensors leave it alone, and doing it again ends it.

Belongs here: writing, and in which order. Not here: whether a game can come in (`checking`), taking one out
(`removal`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.run_words import PARTITIONS
from uball_assets.domain.errors import Permanent, UballError
from uball_assets.domain.footage import object_names
from uball_assets.importing.game import CheckedGame, GameFiles
from uball_assets.resources import plays_database, videos_store
from uball_assets.settings import Settings

Say = Callable[[str], None]


def store_game(settings: Settings, game: CheckedGame, say: Say) -> None:
    """Puts a checked game where the platform looks for it; what is there already is not copied again.

    Permanent, and the stores are as before, where the database refuses it. Where a video cannot be copied,
    the error says what is in; sensors leave the game alone until it is imported again.
    """
    video_store, mark = videos_store(settings), object_names.unfinished("import", game.files.game_id)
    video_store.write(mark, b"")
    database = plays_database(settings)
    try:
        database.add_game(game_row(game.files), game.rows, _camera_rows(game))
    except Permanent:
        video_store.delete(mark)
        raise
    if game.files.sync_rows and game.revision.gone:
        database.remove_plays(game.files.game_id, [str(row["id"]) for row in game.revision.gone])
    _copy(video_store, game, say)
    for name in (name for camera in game.cameras for name in camera.replaced):
        if name not in {target for camera in game.cameras for _, target in camera.copies}:
            video_store.delete(name)
    video_store.delete(mark)


def add_partition(settings: Settings, game_id: str) -> bool:
    """Makes the game a partition, so that it shows in the UI at once; False where there is no Dagster
    instance to tell: the games sensor finds the game then."""
    from uball_assets.automation.instance import open_instance

    if not (settings.checkout / "dagster.yaml").is_file():
        return False
    with open_instance(settings) as instance:
        instance.add_dynamic_partitions(PARTITIONS, [game_id])
    return True


def existing_database(settings: Settings) -> PlaysDb | None:
    """None before the first import, which makes it."""
    url = settings.plays_url
    path = url.removeprefix("sqlite:///")
    return None if path != url and not Path(path).exists() else plays_database(settings)


def game_row(files: GameFiles) -> dict[str, Any]:
    row = {
        "date": files.date,
        "team1_display_name": files.teams[0],
        "team1_color": files.teams[0],
        "team2_display_name": files.teams[1],
        "team2_color": files.teams[1],
    }
    return {"id": files.game_id} | {column: value for column, value in row.items() if value}


def _camera_rows(game: CheckedGame) -> list[dict[str, Any]]:
    """Under the angle that the database spells it by, so that no camera has two rows."""
    rows = []
    for camera in game.cameras:
        offset_s = game.files.offsets_s.get(camera.angle)
        row: dict[str, Any] = {} if offset_s is None else {"sync_offset_seconds": offset_s}
        if not camera.is_kept:
            row["filename"] = Path(camera.name).name
            row["duration"] = round(camera.proof.duration_s, 3)
            row["file_size"] = camera.size_bytes
        spelled = game.spelled.get(camera.angle, (str(camera.angle),))
        rows += [{"angle": angle, **row} for angle in spelled if row]
    return rows


def _copy(video_store: ObjectStore, game: CheckedGame, say: Say) -> None:
    copied: list[str] = []
    for camera in game.cameras:
        for path, name in camera.copies:
            say(f"copying {path.name} ({path.stat().st_size / 1e6:.1f} MB)")
            try:
                video_store.upload(name, path)
            except UballError as error:
                videos = ", ".join(copied) or "none"
                text = f"{error}. The rows of game {game.files.game_id} are in, of its videos {videos}"
                remedy = "mend it and import again, or `uball remove` it; sensors leave it alone until then"
                raise type(error)(f"{text}: {remedy}") from error
            copied.append(path.name)
