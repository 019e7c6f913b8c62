"""Pictures as metadata: the full PNG in the training store, a small JPEG in the event so that a click shows
it.

Belongs here: storing and embedding. Not here: drawing (`media.pictures.charts`).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable

import dagster as dg

from uball_assets.adapters.stores.local_copy import local_file
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.clipping.reports import CameraClips
from uball_assets.domain.footage import object_names
from uball_assets.domain.plays.plays import Play

_SHOWN_WIDTH_PX = 900
_SHEET_CLIPS = 8
"""Clips on a sheet: enough to see that the camera is right, quick to draw."""

PictureMetadata = dict[str, dg.MarkdownMetadataValue | dg.PathMetadataValue]


def picture_metadata(training: ObjectStore, name: str, title: str, png: bytes) -> PictureMetadata:
    """Stores the picture and returns two entries: the picture itself (small, one click) and where the full
    one is."""
    training.write(name, png, {"content_type": "image/png"})
    return {title: shown_picture(title, png), f"{title}_file": dg.MetadataValue.path(training.uri(name))}


def shown_picture(title: str, png: bytes) -> dg.MarkdownMetadataValue:
    """The picture itself, small, one click away."""
    data = base64.b64encode(_small(png)).decode()
    return dg.MetadataValue.md(f"![{title}](data:image/jpeg;base64,{data})")


def contact_sheet_metadata(
    training: ObjectStore, made: CameraClips, plays: Iterable[Play], title: str
) -> PictureMetadata:
    """One frame of some of the camera's clips, spread over the game, with the play's label and time."""
    from uball_assets.media.pictures.contact_sheet import contact_sheet

    if not made.clips:
        return {}
    labels = {play.play_id: play.classification for play in plays}
    step = max(1, len(made.clips) // _SHEET_CLIPS)
    frames = []
    for clip in made.clips[::step][:_SHEET_CLIPS]:
        with local_file(training, clip.name) as path:
            at_game_s = clip.start_file_s - clip.sync_offset_s
            caption = f"{labels[clip.play_id]}, {at_game_s:.1f} s, {clip.frame_count} frames"
            frames.append((caption, path.read_bytes()))
    name = object_names.picture(f"games/{made.game_id}", f"clips_{made.angle}")
    sheet = contact_sheet(frames, 4, f"{made.angle}, {title}")
    return picture_metadata(training, name, "contact_sheet", sheet)


def _small(png: bytes) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((_SHOWN_WIDTH_PX, _SHOWN_WIDTH_PX * 2))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=72, optimize=True)
    return out.getvalue()
