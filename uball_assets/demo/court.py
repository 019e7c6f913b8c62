"""The court and the four cameras: where things are, in metres, and where they land in a picture.

Belongs here: geometry only. Not here: who moves (`scene`) or how it is drawn (`picture`).

Each half is described in its own metres: x from the baseline towards mid-court, y across, z up. The right
half is the left one mirrored, so its two cameras see the mirrored picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uball_assets.domain.footage.angles import Angle, Side

Floats = NDArray[np.float64]

LENGTH_M, WIDTH_M = 14.0, 15.0
"""Half a court (FIBA: 28 m x 15 m)."""
HOOP_M = np.array([1.575, 7.5, 3.05])
THREE_POINT_M, FOUR_POINT_M = 6.75, 8.9
"""Radius of the two lines around the hoop; the farther one is this league's own."""
PAINT_M = (5.8, 4.9)
FREE_THROW_SPOT_M = (5.9, 7.5)

WIDTH_PX, HEIGHT_PX = 320, 180


@dataclass(frozen=True)
class Camera:
    """A pinhole camera looking at one half; `mirrored` for the right half."""

    position_m: tuple[float, float, float]
    target_m: tuple[float, float, float]
    focal_px: float
    mirrored: bool

    def project(self, points_m: Floats) -> tuple[Floats, Floats]:
        """Points `(..., 3)` in metres -> pixels `(..., 2)` and depth `(...)` in metres."""
        eye, target = np.array(self.position_m), np.array(self.target_m)
        forward = (target - eye) / np.linalg.norm(target - eye)
        right = np.cross(forward, (0.0, 0.0, 1.0))
        right /= np.linalg.norm(right)
        down = np.cross(forward, right)
        relative = points_m - eye
        depth = np.maximum(relative @ forward, 0.5)
        across = (relative @ right) * self.focal_px / depth
        x_px = WIDTH_PX / 2 + (-across if self.mirrored else across)
        y_px = HEIGHT_PX / 2 + (relative @ down) * self.focal_px / depth
        return np.stack([x_px, y_px], axis=-1), depth


def camera(angle: Angle, rng: np.random.Generator) -> Camera:
    """The camera as it was mounted for one game: a few decimetres and degrees off every time."""
    if angle.is_far:
        position, target, focal = (8.2, -9.0, 7.4), (6.3, 6.9, 0.9), 305.0
    else:
        position, target, focal = (21.5, 10.6, 5.8), (4.6, 7.3, 1.45), 350.0
    off_m, aim_m = rng.uniform(-0.35, 0.35, 3), rng.uniform(-0.2, 0.2, 3)
    x, y, z = (float(v) for v in np.array(position) + off_m)
    u, v, w = (float(v) for v in np.array(target) + aim_m)
    zoom = float(rng.uniform(0.975, 1.025))
    return Camera((x, y, z), (u, v, w), focal * zoom, mirrored=angle.play_side is Side.RIGHT)


def arc(radius_m: float) -> Floats:
    """A line around the hoop as floor points `(n, 3)`, up to the sidelines or straight to the corners."""
    limit = WIDTH_M / 2 if radius_m > WIDTH_M / 2 else WIDTH_M / 2 - 0.9
    widest = np.arcsin(min(limit / radius_m, 1.0))
    angles = np.linspace(-widest, widest, 48)
    curve = _floor(HOOP_M[0] + radius_m * np.cos(angles), HOOP_M[1] + radius_m * np.sin(angles))
    if radius_m > WIDTH_M / 2:
        return curve
    low, high = curve[0].copy(), curve[-1].copy()
    low[0] = high[0] = 0.0
    return np.vstack([low, curve, high])


def circle(x_m: float, y_m: float, radius_m: float) -> Floats:
    angles = np.linspace(0, 2 * np.pi, 40)
    return _floor(x_m + radius_m * np.cos(angles), y_m + radius_m * np.sin(angles))


def rectangle(x0_m: float, x1_m: float, y0_m: float, y1_m: float) -> Floats:
    """Closed outline on the floor, `(5, 3)`."""
    return _floor(np.array([x0_m, x1_m, x1_m, x0_m, x0_m]), np.array([y0_m, y0_m, y1_m, y1_m, y0_m]))


def spot(distance_m: float, bearing_rad: float) -> tuple[float, float]:
    """The floor point at a distance from the hoop; bearing 0 looks at mid-court."""
    return (
        float(HOOP_M[0] + distance_m * np.cos(bearing_rad)),
        float(HOOP_M[1] + distance_m * np.sin(bearing_rad)),
    )


def _floor(x_m: Floats, y_m: Floats) -> Floats:
    return np.stack([x_m, y_m, np.zeros_like(x_m)], axis=-1)
