"""Sync offsets as rows of `video_metadata` hold them: read by the rule of file names, and which cannot be.

Belongs here: whose offset a row holds, and whether a video can have it. Not here: what an offset does to
times (`timeline`) or what the sound says of it (`sync`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from uball_assets.domain.errors import Quarantined
from uball_assets.domain.footage.angles import Angle, angle_named
from uball_assets.domain.footage.timeline import Window

Row = Mapping[str, Any]


def offsets_of(rows: Iterable[Row]) -> dict[str, float]:
    """File time minus game time by camera, seconds, from a game's rows; unset: absent.

    NaN where no one number is told: a value that is none, or two rows of one camera that differ. That camera
    must be lost, not cut as if its offset were 0. Rows that name no camera are left out (`offset_losses`).
    """
    rows_by_camera = _by_camera(rows)
    return {angle: _the_one(rows_by_camera[angle]) for angle in sorted(rows_by_camera)}


def offset_losses(game_id: str, rows: Iterable[Row]) -> list[Quarantined]:
    """The offsets that no camera can use: of no camera, no number, or two for one camera."""
    rows = list(rows)
    table = f"video_metadata of game {game_id}"
    spelled = f"write {', '.join(Angle)} as its angle"
    quarantined = [
        Quarantined(f"offset of {row['angle']!r}", table, f"{row['angle']!r} names no camera", spelled)
        for row in rows
        if row.get("sync_offset_seconds") is not None and angle_named(row["angle"]) is None
    ]
    for angle, offsets in sorted(_by_camera(rows).items()):
        if not math.isfinite(_the_one(offsets)):
            found = " and ".join(map(str, offsets))
            why = f"its sync offset is {found}, not a number of seconds"
            quarantined.append(
                Quarantined(f"camera {angle}", f"{table}, {angle}", why, "correct the row, or keep one")
            )
    return quarantined


def beyond_video(offset_s: float, filmed: Window, game_end_s: float | None) -> str | None:
    """Why a video cannot have this offset, or None.

    `filmed`: first to last frame in file time. `game_end_s`: when the last play ends, if that is known. With
    an offset of its length or more it would have ended before the game began; with one far below 0 it would
    begin after the last play.
    """
    if offset_s >= filmed.end_s:
        return f"the video ends at {filmed.end_s:.1f} s: it would end before the game begins"
    starts_game_s = filmed.start_s - offset_s
    if game_end_s is not None and starts_game_s >= game_end_s:
        begins = f"the video would begin {starts_game_s:.1f} s into the game"
        return f"{begins}, whose last play ends at {game_end_s:.1f} s"
    return None


def _by_camera(rows: Iterable[Row]) -> dict[Angle, list[object]]:
    rows_by_camera: dict[Angle, list[object]] = defaultdict(list)
    for row in rows:
        angle, offset = angle_named(row["angle"]), row.get("sync_offset_seconds")
        if angle is not None and offset is not None and offset not in rows_by_camera[angle]:
            rows_by_camera[angle].append(offset)
    return {angle: offsets for angle, offsets in rows_by_camera.items() if offsets}


def _the_one(offsets: list[object]) -> float:
    (first, *more) = offsets
    return float(first) if isinstance(first, int | float) and not more else math.nan
