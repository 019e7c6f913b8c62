"""`uball import`: a folder of videos and a table of plays become a game of the platform.

Everything is checked before anything is written; what is bad costs only itself and is told with its reason.
Doing it again gives the same result. The database is written first, in one transaction: what it refuses, no
film was copied for. Then the films, then the partition. While it goes on, and after it was killed, the game
is marked as unfinished (`places.unfinished`): sensors leave it alone, and doing it again ends it.

Belongs here: checking a game and putting it into the stores. Not here: reading a table (`tables`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date as calendar_date
from pathlib import Path
from typing import Any

from uball_assets.adapters.camera_proof import prove_camera
from uball_assets.adapters.folder_store import FolderStore
from uball_assets.adapters.object_store import ObjectStore
from uball_assets.adapters.plays_db import PlaysDb
from uball_assets.domain import places
from uball_assets.domain.angles import Angle, angle_of, find_angles
from uball_assets.domain.columns import kept_plays
from uball_assets.domain.errors import Loss, Permanent, UballError
from uball_assets.domain.fields import number_in
from uball_assets.domain.games import assert_uuid, valid_game_id
from uball_assets.domain.plays import check_rows
from uball_assets.domain.timeline import Window
from uball_assets.importing.tables import PlayTable, in_file, read_play_table
from uball_assets.media.probe import Probe, Soundness, probe
from uball_assets.resources import plays_database, videos_store
from uball_assets.settings import Settings

Say = Callable[[str], None]


@dataclass(frozen=True)
class GameFiles:
    """What a person hands over."""

    game_id: str
    folder: Path
    plays: Path | None = None
    offsets_s: Mapping[Angle, float] = field(default_factory=dict)
    """File time minus game time, by camera; a camera without one keeps what the database says, else 0."""
    date: str | None = None
    teams: tuple[str | None, str | None] = (None, None)
    """As people write them behind a player: `Player #7 (Gray)`."""


@dataclass(frozen=True)
class CameraFile:
    """One camera's file, proved, and where it goes."""

    angle: Angle
    path: Path
    """The first file, where the recording is in chapters."""
    proof: Probe
    name: str
    sync_offset_s: float
    is_there: bool
    """The store has this very content under this name."""
    more: tuple[tuple[Path, str], ...] = ()
    """Further chapters, and where each goes."""

    @property
    def filmed_game(self) -> Window:
        return Window(self.proof.first_frame_s, self.proof.last_usable_s).shifted(-self.sync_offset_s)


@dataclass(frozen=True)
class CheckedGame:
    """All that is known before anything is written."""

    files: GameFiles
    cameras: tuple[CameraFile, ...]
    table: PlayTable
    rows: tuple[dict[str, Any], ...]
    """What goes into the database: sound or not, but nothing that a column cannot hold."""
    sound_count: int
    """Rows that the platform will make plays of, as far as can be said now."""
    losses: tuple[Loss, ...]
    notices: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "game_id": self.files.game_id,
            "cameras": [
                {
                    "angle": str(camera.angle),
                    "file": str(camera.path),
                    "stored_as": camera.name,
                    "was_there": camera.is_there,
                    "verdict": str(camera.proof.verdict),
                    "duration_s": round(camera.proof.duration_s, 3),
                    "sync_offset_s": camera.sync_offset_s,
                }
                for camera in self.cameras
            ],
            "rows": len(self.table.rows),
            "sound_plays": self.sound_count,
            "losses": [loss.as_row() for loss in self.losses],
            "notices": list(self.notices),
        }


def check_game(settings: Settings, files: GameFiles) -> CheckedGame:
    """Reads and proves everything, writes nothing.

    Permanent where nothing could come in at all: no such folder, no usable camera, an unreadable table, an id
    or date that cannot be.
    """
    valid_game_id(files.game_id)
    if files.date:
        _valid_date(files.date)
    database = _existing_database(settings)
    uuids = database is not None and database.ids_are_uuids
    if uuids:
        assert_uuid(files.game_id)
    known_offsets_s = database.sync_offsets(files.game_id) if database else {}
    cameras, losses = _cameras(files, videos_store(settings), known_offsets_s, settings.workers)
    table = read_play_table(files.plays, files.game_id) if files.plays else PlayTable([], {}, [], [])
    kept = kept_plays(table.rows, uuids=uuids)
    footage = {camera.angle: camera.filmed_game for camera in cameras}
    sound, row_losses = check_rows(kept.rows, footage, kept.faults)
    losses += table.losses
    losses += [in_file(loss, files.plays, table.lines) for loss in [*row_losses, *kept.losses] if files.plays]
    notices = [*table.notices, *kept.notes, *_notices(files, cameras, table, database)]
    rows = tuple(kept.keepable)
    return CheckedGame(files, tuple(cameras), table, rows, len(sound), tuple(losses), tuple(notices))


