"""How a checked game is told to a person, before anything of it is written.

Belongs here: the words. Not here: checking (`importing.checking`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from uball_assets.commands.answers import table

if TYPE_CHECKING:
    from uball_assets.commands.operating.log_lines import CommandLog
    from uball_assets.importing.game import CheckedGame

MOST_CHANGES = 40
"""Lines of changes that a person is shown; --json has all."""


def summary(game: CheckedGame) -> Iterator[str]:
    """Line by line, tables as one."""
    yield table(_cameras(game))
    if game.files.plays:
        yield f"\n{len(game.table.rows)} rows of plays, {game.sound_count} of them sound"
    if game.is_stored and game.files.plays:
        yield from _changes(game)
    if game.quarantined:
        yield "\nLeft out, and why (the rest goes on):"
        yield table([entry.as_row() for entry in game.quarantined])
    if game.grade:
        letter, score = game.grade.letter, game.grade.score
        learned = "it can be learned from" if game.grade.trainable else "it stays out of training"
        yield f"\nGrade at best: {letter} ({score:.2f}), {learned}"
        yield from (f"  {reason}" for reason in game.grade.reasons)
    yield from (f"note: {notice}" for notice in game.notices)


def _cameras(game: CheckedGame) -> list[dict[str, str]]:
    return [
        {
            "camera": str(camera.angle),
            "file": "-" if camera.is_kept else camera.file.rpartition("/")[2],
            "length": f"{camera.proof.duration_s:.1f} s",
            "offset": f"{camera.sync_offset_s:+g} s",
            "verdict": str(camera.proof.verdict),
            "stored as": camera.name + _fate(bool(camera.copies), bool(camera.replaced)),
        }
        for camera in game.cameras
    ]


def _fate(is_copied: bool, is_replaced: bool) -> str:
    if is_replaced:
        return " (replaced)"
    return "" if is_copied else " (was there)"


def _changes(game: CheckedGame) -> Iterator[str]:
    revision, name = game.revision, game.files.plays.name if game.files.plays else ""
    fate = "deleted" if game.files.sync_rows else "they stay; --sync deletes them"
    gone = f"{len(revision.gone)} not in {name}" + (f" ({fate})" if revision.gone else "")
    counts = f"{revision.same_count} the same, {len(revision.changed)} changed, {len(revision.added)} added"
    yield f"Of the plays in the database: {counts}, {gone}"
    rows = [
        *(_line("changed", change.row, change.columns) for change in revision.changed),
        *(_line("added", row) for row in revision.added),
        *(_line("deleted" if game.files.sync_rows else "not in it", row) for row in revision.gone),
    ]
    if rows:
        yield table(list(islice(rows, MOST_CHANGES)))
    if len(rows) > MOST_CHANGES:
        yield f"and {len(rows) - MOST_CHANGES} more: --json lists all"


def _line(
    what: str, row: Mapping[str, Any], columns: tuple[tuple[str, object, object], ...] = ()
) -> dict[str, str]:
    return {
        "": what,
        "side": str(row.get("angle")),
        "label": str(row.get("classification")),
        "from": str(row.get("start_timestamp")),
        "to": str(row.get("end_timestamp")),
        "was": "; ".join(f"{column} {old}" for column, old, _ in columns),
        "id": str(row["id"]),
    }


def log_checked(log: CommandLog, game: CheckedGame) -> None:
    """The same for programs, a line each."""
    for camera in game.cameras:
        text = f"{camera.file}: {camera.proof.verdict}, {camera.proof.duration_s:.1f} s"
        log.tell(text, camera=str(camera.angle))
    if game.files.plays:
        log.tell(f"{len(game.table.rows)} rows of plays, {game.sound_count} of them sound")
    for entry in game.quarantined:
        log.tell(f"left out: {entry.what}: {entry.why}; {entry.remedy}", level=logging.WARNING)
