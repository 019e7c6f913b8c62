"""Folding: closed stretches of a kind's entries into segments, wider ones in the place of narrower.

A segment counts once it stands under its name, and is written there once, whole, after its chain of hashes
was found to be that of what it replaces. Only then what it replaces goes: narrower segments, never entries. A
writer that is killed leaves what stood there before, or both, of which the wider counts; the next one clears
up. Two that fold at once write the same bytes.

Belongs here: making segments. Not here: their form (`segments`), reading them (`log_reader`).
"""

from __future__ import annotations

import logging

from uball_assets.adapters.record.log import Log
from uball_assets.adapters.record.log_reader import LogReader, folder_of
from uball_assets.adapters.record.segments import START, Damaged, Line, Segment, Stretch, joined, stretches
from uball_assets.adapters.stores.object_store import AlreadyExists
from uball_assets.domain.record import SUBJECTS, subject_of

_log = logging.getLogger(__name__)


def fold(reader: LogReader, log: Log) -> None:
    """All whole stretches. Raises Permanent, naming it, for a segment that is not what it replaces."""
    stand, link = dict(log.segments), START
    wanted = stretches(log.count)
    for stretch in wanted:
        if stretch in stand:
            (segment,) = reader.segments(log, [(stretch, stand[stretch])])
        else:
            segment = _joined(reader, log, stretch, link)
            _prove(reader, segment)
        link = segment.after
    outdone = [info.name for stretch, info in stand.items() if stretch not in wanted]
    for name in (*outdone, *log.superseded):
        reader.store.delete(name)


def _joined(reader: LogReader, log: Log, stretch: Stretch, link: str) -> Segment:
    fields = SUBJECTS.get(log.kind, ())
    within = [pair for pair in log.segments if stretch.holds(pair[0])]
    segments = reader.segments(log, within)
    single = [number for number in log.tail if stretch.first <= number <= stretch.last]
    parts: list[Segment | Line] = [
        *segments,
        *(Line.of(entry, subject_of(fields, entry)) for entry in reader.tail(log, single)),
    ]
    subjects = {segment.stretch: reader.subjects(segment) for segment in segments}
    try:
        return joined(log.kind, stretch, link, fields, parts, subjects)
    except Damaged as error:
        raise reader.damaged(f"{folder_of(log.kind)}segments/", error) from error


def _prove(reader: LogReader, segment: Segment) -> None:
    """Puts it in its place, where it counts from then on; what then stands there is it, byte for byte."""
    name, data = f"{folder_of(segment.kind)}{segment.stretch.name}", segment.to_bytes()
    try:
        reader.store.create(name, data)
    except AlreadyExists:
        _log.debug("%s was folded by another writer", name)
    if reader.store.read(name) != data:
        raise reader.damaged(name, Damaged("it holds other entries than those that stand beside it"))
