"""Tiny real clips of shots, and the training lines that name them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import av
import numpy as np

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.answers.examples import example_line
from uball_assets.domain.footage.angles import Angle, Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.plays.plays import Event, Play

DISTANCES = {"FG": 0.2, "3PT": 0.45, "4PT": 0.65}
JERSEYS = {"Blue": (50, 60, 200), "Gray": (120, 120, 120)}
DURATION_S = 2.0
SHOT_AT_S = 1.2


def shot_clip(
    label: str,
    colour: str = "Blue",
    seed: int = 0,
    size: tuple[int, int] = (160, 90),
    fps: int = 15,
    duration_s: float = DURATION_S,
    flipped: bool = False,
) -> bytes:
    """An orange ball leaves a player, flies to the hoop at the left, and drops through or bounces off."""
    width, height = size
    wobble = np.random.default_rng(seed).normal(0, 0.01, 2)
    from_x, from_y = 0.15 + DISTANCES[label.split("_")[0]] + wobble[0], 0.7 + wobble[1]
    rows, columns = np.mgrid[0:height, 0:width]
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "20", "threads": "1"}
        for number in range(round(duration_s * fps)):
            picture = np.full((height, width, 3), (200, 180, 150), dtype=np.uint8)
            player = (abs(columns / width - from_x - 0.03) < 0.04) & (
                abs(rows / height - from_y - 0.1) < 0.12
            )
            picture[player] = JERSEYS[colour]
            x, y = _ball(number / fps / duration_s * DURATION_S, from_x, from_y, label.endswith("MAKE"))
            ball = (columns / width - x) ** 2 + ((rows / height - y) * height / width) ** 2 < 0.02**2
            picture[ball] = (235, 120, 30)
            shown = np.ascontiguousarray(picture[:, ::-1] if flipped else picture)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="rgb24")))
        container.mux(stream.encode(None))
    return target.getvalue()


def _ball(time_s: float, from_x: float, from_y: float, make: bool) -> tuple[float, float]:
    hoop_x, hoop_y, release_s = 0.15, 0.35, 0.5
    flight = (time_s - release_s) / (SHOT_AT_S - release_s)
    if flight < 0:
        return from_x, from_y
    if flight < 1:
        return from_x + (hoop_x - from_x) * flight, from_y + (hoop_y - from_y) * flight - flight * (
            1 - flight
        )
    after_s = time_s - SHOT_AT_S
    return hoop_x + (0 if make else 0.4 * after_s), hoop_y + 0.5 * after_s


def training_lines(
    store: ObjectStore, labels: Sequence[str], angles: Sequence[Angle] = (Angle.FAR_LEFT,), first: int = 0
) -> list[str]:
    """Writes a clip for each label and camera, and says what a person wrote about it."""
    lines = []
    for number, label in enumerate(labels, start=first):
        colour = ("Blue", "Gray")[number % 2]
        play = _play(f"play-{number}", label, f"Player #7 ({colour})")
        for angle in angles:
            name = f"games/g1/clips/{play.play_id}_{angle}.mp4"
            clip = shot_clip(label, colour, seed=number, flipped=angle.play_side is Side.RIGHT)
            store.write(name, clip)
            lines.append(example_line(play, angle, store.uri(name), SHOT_AT_S))
    return lines


def _play(play_id: str, label: str, player: str) -> Play:
    events = (Event(label, player), *((Event("DEFENSIVE_REBOUND"),) if label.endswith("MISS") else ()))
    window = Window(0.0, DURATION_S)
    return Play(play_id, "g1", Side.LEFT, window, SHOT_AT_S, label, "a shot", player, None, events)
