"""Pictures and sprites: the court once per camera, figures and balls once per size, pasted frame by frame.

Belongs here: drawing, in colours and pixels. Not here: who stands where (`scene`) or files (`video`).

A picture is three 8-bit planes (Y at full size, Cb and Cr at half), as the encoder wants them: pasting into
them costs a tenth of drawing in RGB and converting every frame.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import av
import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from uball_assets.demo import court
from uball_assets.demo.court import HEIGHT_PX, WIDTH_PX, Camera, Floats

Rgb = tuple[int, int, int]
Points = Callable[[Floats], list[tuple[float, float]]]
Line = Callable[[Floats, Rgb, float], None]

JERSEYS: dict[str, Rgb] = {
    "Gray": (128, 131, 140),
    "Blue": (36, 76, 190),
    "Red": (196, 26, 66),
    "White": (240, 241, 244),
    "Green": (26, 132, 78),
}
REFEREE = "Referee"
BALL: Rgb = (255, 116, 10)
BALL_RADIUS_M = 0.18
"""A third larger than life, so that it stays a blob and not a pixel."""
FIGURE_M = 2.0
DIGITS = (
    "111101101101111", "010110010010111", "111001111100111", "111001111001111", "101101111001001",
    "111100111001111", "111100111101111", "111001010010010", "111101111101111", "111101111001111",
)  # fmt: skip
"""Jersey digits 0 to 9, three by five cells, row by row."""
_SKINS: tuple[Rgb, ...] = ((96, 70, 60), (126, 98, 86), (70, 52, 46))
_FINE = 4


@dataclass(frozen=True)
class Sprite:
    """Planes (Y alone, or all three) with masks; `anchor` is the pixel on the floor, or a ball's centre."""

    planes: tuple[Image.Image, ...]
    mask: Image.Image
    half_mask: Image.Image
    anchor: tuple[int, int]