def store_game(settings: Settings, game: CheckedGame, say: Say) -> None:
    """Puts a checked game where the platform looks for it; what is there already is not copied again.

    Permanent, and the stores are as before, where the database refuses it. Where a film cannot be copied, the
    error says what is in; sensors leave the game alone until it is imported again.
    """
    videos, mark = videos_store(settings), places.unfinished("import", game.files.game_id)
    videos.write(mark, b"")
    try:
        plays_database(settings).add_game(_game_row(game.files), game.rows, _camera_rows(game))
    except Permanent:
        videos.delete(mark)
        raise
    _copy(videos, game, say)
    videos.delete(mark)


def _copy(videos: ObjectStore, game: CheckedGame, say: Say) -> None:
    copied: list[str] = []
    for camera in game.cameras:
        for path, name in () if camera.is_there else ((camera.path, camera.name), *camera.more):
            say(f"copying {path.name} ({path.stat().st_size / 1e6:.1f} MB)")
            try:
                videos.upload(name, path)
            except UballError as error:
                films = ", ".join(copied) or "none"
                told = f"{error}. The rows of game {game.files.game_id} are in, of its films {films}"
                remedy = "mend it and import again, or `uball remove` it; sensors leave it alone until then"
                raise type(error)(f"{told}: {remedy}") from error
            copied.append(path.name)


def _game_row(files: GameFiles) -> dict[str, Any]:
    told = {
        "date": files.date,
        "team1_display_name": files.teams[0],
        "team1_color": files.teams[0],
        "team2_display_name": files.teams[1],
        "team2_color": files.teams[1],
    }
    return {"id": files.game_id} | {column: value for column, value in told.items() if value}


def _camera_rows(game: CheckedGame) -> list[dict[str, Any]]:
    return [_camera_row(camera, game.files) for camera in game.cameras]


def add_partition(settings: Settings, game_id: str) -> bool:
    """Makes the game a partition, so that it shows in the UI at once; False where there is no Dagster
    instance to tell: the games sensor finds the game then."""
    from uball_assets.automation.instance import open_instance

    if not (settings.checkout / "dagster.yaml").is_file():
        return False
    with open_instance(settings) as instance:
        instance.add_dynamic_partitions("games", [game_id])
    return True


def offsets_in(pairs: Iterable[tuple[str, object]]) -> dict[Angle, float]:
    """Sync offsets by camera from `FAR_LEFT` (or `fl`, `far-left`) and seconds.

    Permanent for an unknown camera, one named twice, or a value that is no number.
    """
    offsets_s: dict[Angle, float] = {}
    for camera, value in pairs:
        angle, offset_s = angle_of(f"{camera.strip()}.mp4"), number_in(value)
        if angle is None:
            raise Permanent(f"{camera!r} is no camera: use {', '.join(Angle)}")
        if offset_s is None:
            raise Permanent(f"the offset of {angle} is {value!r}: write it as seconds, e.g. 1.25")
        if angle in offsets_s:
            raise Permanent(f"{angle} has two offsets, {offsets_s[angle]} and {offset_s}: keep one")
        offsets_s[angle] = offset_s
    return offsets_s


def _cameras(
    files: GameFiles, videos: ObjectStore, known_offsets_s: Mapping[str, float], workers: int
) -> tuple[list[CameraFile], list[Loss]]:
    if not files.folder.is_dir():
        raise Permanent(f"there is no folder {files.folder}: name the folder with the game's videos")
    found, losses = find_angles(_names_in(files.folder))
    named = {angle: found[angle] for angle in Angle if angle in found}
    with ThreadPoolExecutor(workers) as pool:
        proofs = list(pool.map(lambda names: _proof(files.folder, names), named.values()))
    taken = _taken(videos, files.game_id)
    cameras = []
    for (angle, (name, *more)), proof in zip(named.items(), proofs, strict=True):
        path = files.folder / name
        target, *more_targets = _targets(files.game_id, angle, [name, *more])
        rivals = [other for other in taken.get(angle, []) if other not in (target, *more_targets)]
        if proof.verdict is not Soundness.SOUND:
            losses.append(Loss(f"camera {angle}", name, "; ".join(proof.reasons), "transfer the file again"))
        if rivals and videos.local_path(rivals[0]) != path.absolute():
            why = f"the video store has another file for this camera: {rivals[0]}"
            losses.append(Loss(f"camera {angle}", name, why, "remove one of them"))
        elif proof.verdict is not Soundness.UNUSABLE:
            stored_as = rivals[0] if rivals else target
            known_s = known_offsets_s.get(angle, 0.0)
            offset_s = files.offsets_s.get(angle, known_s if math.isfinite(known_s) else 0.0)
            chapters = tuple(
                (files.folder / each, goes) for each, goes in zip(more, more_targets, strict=True)
            )
            there = bool(rivals) or all(
                _is_stored(videos, goes, each) for each, goes in ((path, target), *chapters)
            )
            cameras.append(CameraFile(angle, path, proof, stored_as, offset_s, there, chapters))
    if not cameras:
        whys = "; ".join(f"{loss.what}: {loss.why}" for loss in losses)
        raise Permanent(f"no video of {files.folder} can be used: {whys}")
    return cameras, losses


