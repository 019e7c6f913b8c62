"""Cameras and sides: the four angles, which side each trains, and which file is which camera.

Belongs here: the vocabulary of the rig and the reading of file names. Not here: what is inside a file
(`media.probing.probe`) or when it was filmed (`timeline`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum

from uball_assets.domain.errors import Quarantined
from uball_assets.domain.footage.chapters import chapter_of, in_order


class Side(StrEnum):
    """The half of the court where a play happens."""

    LEFT = "LEFT"
    RIGHT = "RIGHT"


class Angle(StrEnum):
    """One of the four fixed cameras. FAR is the wide court view, NEAR the close-up."""

    FAR_LEFT = "FAR_LEFT"
    NEAR_LEFT = "NEAR_LEFT"
    FAR_RIGHT = "FAR_RIGHT"
    NEAR_RIGHT = "NEAR_RIGHT"

    @property
    def tag(self) -> str:
        """The short form in file names: `FL`, `NL`, `FR`, `NR`."""
        view, side = self.value.split("_")
        return view[0] + side[0]

    @property
    def is_far(self) -> bool:
        return self.value.startswith("FAR")

    @property
    def play_side(self) -> Side:
        """The side whose plays this camera films: a near camera looks across the court."""
        return next(side for side, angles in CAMERAS.items() if self in angles)


CAMERAS: dict[Side, tuple[Angle, Angle]] = {
    Side.LEFT: (Angle.FAR_LEFT, Angle.NEAR_RIGHT),
    Side.RIGHT: (Angle.FAR_RIGHT, Angle.NEAR_LEFT),
}
"""The two cameras that train a side's plays, far view first (DOMAIN: 'The rig and the videos')."""

NO_FILE = "no file for this camera"
"""Why a camera is lost that no path names."""
VIDEO_SUFFIXES = (".mp4", ".mov")
_SPELLED = re.compile(r"(far|near)[ _-]?(left|right)")
_TAGGED = re.compile(r"(?:^|[^a-z0-9])([fn][lr])(?:[ _-]g(?:[hxlp]\d\d|opr)\d{4})?$")
"""At the name's end, or before the camera's own name for the file (`chapters`)."""
_TAGS = {angle.tag.lower(): angle for angle in Angle}


def side_of(text: object) -> Side | None:
    """`LEFT`, `RIGHT`, or an older row's camera (`FAR_LEFT` means `LEFT`); None for anything else."""
    spelled = {"LEFT": Side.LEFT, "FAR_LEFT": Side.LEFT, "RIGHT": Side.RIGHT, "FAR_RIGHT": Side.RIGHT}
    return spelled.get(str(text).strip().upper())


def angle_of(path: str) -> Angle | None:
    """The camera a video's path names, in any of the league's spellings; None if it names none, or two.

    `FAR_LEFT.mp4`, `game1_farleft.mp4`, `far-left/video.mp4`, `2026-03-18_<game_id>_FL.mp4`. The file's own
    name decides; its folder only where the name says nothing.
    """
    *folders, name = path.lower().split("/")
    stem, dot, suffix = name.rpartition(".")
    if not stem or dot + suffix not in VIDEO_SUFFIXES:
        return None
    for part in [stem, *reversed(folders)]:
        found = {Angle(f"{view}_{side}".upper()) for view, side in _SPELLED.findall(part)}
        found |= {_TAGS[tag] for tag in _TAGGED.findall(part)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def angle_named(text: object) -> Angle | None:
    """The camera a word names, by the rule of file names: `FAR_LEFT`, `far-left`, `Far Left`, `fl`."""
    return angle_of(f"{str(text).strip()}.mp4")


def find_angles(paths: Iterable[str]) -> tuple[dict[Angle, tuple[str, ...]], list[Quarantined]]:
    """Each camera's file among a game's paths, and a loss for each camera missing, doubled or unnamed.

    A recording in chapters is one camera with its files in order. Other files that claim one camera, and
    chapters with a gap, lose that camera, naming them: picking one silently could train on the wrong game.
    """
    claims: dict[Angle, list[str]] = defaultdict(list)
    quarantined = []
    for path in sorted(paths):
        if not path.lower().endswith(VIDEO_SUFFIXES):
            continue
        angle = angle_of(path)
        if angle is None:
            quarantined.append(
                Quarantined(
                    f"video {path}", path, "its name says no camera, or two", "rename it, e.g. FAR_LEFT.mp4"
                )
            )
        else:
            claims[angle].append(path)
    found: dict[Angle, tuple[str, ...]] = {}
    for angle in Angle:
        files = claims.get(angle, [])
        if not files:
            quarantined.append(
                Quarantined(
                    f"camera {angle}",
                    "the game's video folder",
                    NO_FILE,
                    f"add {angle}.mp4",
                )
            )
        elif len(files) == 1 and chapter_of(files[0]) is None:
            found[angle] = (files[0],)
        elif isinstance(ordered := in_order(files), str):
            remedy = "keep one, or all chapters of one recording"
            quarantined.append(Quarantined(f"camera {angle}", " and ".join(files), ordered, remedy))
        else:
            found[angle] = ordered
    return found, quarantined
