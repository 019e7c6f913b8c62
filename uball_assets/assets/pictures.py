"""Pictures as metadata: the full PNG in the training store, a small JPEG in the event so that a click shows
it.

Belongs here: storing and embedding. Not here: drawing (`media.render`).
"""

from __future__ import annotations

import base64
import io

import dagster as dg

from uball_assets.adapters.fetching import local_file
from uball_assets.adapters.object_store import ObjectStore
from uball_assets.domain import places
from uball_assets.domain.reports import CameraClips

_SHOWN_WIDTH_PX = 900
_SHEET_CLIPS = 8
"""Clips on a sheet: enough to see that the camera is right, quick to draw."""

PictureMetadata = dict[str, dg.MarkdownMetadataValue | dg.PathMetadataValue]


def picture_metadata(training: ObjectStore, name: str, title: str, png: bytes) -> PictureMetadata:
    """Stores the picture and returns two entries: the picture itself (small, one click) and where the full
    one is."""
    training.write(name, png, {"content_type": "image/png"})
    data = base64.b64encode(_small(png)).decode()
    return {
        title: dg.MetadataValue.md(f"![{title}](data:image/jpeg;base64,{data})"),
        f"{title}_file": dg.MetadataValue.path(training.uri(name)),
    }


def contact_sheet_metadata(training: ObjectStore, made: CameraClips) -> PictureMetadata:
    """One frame of each of the camera's first clips, spread over the game."""
    from uball_assets.media.contact_sheet import contact_sheet

    if not made.clips:
        return {}
    step = max(1, len(made.clips) // _SHEET_CLIPS)
    frames = []
    for clip in made.clips[::step][:_SHEET_CLIPS]:
        with local_file(training, clip.name) as path:
            frames.append((f"{clip.start_file_s:.1f} s, {clip.frame_count} frames", path.read_bytes()))
    name = places.picture(f"games/{made.game_id}", f"clips_{made.angle}")
    return picture_metadata(training, name, "contact_sheet", contact_sheet(frames, columns=4))


def _small(png: bytes) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((_SHOWN_WIDTH_PX, _SHOWN_WIDTH_PX * 2))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=72, optimize=True)
    return out.getvalue()
