"""Chapters: the files that a camera splits one long recording into, by their names.

GoPro's are known: `GX010123.MP4`, `GX020123.MP4`, … (chapter, then recording; GH and GL too), and those of
older cameras: `GOPR0123.MP4`, `GP010123.MP4`, …

Belongs here: which files are one recording, in which order. Not here: which camera it is (`angles`), joining
(`media.mp4.join`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_NAMED = re.compile(
    r"(?P<before>.*?)"
    r"(?:(?P<style>g[hxl])(?P<chapter>\d\d)(?P<number>\d{4})|gp(?P<later>\d\d)(?P<old>\d{4})|gopr(?P<first>\d{4}))"
    r"(?P<after>(?!\d).*)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Chapter:
    recording: str
    """The same for all chapters of one recording in one place."""
    position: int
    """From 0 on."""


def chapter_of(path: str) -> Chapter | None:
    """Which chapter of which recording a file is, by its name; None where its name does not say."""
    folder, _, name = path.lower().rpartition("/")
    found = _NAMED.fullmatch(name)
    if found is None:
        return None
    if found["style"]:
        recording, position = f"{found['style']}{found['number']}", int(found["chapter"]) - 1
    else:
        recording, position = f"gopr{found['old'] or found['first']}", int(found["later"] or 0)
    return Chapter(f"{folder}/{found['before']}{recording}{found['after']}", position)


def in_order(paths: Sequence[str]) -> tuple[str, ...] | str:
    """The files of one recording in order, or why they are not all of one."""
    chapters = [(chapter_of(path), path) for path in paths]
    recordings = {chapter.recording for chapter, _ in chapters if chapter is not None}
    if len(recordings) != 1 or any(chapter is None for chapter, _ in chapters):
        return f"{len(paths)} files claim this camera: {' and '.join(sorted(paths))}"
    by_position = {chapter.position: path for chapter, path in chapters if chapter is not None}
    missing = [position + 1 for position in range(max(by_position)) if position not in by_position]
    named = " and ".join(sorted(paths))
    if len(by_position) < len(paths):
        return f"a chapter of its recording is there twice: {named}"
    if missing:
        return f"chapter {', '.join(map(str, missing))} of its recording is missing: there are {named}"
    return tuple(by_position[position] for position in sorted(by_position))
