"""A person's table of sync offsets: a camera and its seconds, in any form that plays may have.

Belongs here: reading the file. Not here: which cameras and offsets can be (`game.offsets_in`).
"""

from __future__ import annotations

import re
from pathlib import Path

from uball_assets.domain.errors import Permanent
from uball_assets.domain.fields import seconds_in, two_readings
from uball_assets.domain.footage.angles import angle_of
from uball_assets.domain.tabular.encodings import decoded
from uball_assets.domain.tabular.headers import Vocabulary
from uball_assets.domain.tabular.objects import LISTS, value_of
from uball_assets.importing.reading import read_written, refusing

COLUMNS = ("camera", "offset")
WORDS = Vocabulary(
    {
        "camera": ("angle",),
        "offset": (
            "offset_s",
            "offset_seconds",
            "sync_offset",
            "sync_offset_s",
            "sync_offset_seconds",
            "seconds",
        ),
    },
    COLUMNS,
    remedy="write camera,seconds on each line, or a JSON object of them",
)


def read_offsets(path: Path, encoding: str = "") -> list[tuple[str, object]]:
    """Camera and offset, file time minus game time, of each line, or of each entry of a JSON object.

    A file that is not read whole is refused (Permanent): a camera without its offset is cut at wrong seconds.
    """
    if path.suffix.lower() == ".json":
        with refusing(path):
            found = value_of(decoded(path.read_bytes(), encoding)[0])
        if isinstance(found, dict) and not any(name in found for name in LISTS):
            return [(camera, _number(offset)) for camera, offset in found.items()]
    written = read_written(path, WORDS, _is_row, encoding, without_header=COLUMNS)
    if written.faults or not written.rows:
        line, why = next(iter(written.faults), (None, "it has no rows"))
        place = f"line {line}: {why}" if line else why
        raise Permanent(f"{path} cannot be read whole ({place}): {WORDS.remedy}")
    return [(str(row.get("camera") or ""), _number(row.get("offset"))) for _, row in written.rows]


def _is_row(cells: list[str]) -> bool:
    """Whether the first cell is a camera and nothing else (`FAR_LEFT;1` is not), and the second a number."""
    camera, offset, *_ = [*cells, "", ""]
    is_name = re.fullmatch(r"[\w -]+", camera) and angle_of(f"{camera.strip()}.mp4")
    return bool(is_name) and (seconds_in(offset) is not None or two_readings(offset) is not None)


def _number(offset: object) -> object:
    """Seconds where that can be read; anything else as it stands, for its message."""
    seconds = seconds_in(offset)
    return offset if seconds is None else seconds
