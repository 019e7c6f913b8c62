"""A game's rig: its four cameras as they were found and proved, with what is missing and why.

Belongs here: what the platform knows of a game's footage. Not here: how a file is proved
(`media.probing.probe`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low

from uball_assets.domain.errors import Quarantined
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.timeline import Window

SHORT_S = 300.0
"""Cameras are started and stopped by hand minutes apart; the shortest part that a camera splits its recording
into (4 GB at 60 Mbit/s) lasts nine."""
SHORT_SHARE = 0.1
"""In games of under 50 minutes a tenth of the time counts as well."""


@dataclass(frozen=True)
class Camera:
    angle: Angle
    name: str
    """The file's name in the video store."""
    fingerprint: str
    size_bytes: int
    filmed: Window
    """First frame to the end of the last, in the file's own clock, seconds."""
    sync_offset_s: float
    """File time minus game time."""
    frame_rate: float
    width_px: int
    height_px: int
    codec: str
    verdict: str
    reasons: tuple[str, ...] = ()
    """What it lacks: damage in its file, or time against its sisters."""
    notes: tuple[str, ...] = ()
    """What is worth knowing of a video, sound or not."""
    more_names: tuple[str, ...] = ()
    """The files after the first, in order, where the camera split its recording into chapters."""
    is_walked: bool = False
    """No index of its video could be used: frames were told by its packets."""

    @property
    def filmed_game(self) -> Window:
        """What it filmed, in game time."""
        return self.filmed.shifted(-self.sync_offset_s)


@dataclass(frozen=True)
class Rig:
    game_id: str
    cameras: tuple[Camera, ...]
    quarantined: tuple[Quarantined, ...]
    videos_hash: str
    """Changes when a file or an offset of this game does."""
    arrived_hash: str = ""
    """Changes when a video arrives or is replaced, where videos arrive elsewhere; '' where they do not."""

    def camera(self, angle: Angle) -> Camera | None:
        return next((camera for camera in self.cameras if camera.angle is angle), None)

    @property
    def footage(self) -> dict[Angle, Window]:
        """Each present camera's filmed stretch, game time."""
        return {camera.angle: camera.filmed_game for camera in self.cameras}


def short_cameras(cameras: Sequence[Camera]) -> dict[Angle, str]:
    """Sound cameras that filmed much less of the game than their sisters, with the numbers.

    Held against the median sister, of two the shorter; one sister alone could as well be the one that is too
    long. A part of the recording may be missing, which nothing in the file itself tells.
    """
    short = {}
    for camera in cameras:
        sisters = [other for other in cameras if other is not camera]
        if camera.verdict != "sound" or len(sisters) < 2:
            continue
        usual_s = median_low(sister.filmed.duration_s for sister in sisters)
        lacking_s = usual_s - camera.filmed.duration_s
        if lacking_s > min(SHORT_S, SHORT_SHARE * usual_s):
            short[camera.angle] = _short(camera, usual_s, lacking_s)
    return short


def _short(camera: Camera, usual_s: float, lacking_s: float) -> str:
    filmed = camera.filmed_game
    return (
        f"it filmed {filmed.duration_s:.1f} s, {lacking_s:.1f} s less than its sisters ({usual_s:.1f} s), "
        f"from {filmed.start_s:.1f} to {filmed.end_s:.1f} s of the game: "
        "a part of the recording may be missing"
    )
