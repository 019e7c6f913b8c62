"""A tuning's JSONL as the preflight wants to see it: each line with the facts of its clip.

Belongs here: reading files, listing clips, their lengths. Not here: reading a line or judging it
(`domain.preflight`). A clip's length is what the game's clips document says of it; a clip that no document
knows is probed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace

from uball_assets.adapters import documents
from uball_assets.adapters.object_ranges import ObjectRanges
from uball_assets.adapters.object_store import ObjectInfo, ObjectStore
from uball_assets.domain import places
from uball_assets.domain.angles import Angle
from uball_assets.domain.errors import Permanent
from uball_assets.domain.preflight import TuningLine, tuning_line
from uball_assets.domain.reports import CameraClips

_WORKERS = 8
_GAMES_CLIPS = re.compile(r"games/([^/]+)/clips")


def read_tuning_lines(store: ObjectStore, *uris: str) -> list[tuple[TuningLine, ...]]:
    """The lines of each file. One listing for each folder of clips, whatever the number of files and lines.

    Raises Permanent for a file that is not there; a line that is no example says so itself.
    """
    files = [_lines(store, uri) for uri in uris]
    names = {
        line.clip_uri: name
        for lines in files
        for line in lines
        if not line.fault and (name := _name_in(store, line.clip_uri))
    }
    with ThreadPoolExecutor(_WORKERS) as pool:
        clips, durations_s = _facts(store, set(names.values()), pool)
    return [
        tuple(_with_clip(line, clips.get(names.get(line.clip_uri, "")), durations_s) for line in lines)
        for lines in files
    ]


def _lines(store: ObjectStore, uri: str) -> list[TuningLine]:
    texts = store.read(store.name_of(uri)).decode(errors="replace").split("\n")
    return [tuning_line(f"{uri} line {n}", text) for n, text in enumerate(texts, start=1) if text.strip()]


def _with_clip(line: TuningLine, clip: ObjectInfo | None, durations_s: dict[str, float]) -> TuningLine:
    if clip is None:
        return line
    return replace(line, size_bytes=clip.size_bytes, duration_s=durations_s.get(clip.name))


def _facts(
    store: ObjectStore, names: set[str], pool: Executor
) -> tuple[dict[str, ObjectInfo], dict[str, float]]:
    """The clips that are there, by name, and how long those last that play at all."""
    folders = sorted({name.rpartition("/")[0] for name in names} - {""})
    # Without the slash: a game's clips documents stand beside its folder of clips and are listed with it.
    listed = {info.name: info for infos in pool.map(store.list, folders) for info in infos}
    durations_s: dict[str, float] = {}
    for told in pool.map(lambda name: _told(store, name), _documents(folders, listed)):
        durations_s |= told
    clips = {name: listed[name] for name in names if name in listed}
    unknown = [info for name, info in clips.items() if name not in durations_s]
    for info, duration_s in zip(unknown, pool.map(lambda info: _probed(store, info), unknown), strict=True):
        if duration_s > 0:
            durations_s[info.name] = duration_s
    return clips, durations_s


def _documents(folders: list[str], listed: Iterable[str]) -> list[str]:
    games = [found[1] for folder in folders if (found := _GAMES_CLIPS.fullmatch(folder))]
    wanted = {places.camera_clips(game_id, angle) for game_id in games for angle in Angle}
    return [name for name in listed if name in wanted]


def _told(store: ObjectStore, name: str) -> dict[str, float]:
    """Lengths by clip; nothing from a document of another form: its clips are probed."""
    try:
        report = documents.load(store, name, CameraClips)
    except Permanent:
        return {}
    return {clip.name: clip.duration_s for clip in report.clips}


def _probed(store: ObjectStore, info: ObjectInfo) -> float:
    """0 for what is no film."""
    from uball_assets.media.probe import probe

    return probe(ObjectRanges(store, info)).duration_s


def _name_in(store: ObjectStore, uri: str) -> str | None:
    """None for an address outside this store: to the preflight a clip that is not there."""
    try:
        return store.name_of(uri)
    except Permanent:
        return None
