"""Taking old backups away, and what only they needed.

A manifest goes before anything that it names, and a blob only when no backup that is left needs it: killed at
any moment, every backup that is still there is whole, and the next time does the rest.

Belongs here: deleting in a backup's place. Not here: which may go (`domain.backup.retention`).
"""

from __future__ import annotations

from dataclasses import dataclass

from uball_assets.domain.backup.retention import leaving, unneeded
from uball_assets.services.backup.target import Target


@dataclass(frozen=True)
class Retained:
    backups: list[int]
    """Which went."""
    blobs: int
    freed_bytes: int


def retain(target: Target, keep: int) -> Retained:
    """Needs the place for itself (`Target.writing`). Raises Permanent, and deletes no blob, where one of the
    backups that stay does not tell what it needs."""
    stored = [one.number for one in target.stored()]
    gone = leaving(stored, keep)
    staying = sorted(set(stored) - set(gone))
    needs = {number: target.needs(number) for number in staying}
    for number in sorted(target.begun() - set(staying)):
        target.drop_backup(number)
    there = target.blobs()
    dropped = unneeded(there, needs)
    for blob in dropped:
        target.drop(blob)
    return Retained(gone, len(dropped), sum(there[blob] for blob in dropped))
