"""A game's rig: its four cameras as they were found and proved, with what is missing and why.

Belongs here: what the platform knows of a game's footage. Not here: how a file is proved (`media.probe`).
"""

from __future__ import annotations

from dataclasses import dataclass

from uball_assets.domain.angles import Angle
from uball_assets.domain.errors import Loss
from uball_assets.domain.timeline import Window


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

    @property
    def filmed_game(self) -> Window:
        """What it filmed, in game time."""
        return self.filmed.shifted(-self.sync_offset_s)


@dataclass(frozen=True)
class Rig:
    game_id: str
    cameras: tuple[Camera, ...]
    losses: tuple[Loss, ...]
    videos_hash: str
    """Changes when a file or an offset of this game does."""

    def camera(self, angle: Angle) -> Camera | None:
        return next((camera for camera in self.cameras if camera.angle is angle), None)

    @property
    def footage(self) -> dict[Angle, Window]:
        """Each present camera's filmed stretch, game time."""
        return {camera.angle: camera.filmed_game for camera in self.cameras}
