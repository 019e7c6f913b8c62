"""Clips of a game that nobody annotated: windows of movement, cut from the cameras that film that side.

Belongs here: from a rig to questions for a model. Not here: where the windows are (`domain.footage.windows`)
or what they show (`asking`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from uball_assets.domain.clipping.clips import ClipPlan, content_key
from uball_assets.domain.clipping.reports import Clip
from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.rig import Camera, Rig
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.footage.windows import EnergySeries, propose_windows
from uball_assets.media.bytes.range_file import RangeFile
from uball_assets.media.vision.features import motion_energy
from uball_assets.services.asking.annotations import PlayQuestion
from uball_assets.services.camera_video import camera_pieces
from uball_assets.services.clip_library import ClipCutter, drop_strays

ENERGY_FPS = 5.0
"""Looks a second at each camera: a play lasts seconds, so finer looks find no more."""


class CutWindows(NamedTuple):
    questions: list[PlayQuestion]
    quarantined: list[Quarantined]
    lost_keys: list[str]
    """Content keys of clips that were planned and not cut: they are tried again (`learning.lacking`)."""


def cut_windows(cutter: ClipCutter, rig: Rig) -> CutWindows:
    """A question for each window where something moved, with a clip from every camera that filmed it
    whole."""
    with ThreadPoolExecutor(cutter.workers) as pool:
        looks = list(pool.map(lambda camera: _energy(cutter, camera), rig.cameras))
    quarantined = [look for look in looks if isinstance(look, Quarantined)]
    by_side: dict[Side, list[EnergySeries]] = defaultdict(list)
    for camera, look in zip(rig.cameras, looks, strict=True):
        if not isinstance(look, Quarantined):
            by_side[camera.angle.play_side].append(look)
    windows = [(_key(side, window), side, window) for side, window in propose_windows(by_side)]
    clips: dict[str, list[Clip]] = defaultdict(list)
    lost_keys: list[str] = []
    for camera in rig.cameras:
        plans = _plans(cutter, rig.game_id, camera, windows)
        result = cutter.make(object_names.window_clips(rig.game_id), camera, plans)
        quarantined += result.quarantined
        lost_keys += result.lost_keys
        for clip in result.clips:
            clips[clip.play_id].append(clip)
    folder = object_names.window_clips(rig.game_id)
    drop_strays(cutter.training, folder, ".mp4", [clip for seen in clips.values() for clip in seen])
    questions = [
        PlayQuestion(key, side, window, tuple(clips[key])) for key, side, window in windows if key in clips
    ]
    return CutWindows(questions, quarantined, lost_keys)


def _energy(cutter: ClipCutter, camera: Camera) -> EnergySeries | Quarantined:
    try:
        looks = [
            (piece.shift_s, *motion_energy(piece.source.local_path or RangeFile(piece.source), ENERGY_FPS))
            for piece in camera_pieces(cutter.video_store, camera)
        ]
    except Permanent as error:
        return Quarantined(f"camera {camera.angle}", camera.name, str(error), "upload the file again, whole")
    times_file_s = np.concatenate([shift_s + times_s for shift_s, times_s, _ in looks])
    return times_file_s - camera.sync_offset_s, np.concatenate([energy for *_, energy in looks])


def _key(side: Side, window: Window) -> str:
    """The same window has the same key in every run: `LEFT_0081300` starts at 81.3 s of game time."""
    return f"{side}_{round(window.start_s * 1000):07d}"


def _plans(
    cutter: ClipCutter, game_id: str, camera: Camera, windows: Sequence[tuple[str, Side, Window]]
) -> list[ClipPlan]:
    plans = []
    for key, side, window in windows:
        in_file = window.shifted(camera.sync_offset_s)
        filmed = in_file.start_s >= camera.filmed.start_s and in_file.end_s <= camera.filmed.end_s
        if side is not camera.angle.play_side or not filmed:
            continue
        start_file_s, end_file_s = round(in_file.start_s, 3), round(in_file.end_s, 3)
        plans.append(
            ClipPlan(
                play_id=key,
                game_id=game_id,
                angle=camera.angle,
                name=object_names.window_clip(game_id, key, camera.angle),
                start_file_s=start_file_s,
                end_file_s=end_file_s,
                timestamp_clip_s=None,
                key=content_key(camera, Window(start_file_s, end_file_s), cutter.recipe),
                clamped=False,
            )
        )
    return plans
