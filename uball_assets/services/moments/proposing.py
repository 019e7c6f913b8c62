"""Where in a game that nobody annotated a model is asked for plays: around likely moments, by a moment model;
where none has been learned yet, wherever much moves.

Belongs here: looking through the game's cameras, and what that took. Not here: how a moment is told
(`domain.moments`), how movement is (`domain.footage.windows`), cutting (`services.window_clips`).
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.rig import Camera, Rig
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.footage.windows import EnergySeries, propose_windows
from uball_assets.domain.moments.keys import Named, named
from uball_assets.domain.moments.moment_model import Look, MomentModel
from uball_assets.domain.moments.peaks import Candidate
from uball_assets.domain.moments.reach import Reach
from uball_assets.media.bytes.range_file import RangeFile
from uball_assets.media.vision.features import motion_energy
from uball_assets.services.camera_video import camera_pieces
from uball_assets.services.moments.films import Films
from uball_assets.services.moments.learned import Learned, moment_model
from uball_assets.services.moments.teaching import look_at

ENERGY_FPS = 5.0
"""Looks a second at each camera: a play lasts seconds, so finer looks find no more."""
BY_MOVEMENT = "movement alone: too few annotated plays yet to tell where plays are"


class Asked(NamedTuple):
    key: str
    side: Side
    window: Window
    """Game time, seconds."""


class _Spot(NamedTuple):
    side: Side
    moment_game_s: float
    window: Window


@dataclass(frozen=True)
class Proposal:
    windows: list[Asked]
    quarantined: list[Quarantined]
    learned: Learned | None
    """None: by movement."""
    filmed_s: float
    """Of both sides together."""
    cpu_s: float
    """That looking took, learning included where a model had to be."""

    @property
    def fingerprint(self) -> str | None:
        return self.learned.entry["key"] if self.learned else None

    @property
    def skipped_share(self) -> float:
        """Of the film, what nothing is asked about."""
        by_side = {side: [each.window for each in self.windows if each.side is side] for side in Side}
        asked_s = sum(_covered_s(windows) for windows in by_side.values())
        return 1 - asked_s / self.filmed_s if self.filmed_s else 0.0

    def told(self, asked: int) -> dict[str, Any]:
        """For people; `asked`: the questions that became of it."""
        return {
            "moments_by": self.learned.said if self.learned else BY_MOVEMENT,
            "candidates": len(self.windows),
            "asked": asked,
            "film_skipped": f"{self.skipped_share:.0%}",
            "looking_cpu_s": round(self.cpu_s, 1),
        }


def propose(
    films: Films, registry: Registry, rig: Rig, workers: int, used_before: str | None = None
) -> Proposal:
    """`used_before`: the fingerprint of the moment model to look with again, where there is one.

    A camera that cannot be read is a loss, and the others tell what they see.
    """
    began_s = time.process_time()
    angles = [camera.angle for camera in rig.cameras]
    learned = moment_model(films, registry, rig.game_id, angles, used_before) if angles else None
    if learned:
        spots, quarantined = _by_moments(films, learned.model, rig, workers)
    else:
        spots, quarantined = _by_movement(films.video_store, rig.cameras, workers)
    names = _named(films.training, rig.game_id, spots)
    return Proposal(
        [Asked(name.key, spot.side, spot.window) for name, spot in zip(names, spots, strict=True)],
        quarantined,
        learned,
        sum(_filmed(rig.cameras, side).duration_s for side in Side),
        time.process_time() - began_s,
    )


def _by_moments(
    films: Films, model: MomentModel, rig: Rig, workers: int
) -> tuple[list[_Spot], list[Quarantined]]:
    def look(camera: Camera) -> Look | Quarantined:
        try:
            motion = films.motion(rig.game_id, camera, model.quietest_play)
        except Permanent as error:
            return _unread(camera, error)
        return look_at(motion, camera.sync_offset_s)

    cameras = [camera for camera in rig.cameras if camera.angle in model.by_angle]
    with ThreadPoolExecutor(workers) as pool:
        looks = dict(zip([camera.angle for camera in cameras], pool.map(look, cameras), strict=True))
    found = model.candidates({angle: each for angle, each in looks.items() if isinstance(each, Look)})
    return _around(model.reach, found, rig), [
        each for each in looks.values() if isinstance(each, Quarantined)
    ]


def _around(reach: Reach, candidates: Sequence[Candidate], rig: Rig) -> list[_Spot]:
    spots = []
    for side in Side:
        moments_s = [one.moment_game_s for one in candidates if one.side is side]
        filmed = _filmed(rig.cameras, side)
        spots += [_Spot(side, moment_s, reach.around(moment_s, moments_s, filmed)) for moment_s in moments_s]
    return sorted(spots, key=_order)


def _filmed(cameras: Sequence[Camera], side: Side) -> Window:
    """What either of the side's cameras filmed, game time."""
    filmed = [camera.filmed_game for camera in cameras if camera.angle.play_side is side]
    if not filmed:
        return Window(0.0, 0.0)
    return Window(min(window.start_s for window in filmed), max(window.end_s for window in filmed))


def _by_movement(
    video_store: ObjectStore, cameras: Sequence[Camera], workers: int
) -> tuple[list[_Spot], list[Quarantined]]:
    with ThreadPoolExecutor(workers) as pool:
        looks = list(pool.map(lambda camera: _energy(video_store, camera), cameras))
    by_side: dict[Side, list[EnergySeries]] = defaultdict(list)
    for camera, look in zip(cameras, looks, strict=True):
        if not isinstance(look, Quarantined):
            by_side[camera.angle.play_side].append(look)
    windows = propose_windows(by_side)
    spots = [_Spot(side, (window.start_s + window.end_s) / 2, window) for side, window in windows]
    return spots, [look for look in looks if isinstance(look, Quarantined)]


def _energy(video_store: ObjectStore, camera: Camera) -> EnergySeries | Quarantined:
    try:
        looks = [
            (piece.shift_s, *motion_energy(piece.source.local_path or RangeFile(piece.source), ENERGY_FPS))
            for piece in camera_pieces(video_store, camera)
        ]
    except Permanent as error:
        return _unread(camera, error)
    times_file_s = np.concatenate([shift_s + times_s for shift_s, times_s, _ in looks])
    return times_file_s - camera.sync_offset_s, np.concatenate([energy for *_, energy in looks])


def _named(training: ObjectStore, game_id: str, spots: Sequence[_Spot]) -> list[Named]:
    """Each spot's name, and the names kept for the next look."""
    name = object_names.moments(game_id)
    before = documents.find(training, name, list[Named]) or []
    names = named([(spot.side, spot.moment_game_s) for spot in spots], before)
    documents.save(training, name, list(dict.fromkeys([*before, *names])))
    return names


def _unread(camera: Camera, error: Permanent) -> Quarantined:
    return Quarantined(f"camera {camera.angle}", camera.name, str(error), "upload the file again, whole")


def _order(spot: _Spot) -> tuple[float, Side]:
    return spot.window.start_s, spot.side


def _covered_s(windows: Sequence[Window]) -> float:
    covered_s, until_s = 0.0, -np.inf
    for window in sorted(windows, key=lambda window: window.start_s):
        covered_s += max(0.0, window.end_s - max(window.start_s, until_s))
        until_s = max(until_s, window.end_s)
    return covered_s
