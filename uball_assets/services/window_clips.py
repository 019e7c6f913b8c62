"""Clips of a game that nobody annotated: of the moments at which a play may be, or, where nothing has learned
yet to tell those, of movement; cut from the cameras that film that side.

Belongs here: from windows to questions for a model. Not here: where the windows are (`moments.proposing`) or
what they show (`asking`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from uball_assets.domain.clipping.clips import ClipPlan, content_key
from uball_assets.domain.clipping.reports import Clip
from uball_assets.domain.errors import Quarantined
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.rig import Camera, Rig
from uball_assets.domain.footage.timeline import Window
from uball_assets.services.asking.annotations import PlayQuestion
from uball_assets.services.clip_library import ClipCutter, drop_strays
from uball_assets.services.moments.proposing import Asked


class CutWindows(NamedTuple):
    questions: list[PlayQuestion]
    quarantined: list[Quarantined]
    lost_keys: list[str]
    """Content keys of clips that were planned and not cut: they are tried again (`learning.lacking`)."""


def cut_windows(cutter: ClipCutter, rig: Rig, windows: Sequence[Asked]) -> CutWindows:
    """A question for each window, with a clip from every camera that filmed it whole."""
    quarantined: list[Quarantined] = []
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
        PlayQuestion(each.key, each.side, each.window, tuple(clips[each.key]))
        for each in windows
        if each.key in clips
    ]
    return CutWindows(questions, quarantined, lost_keys)


def _plans(cutter: ClipCutter, game_id: str, camera: Camera, windows: Sequence[Asked]) -> list[ClipPlan]:
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
