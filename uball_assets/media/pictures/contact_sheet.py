"""The contact sheet: the middle frame of many clips, over their captions.

Belongs here: clips to one PNG, quickly, for every camera of every game has one. Not here: charts (`charts`).
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av.video.reformatter import VideoReformatter

from uball_assets.media.pictures.canvas import INK, QUIET
from uball_assets.media.videos.frames import upright

if TYPE_CHECKING:
    from PIL.Image import Image

CELL_PX = (210, 160)
FRAME_PX = (202, 114)
EDGE_PX = 4
TITLE_PX = 26
CAPTION_LETTERS = 30
NO_FRAME = "#e1e1e1"


def contact_sheet(clips: Sequence[tuple[str, bytes | Path]], columns: int = 6, title: str = "") -> bytes:
    """A PNG with a tile for each (caption, clip), under a title if there is one; a grey tile for a clip
    without a frame."""
    from PIL import Image, ImageDraw, ImageFont

    full = columns if len(clips) >= min(columns, 4) else max(1, len(clips))
    columns, rows = min(full, max(1, len(clips))), max(1, math.ceil(len(clips) / full))
    head_px = TITLE_PX if title else 0
    sheet = Image.new("RGB", (CELL_PX[0] * columns, head_px + CELL_PX[1] * rows), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=12)
    draw.text((EDGE_PX, EDGE_PX), title, fill=INK, font=ImageFont.load_default(size=14))
    for position, (caption, clip) in enumerate(clips):
        left = position % columns * CELL_PX[0] + EDGE_PX
        top = head_px + position // columns * CELL_PX[1] + EDGE_PX
        frame = middle_frame(clip)
        if frame is None:
            draw.rectangle((left, top, left + FRAME_PX[0] - 1, top + FRAME_PX[1] - 1), fill=NO_FRAME)
            middle = (left + FRAME_PX[0] // 2, top + FRAME_PX[1] // 2)
            draw.text(middle, "no frame", fill=QUIET, font=font, anchor="mm")
        else:
            sheet.paste(frame, (left, top))
        lines = textwrap.wrap(caption, CAPTION_LETTERS, max_lines=2, placeholder="…")
        draw.text((left, top + FRAME_PX[1] + 3), "\n".join(lines), fill=INK, font=font)
    if not clips:
        draw.text(
            (CELL_PX[0] // 2, head_px + CELL_PX[1] // 2), "no clips", fill=QUIET, font=font, anchor="mm"
        )
    target = io.BytesIO()
    sheet.save(target, "PNG", compress_level=3)
    return target.getvalue()


def middle_frame(clip: bytes | Path) -> Image | None:
    """The frame half-way through, at tile size; None where nothing can be decoded."""
    from PIL import Image

    try:
        with av.open(io.BytesIO(clip) if isinstance(clip, bytes) else str(clip), "r") as container:
            if not container.streams.video:
                return None
            stream = container.streams.video[0]
            middle = (stream.start_time or 0) + (stream.duration or 0) // 2
            container.seek(middle, stream=stream)
            frame = None
            for frame in container.decode(stream):
                if frame.pts is not None and frame.pts >= middle:
                    break
            if frame is None:
                return None
            return Image.fromarray(upright(frame, *FRAME_PX, "rgb24", VideoReformatter()))
    except av.FFmpegError:
        return None