class Picture:
    """One frame in the making."""

    def __init__(self, planes: tuple[Image.Image, Image.Image, Image.Image]) -> None:
        self.planes = planes

    def copy(self) -> Picture:
        y, blue, red = self.planes
        return Picture((y.copy(), blue.copy(), red.copy()))

    def paste(self, sprite: Sprite, x_px: float, y_px: float) -> None:
        left, top = round(x_px) - sprite.anchor[0], round(y_px) - sprite.anchor[1]
        self.planes[0].paste(sprite.planes[0], (left, top), sprite.mask)
        corner = (left // 2, top // 2)
        for plane, chroma in zip(self.planes[1:], sprite.planes[1:], strict=False):
            plane.paste(chroma, corner, sprite.half_mask)

    def to_frame(self) -> av.VideoFrame:
        frame = av.VideoFrame(WIDTH_PX, HEIGHT_PX, "yuv420p")
        for target, plane in zip(frame.planes, self.planes, strict=True):
            target.update(plane.tobytes())
        return frame


def to_planes(image: Image.Image) -> tuple[Image.Image, Image.Image, Image.Image]:
    """RGB to limited-range BT.601 planes, chroma at half size."""
    y, blue, red = image.convert("RGB").convert("YCbCr").split()
    half = ((image.width + 1) // 2, (image.height + 1) // 2)
    luma = y.point([round(16 + v * 219 / 255) for v in range(256)])
    chroma = [round(128 + (v - 128) * 224 / 255) for v in range(256)]
    blue, red = (plane.resize(half, Image.Resampling.BOX).point(chroma) for plane in (blue, red))
    return luma, blue, red


def _sprite(drawn: Image.Image, anchor: tuple[int, int]) -> Sprite:
    """From an RGBA drawing at `_FINE` times its size."""
    size = (drawn.width // _FINE, drawn.height // _FINE)
    mask = drawn.getchannel("A").resize(size, Image.Resampling.BOX)
    flat = drawn.convert("RGBa").resize(size, Image.Resampling.BOX).convert("RGBA")
    half = ((size[0] + 1) // 2, (size[1] + 1) // 2)
    return Sprite(to_planes(flat), mask, mask.resize(half, Image.Resampling.BOX), anchor)


@cache
def ball(radius_px: int, exposure: float) -> Sprite:
    size = (2 * radius_px + 2) * _FINE
    drawn = Image.new("RGBA", (size, size), (*_lit(BALL, exposure), 0))
    pen = ImageDraw.Draw(drawn)
    pen.ellipse([_FINE, _FINE, size - _FINE - 1, size - _FINE - 1], fill=_lit(BALL, exposure))
    if radius_px > 3:
        seam = _lit((170, 70, 0), exposure)
        pen.line([size // 2, _FINE, size // 2, size - _FINE], fill=seam, width=_FINE // 2)
        pen.line([_FINE, size // 2, size - _FINE, size // 2], fill=seam, width=_FINE // 2)
    return _sprite(drawn, (radius_px + 1, radius_px + 1))


@cache
def shadow(width_px: int) -> Sprite:
    """Darker, but not of another colour: Y alone."""
    width, height = (width_px + 2) * _FINE, (max(width_px // 3, 2) + 2) * _FINE
    drawn = Image.new("RGBA", (width, height), (70, 55, 45, 0))
    ImageDraw.Draw(drawn).ellipse([_FINE, _FINE, width - _FINE, height - _FINE], fill=(70, 55, 45, 105))
    sprite = _sprite(drawn, (width // _FINE // 2, height // _FINE // 2))
    return replace(sprite, planes=sprite.planes[:1])


@cache
def net_flash(width_px: int) -> Sprite:
    """The net thrown up by the ball, with the lights that go on behind it."""
    size = width_px * _FINE
    drawn = Image.new("RGBA", (size, size), (255, 255, 255, 0))
    pen = ImageDraw.Draw(drawn)
    pen.polygon([(0, 0), (size, 0), (size * 4 // 5, size), (size // 5, size)], fill=(255, 255, 255, 235))
    return _sprite(drawn, (width_px // 2, 0))


@cache
def figure(color: str, number: int, height_px: int, pose: str, exposure: float) -> Sprite:
    """A player or the referee; poses: `stand`, `left` and `right` (running), `up` (arms raised)."""
    high = height_px * _FINE
    wide = max(int(height_px * 0.56), 6) * _FINE
    drawn = Image.new("RGBA", (wide, high), (*_lit((60, 60, 60), exposure), 0))
    _body(ImageDraw.Draw(drawn), wide / 2, high, color, number, pose, exposure)
    return _sprite(drawn, (wide // _FINE // 2, height_px - 1))


def _body(
    pen: ImageDraw.ImageDraw, mid: float, high: int, color: str, number: int, pose: str, exposure: float
) -> None:
    unit = high / 100
    skin = _lit(_SKINS[number % len(_SKINS)], exposure)
    jersey = _lit((34, 34, 38) if color == REFEREE else JERSEYS[color], exposure)
    shorts = _lit((30, 30, 34), exposure) if color == REFEREE else _darker(jersey)
    stride = {"left": 1.0, "right": -1.0}.get(pose, 0.0)
    thick = max(int(7 * unit), 1)
    for side in (-1, 1):
        foot = mid + side * 8 * unit + (stride * side * 7 * unit)
        lift = 6 * unit if stride * side > 0 else 0
        pen.line([mid + side * 6 * unit, 60 * unit, foot, high - thick / 2 - lift], fill=skin, width=thick)
        pen.ellipse(
            [foot - 5 * unit, high - 6 * unit - lift, foot + 5 * unit, high - lift], fill=(235, 235, 235)
        )
    for side in (-1, 1):
        hand = (
            (mid + side * 9 * unit, 2 * unit)
            if pose == "up"
            else (mid + side * 18 * unit, (52 - 9 * stride * side) * unit)
        )
        pen.line([mid + side * 11 * unit, 30 * unit, *hand], fill=skin, width=max(int(6 * unit), 1))
    pen.rounded_rectangle([mid - 13 * unit, 54 * unit, mid + 13 * unit, 74 * unit], 4 * unit, fill=shorts)
    pen.rounded_rectangle([mid - 13 * unit, 24 * unit, mid + 13 * unit, 60 * unit], 6 * unit, fill=jersey)
    pen.ellipse([mid - 8.5 * unit, 6 * unit, mid + 8.5 * unit, 23 * unit], fill=skin)
    if color == REFEREE:
        for stripe in (-8, 0, 8):
            pen.line(
                [mid + stripe * unit, 26 * unit, mid + stripe * unit, 58 * unit],
                fill=(225, 225, 228),
                width=max(int(4 * unit), 1),
            )
    else:
        _number(pen, mid, unit, number, (25, 25, 30) if color == "White" else (250, 250, 250))


def _number(pen: ImageDraw.ImageDraw, mid: float, unit: float, number: int, ink: Rgb) -> None:
    digits, cell = str(number), 3.6 * unit
    left = mid - (len(digits) * 4 - 1) * cell / 2 * 0.9
    for place, digit in enumerate(digits):
        for index, on in enumerate(DIGITS[int(digit)]):
            if on == "1":
                x, y = left + (place * 4 + index % 3) * cell * 0.9, 31 * unit + (index // 3) * cell
                pen.rectangle([x, y, x + cell * 0.9, y + cell], fill=ink)


@dataclass(frozen=True)
class Hall:
    """How one game's hall looks: wood, paint and the two lines are the same floor under another light."""

    exposure: float
    wood: Rgb
    paint: Rgb
    stands_seed: int


def background(camera: Camera, hall: Hall) -> Picture:
    """The empty half as this camera sees it, with lines, hoop and stands."""
    fine = 3
    image = Image.new("RGB", (WIDTH_PX * fine, HEIGHT_PX * fine), (38, 42, 54))
    _stands(ImageDraw.Draw(image), camera, hall)
    image = image.filter(ImageFilter.GaussianBlur(1.6 * fine))
    pen = ImageDraw.Draw(image)

    def points(line_m: Floats) -> list[tuple[float, float]]:
        return [(float(x) * fine, float(y) * fine) for x, y in camera.project(line_m)[0]]

    def line(line_m: Floats, ink: Rgb, width_px: float) -> None:
        pen.line(points(line_m), fill=ink, width=round(width_px * fine), joint="curve")

    pen.polygon(points(_dense(court.rectangle(-2.2, 17.0, -2.2, 17.2))), fill=(52, 66, 92))
    pen.polygon(points(_dense(court.rectangle(0, 17.0, 0, court.WIDTH_M))), fill=hall.wood)
    _planks(line, hall.wood)
    depth, width = court.PAINT_M
    paint = court.rectangle(0, depth, 7.5 - width / 2, 7.5 + width / 2)
    pen.polygon(points(paint), fill=hall.paint)
    white, gold = (244, 244, 244), (30, 44, 120)
    for outline in (
        paint,
        court.circle(depth, 7.5, 1.8),
        court.circle(court.LENGTH_M, 7.5, 1.8),
        court.arc(court.THREE_POINT_M),
    ):
        line(outline, white, 1.5)
    line(court.arc(court.FOUR_POINT_M), gold, 2.2)
    line(_dense(court.rectangle(0, court.LENGTH_M, 0, court.WIDTH_M)), white, 1.6)
    _hoop(pen, points, line)
    soft = image.resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.BOX)
    return Picture(
        to_planes(_grain(soft.point([min(255, round(v * hall.exposure)) for v in range(256)] * 3), hall))
    )


def _stands(pen: ImageDraw.ImageDraw, camera: Camera, hall: Hall) -> None:
    """A crowd in the colours of the league's teams behind the far sideline and the baseline."""
    rng = np.random.default_rng(hall.stands_seed)
    shirts = list(JERSEYS.values())
    for row in range(8):
        along = np.arange(-5.0, 21.0, 1.1) + row % 2 * 0.5
        out, up = 3.4 + row, 1.0 + row * 0.85
        side = [(a, court.WIDTH_M + out, up) for a in along]
        end = [(-out, a, up) for a in along]
        for x, y in camera.project(np.array(side + end))[0] * 3:
            shirt, light = shirts[int(rng.integers(len(shirts)))], float(rng.uniform(0.35, 0.75))
            pen.ellipse([x - 11, y - 12, x + 11, y + 12], fill=_lit(shirt, light))


def _planks(line: Line, wood: Rgb) -> None:
    darker: Rgb = (wood[0] - 7, wood[1] - 7, wood[2] - 7)
    for y_m in np.arange(0.75, court.WIDTH_M, 0.75):
        line(np.array([[0, y_m, 0], [14.0, y_m, 0]]), darker, 0.8)


def _hoop(pen: ImageDraw.ImageDraw, points: Points, line: Line) -> None:
    x, y, z = court.HOOP_M
    line(np.array([[-1.2, y, 0], [-1.2, y, 3.0], [x - 0.45, y, 3.3]]), (58, 62, 74), 3.0)
    board = np.array(
        [[x - 0.4, y + s, z + h] for s, h in ((-0.95, -0.1), (0.95, -0.1), (0.95, 1.0), (-0.95, 1.0))]
    )
    pen.polygon(points(board), fill=(226, 232, 240))
    line(np.vstack([board, board[:1]]), (60, 66, 80), 1.4)
    target = np.array(
        [
            [x - 0.39, y + s, z + h]
            for s, h in ((-0.3, 0.1), (0.3, 0.1), (0.3, 0.55), (-0.3, 0.55), (-0.3, 0.1))
        ]
    )
    line(target, (150, 30, 50), 1.2)
    rim = court.circle(float(x), float(y), 0.27) + np.array([0, 0, z])
    for bearing in np.linspace(0, 2 * np.pi, 9):
        edge = np.array([np.cos(bearing), np.sin(bearing), 0.0])
        line(np.array([[x, y, z] + 0.27 * edge, [x, y, z - 0.45] + 0.13 * edge]), (214, 216, 222), 0.7)
    line(rim, (150, 24, 44), 1.6)


def _dense(line_m: Floats) -> Floats:
    """More points on a long outline, so that a corner behind the camera does not bend it."""
    return np.vstack([np.linspace(a, b, 24) for a, b in pairwise(line_m)])


def _grain(image: Image.Image, hall: Hall) -> Image.Image:
    """The sensor's fixed pattern: faint and the same in every frame, so that it costs no bits."""
    rng = np.random.default_rng(hall.stands_seed + 1)
    noise = Image.fromarray(rng.normal(128, 2.5, (HEIGHT_PX, WIDTH_PX)).clip(0, 255).astype(np.uint8))
    softened = noise.filter(ImageFilter.GaussianBlur(0.8)).convert("RGB")
    return ImageChops.add(image, softened, scale=1.0, offset=-128)


def _lit(color: Rgb, exposure: float) -> Rgb:
    r, g, b = (min(255, round(v * exposure)) for v in color)
    return r, g, b


def _darker(color: Rgb) -> Rgb:
    return color[0] * 3 // 4, color[1] * 3 // 4, color[2] * 3 // 4
