"""Listening to a game's cameras: whether their stored sync offsets and their clocks agree by their sound.

Belongs here: reading the stretches of sound off the video store, from a `Rig` to a `SyncAudit`. Not here:
what a lag means (`domain.footage.sync_verdict`), how sound is decoded (`media.sound.sound`). Nothing is ever
corrected.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.cross_correlation import is_silent
from uball_assets.domain.footage.games import one_spelling, valid_game_id
from uball_assets.domain.footage.rig import Camera, Rig
from uball_assets.domain.footage.sync import (
    SHORTEST_WINDOW_S,
    WINDOW_S,
    Heard,
    Lag,
    SyncAudit,
    measure_lags,
    places_to_listen,
)
from uball_assets.domain.footage.sync_verdict import judge
from uball_assets.domain.footage.timeline import Window
from uball_assets.media.sound.sound import Sound
from uball_assets.media.videos.video import Piece
from uball_assets.services.camera_video import camera_pieces
from uball_assets.services.rig_inspection import inspect_rig

_SILENT = "its sound is silent"
_TOO_SHORT = "its sound is too short"


def audit_sync(video_store: ObjectStore, rig: Rig, window_s: float = WINDOW_S) -> SyncAudit:
    """Every camera with a verdict; one that cannot be listened to says why. Reads three short stretches of
    each video's sound, however long the video is; an offset is found that is half a stretch off."""
    offsets_s = {camera.angle: camera.sync_offset_s for camera in rig.cameras}
    places, left_out = places_to_listen(rig.footage, window_s)
    chosen = [camera for camera in rig.cameras if camera.angle not in left_out]
    with ThreadPoolExecutor(max(len(chosen), 1)) as pool:
        listened = list(pool.map(lambda camera: _listen(video_store, camera, places), chosen))
    lags: list[Lag] = []
    for index in range(len(places)):
        heard = {camera.angle: found.heard[index] for camera, found in zip(chosen, listened, strict=True)}
        usable = {angle: sound for angle, sound in heard.items() if sound is not None}
        lags += measure_lags(usable, offsets_s)
    unheard: dict[Angle, str] = dict(left_out)
    for camera, found in zip(chosen, listened, strict=True):
        if found.trouble:
            unheard[camera.angle] = found.trouble
    search_s = min((place.duration_s / 2 for place in places), default=0.0)
    cameras = judge(offsets_s, lags, unheard, search_s)
    return SyncAudit(rig.game_id, rig.videos_hash, places, cameras, tuple(lags))


def audit_game(
    video_store: ObjectStore, plays_db: PlaysDb, game_id: str, search_s: float
) -> tuple[Rig, SyncAudit]:
    """A game as it stands now, and its audit. Raises Permanent for a game without a video."""
    rig = inspect_rig(video_store, plays_db, one_spelling(valid_game_id(game_id), plays_db.game_ids()))
    if not rig.cameras:
        raise Permanent(
            f"game {game_id} has no video to listen to: {rig.quarantined[0].why}; `uball status` lists games"
        )
    return rig, audit_sync(video_store, rig, 2 * search_s)


@dataclass(frozen=True)
class _Listened:
    heard: tuple[Heard | None, ...]
    """For each place; None where nothing can be compared."""
    trouble: str = ""
    """Why, if less than two places are left: the first reason."""


def _listen(video_store: ObjectStore, camera: Camera, places: Sequence[Window]) -> _Listened:
    try:
        with _CameraSound(camera_pieces(video_store, camera)) as sound:
            stretches = [_stretch(sound, camera, place) for place in places]
    except Permanent as error:
        return _Listened((None,) * len(places), str(error))
    heard = tuple(each if isinstance(each, Heard) else None for each in stretches)
    reasons = [each for each in stretches if isinstance(each, str)]
    return _Listened(heard, reasons[0] if len(places) - len(reasons) < 2 else "")


def _stretch(sound: _CameraSound, camera: Camera, place: Window) -> Heard | str:
    """One place's sound, or why it is of no use."""
    try:
        heard = sound(place.shifted(camera.sync_offset_s))
    except Permanent as error:
        return str(error)
    if heard.duration_s < SHORTEST_WINDOW_S / 2:
        return _TOO_SHORT
    return _SILENT if is_silent(heard.samples) else heard


class _CameraSound:
    """The sound of a camera's files; of a recording in chapters, that of the chapter a stretch begins in."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._open = ExitStack()
        self._sounds: dict[int, Sound] = {}

    def __enter__(self) -> _CameraSound:
        self._sound(0)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def __call__(self, wanted: Window) -> Heard:
        """In the camera's own clock."""
        begun = [place for place, piece in enumerate(self._pieces) if piece.shift_s <= wanted.start_s]
        place = begun[-1] if begun else 0
        shift_s = self._pieces[place].shift_s
        heard = self._sound(place)(wanted.start_s - shift_s, wanted.duration_s)
        return replace(heard, start_file_s=heard.start_file_s + shift_s)

    def _sound(self, place: int) -> Sound:
        if place not in self._sounds:
            self._sounds[place] = self._open.enter_context(Sound(self._pieces[place].source))
        return self._sounds[place]