def _names_in(folder: Path) -> list[str]:
    """Every file below the folder, `/`-separated; hidden ones left out."""
    paths = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return [path.as_posix() for path in paths if not any(part.startswith(".") for part in path.parts)]


def _targets(game_id: str, angle: Angle, names: Sequence[str]) -> list[str]:
    """Where a camera's files go; chapters keep their own names, which tell their order."""
    if len(names) == 1:
        return [f"{places.videos(game_id)}{angle}.mp4"]
    return [f"{places.videos(game_id)}{angle}/{name.rpartition('/')[2]}" for name in names]


def _proof(folder: Path, names: Sequence[str]) -> Probe:
    try:
        if len(names) == 1:
            return probe(folder / names[0])
        store = FolderStore(folder)
        files = [next(info for info in store.list(name) if info.name == name) for name in names]
        return prove_camera(store, files).proof
    except OSError as error:
        return Probe(Soundness.UNUSABLE, (f"it cannot be read: {error.strerror}",))
    except Permanent as error:
        return Probe(Soundness.UNUSABLE, (str(error),))


def _taken(videos: ObjectStore, game_id: str) -> dict[Angle, list[str]]:
    """What the game's folder in the store holds for each camera."""
    taken: dict[Angle, list[str]] = {}
    for info in videos.list(places.videos(game_id)):
        if angle := angle_of(info.name.removeprefix(places.videos(game_id))):
            taken.setdefault(angle, []).append(info.name)
    return taken


def _is_stored(videos: ObjectStore, name: str, source: Path) -> bool:
    """Whether the store holds this content already; told by fingerprint, without reading it all."""
    stored = next((info for info in videos.list(name) if info.name == name), None)
    if stored is None or stored.size_bytes != source.stat().st_size:
        return False
    folder = FolderStore(source.parent)
    given = next((info for info in folder.list(source.name) if info.name == source.name), None)
    return given is not None and videos.fingerprint(stored) == folder.fingerprint(given)


def _existing_database(settings: Settings) -> PlaysDb | None:
    """None before the first import, which makes it."""
    url = settings.plays_url
    path = url.removeprefix("sqlite:///")
    return None if path != url and not Path(path).exists() else plays_database(settings)


def _notices(
    files: GameFiles, cameras: list[CameraFile], table: PlayTable, database: PlaysDb | None
) -> list[str]:
    notes: dict[str, list[str]] = {}
    for camera in cameras:
        for note in camera.proof.notes:
            notes.setdefault(note, []).append(camera.angle)
    notices = [f"{', '.join(angles)}: {note}" for note, angles in notes.items()]
    unused = sorted(set(files.offsets_s) - {camera.angle for camera in cameras})
    if unused:
        notices.append(f"the offset of {', '.join(unused)} is not used: that camera has no usable file")
    stored = {str(row["id"]) for row in database.plays(files.game_id)} if database else set()
    if files.plays and (older := stored - set(table.lines)):
        notices.append(
            f"{len(older)} plays of this game in the database are not in {files.plays.name}: they stay"
        )
    return notices


def _camera_row(camera: CameraFile, files: GameFiles) -> dict[str, Any]:
    row: dict[str, Any] = {
        "angle": str(camera.angle),
        "filename": Path(camera.name).name,
        "duration": round(camera.proof.duration_s, 3),
        "file_size": sum(path.stat().st_size for path in (camera.path, *(path for path, _ in camera.more))),
    }
    given_s = files.offsets_s.get(camera.angle)
    return row if given_s is None else {**row, "sync_offset_seconds": given_s}


def _valid_date(text: str) -> None:
    try:
        calendar_date.fromisoformat(text)
    except ValueError as error:
        raise Permanent(f"{text!r} is no date: write it as 2026-03-18") from error
