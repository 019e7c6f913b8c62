"""A video split into chapters as cameras split one: at keyframes, each file beginning at its own 0:00.

Belongs here: making the files. Not here: what must be said of them (the tests).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import av


def split(video: Path, folder: Path, borders_s: Sequence[float], names: Sequence[str]) -> list[Path]:
    """Copies the video's packets into one file for each stretch between borders, which stand on keyframes."""
    edges_s = [0.0, *borders_s, float("inf")]
    paths = []
    for name, begin_s, end_s in zip(names, edges_s, edges_s[1:], strict=False):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _copy(video, path, begin_s, end_s)
        paths.append(path)
    return paths


def _copy(video: Path, path: Path, begin_s: float, end_s: float) -> None:
    options = {"avoid_negative_ts": "disabled", "fflags": "+bitexact"}
    with av.open(str(video)) as source, av.open(str(path), "w", format="mp4", options=options) as target:
        copies = {stream: target.add_stream_from_template(stream) for stream in source.streams}
        is_open = False
        for packet in source.demux():
            if packet.dts is None or packet.pts is None:
                continue
            time_s = float(packet.pts * packet.time_base)
            if packet.stream.type == "video":
                if packet.is_keyframe:
                    is_open = begin_s - 1e-6 <= time_s < end_s - 1e-6
                if not is_open:
                    continue
            elif not begin_s - 1e-6 <= time_s < end_s - 1e-6 and not (begin_s == 0 and time_s < 0):
                continue
            shift = round(begin_s / packet.time_base)
            packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
            packet.stream = copies[packet.stream]
            target.mux(packet)
