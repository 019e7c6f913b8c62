"""A tuning's JSONL as the preflight wants to see it: each line with the facts of its clip.

Belongs here: reading files, listing clips, their lengths. Not here: reading a line or judging it
(`domain.spending.preflight`). A clip's length is what the game's clips document says of it; a clip that no
document knows is probed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace

from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.lines import read_lines
from uball_assets.adapters.stores.object_ranges import ObjectRanges
from uball_assets.adapters.stores.object_store import ObjectInfo, ObjectStore
from uball_assets.adapters.stores.places import name_at
from uball_assets.domain.clipping.reports import CameraClips
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.learning.lessons import Lessons, pick
from uball_assets.domain.spending.preflight import TuningLine, tuning_line

_WORKERS = 8
_GAMES_CLIPS = re.compile(r"games/([^/]+)/clips")


def read_tuning_lines(
    store: ObjectStore, *uris: str, name_of: Callable[[ObjectStore, str], str] = name_at
) -> list[tuple[TuningLine, ...]]:
    """The lines of each file. One listing for each folder of clips, whatever the number of files and lines.

    `name_of`: how a line names a clip; a service that reads the lines itself needs addresses of now.

    Raises Permanent for a file that is not there; a line that is no example says so itself.
    """
    files = [_lines(store, uri) for uri in uris]
    names = {
        line.clip_uri: name
        for lines in files
        for line in lines
        if not line.fault and (name := _name_in(store, line.clip_uri, name_of))
    }
    with ThreadPoolExecutor(_WORKERS) as pool:
        clips, facts = _facts(store, set(names.values()), pool)
    return [
        tuple(_with_clip(line, clips.get(names.get(line.clip_uri, "")), facts) for line in lines)
        for lines in files
    ]


def read_lessons(
    store: ObjectStore,
    train_uri: str,
    validation_uri: str,
    shown: Lessons | None,
    name_of: Callable[[ObjectStore, str], str] = name_at,
) -> tuple[Sequence[TuningLine], Sequence[TuningLine]]:
    """The lines of a training and of its validation, those that are `shown`; else as `read_tuning_lines`."""
    train, validation = read_tuning_lines(store, train_uri, validation_uri, name_of=name_of)
    if shown is None:
        return train, validation
    return pick(train, shown.numbers), pick(validation, shown.validation_numbers)


def _lines(store: ObjectStore, uri: str) -> list[TuningLine]:
    texts = enumerate(read_lines(store, name_at(store, uri)), start=1)
    return [tuning_line(f"{uri} line {n}", text) for n, text in texts if text.strip()]


ClipFacts = tuple[float, frozenset[str]]
"""A clip's length, seconds, and its marks (`reports.Clip.marks`)."""


def _with_clip(line: TuningLine, clip: ObjectInfo | None, facts: dict[str, ClipFacts]) -> TuningLine:
    if clip is None:
        return line
    duration_s, marks = facts.get(clip.name, (None, frozenset[str]()))
    return replace(line, size_bytes=clip.size_bytes, duration_s=duration_s, clip_marks=marks)


def _facts(
    store: ObjectStore, names: set[str], pool: Executor
) -> tuple[dict[str, ObjectInfo], dict[str, ClipFacts]]:
    """The clips that are there, by name, and what is told of those that play at all."""
    folders = sorted({name.rpartition("/")[0] for name in names} - {""})
    # Without the slash: a game's clips documents stand beside its folder of clips and are listed with it.
    listed = {info.name: info for infos in pool.map(store.list, folders) for info in infos}
    known: dict[str, ClipFacts] = {}
    for found in pool.map(lambda name: _clip_facts(store, name), _documents(folders, listed)):
        known |= found
    clips = {name: listed[name] for name in names if name in listed}
    unknown = [info for name, info in clips.items() if name not in known]
    for info, duration_s in zip(unknown, pool.map(lambda info: _probed(store, info), unknown), strict=True):
        if duration_s > 0:
            known[info.name] = duration_s, frozenset()
    return clips, known


def _documents(folders: list[str], listed: Iterable[str]) -> list[str]:
    games = [found[1] for folder in folders if (found := _GAMES_CLIPS.fullmatch(folder))]
    wanted = {object_names.camera_clips(game_id, angle) for game_id in games for angle in Angle}
    return [name for name in listed if name in wanted]


def _clip_facts(store: ObjectStore, name: str) -> dict[str, ClipFacts]:
    """By clip; nothing from a document of another form: its clips are probed."""
    try:
        report = documents.load(store, name, CameraClips)
    except Permanent:
        return {}
    return {clip.name: (clip.duration_s, clip.marks) for clip in report.all_clips}


def _probed(store: ObjectStore, info: ObjectInfo) -> float:
    """0 for what is no video."""
    from uball_assets.media.probing.probe import probe

    return probe(ObjectRanges(store, info)).duration_s


def _name_in(store: ObjectStore, uri: str, name_of: Callable[[ObjectStore, str], str]) -> str | None:
    """None for an address outside this store: to the preflight a clip that is not there."""
    try:
        return name_of(store, uri)
    except Permanent:
        return None
