"""Which backups are kept, and what may go with the others.

Belongs here: the rule. Not here: deleting (`services.backup.retaining`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping


def leaving(numbers: Iterable[int], keep: int) -> list[int]:
    """All but the newest `keep`, by their numbers, which no clock gave them; at least one is kept."""
    return sorted(numbers)[: -max(1, keep)]


def unneeded(stored: Iterable[str], needs: Mapping[int, Collection[str]]) -> list[str]:
    """Blobs that none of the backups which are kept (`needs`, by number) needs; of none, all are kept."""
    needed = {blob for of_one in needs.values() for blob in of_one}
    return sorted(set(stored) - needed) if needed else []
