"""The same request sent twice is done once: what a repeated idempotency key is answered.

    nothing known of the key             do it
    another request under the same key   refused: the client mixed two up
    answered                             the same answer again
    begun a moment ago                   still going: ask again
    begun, and never answered            the server died in between: look what came of it, then go on

Belongs here: the verdict. Not here: the rows (`adapters.access`), or finding what came of a request.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LEASE_S = 60.0
"""So long a request that has no answer is taken to be going on; the slowest takes a third of it."""


class Verdict(StrEnum):
    DO = "do"
    ANOTHER = "another"
    REPLAY = "replay"
    GOING = "going"
    RESUME = "resume"


@dataclass(frozen=True)
class Kept:
    """What is known of a key."""

    fingerprint: str
    """Of the request: its method, path and body."""
    begun_s: float
    """Unix seconds; 0 where whoever did it said that it does not know what came of it."""
    is_answered: bool


def verdict(kept: Kept | None, fingerprint: str, now_s: float) -> Verdict:
    if kept is None:
        return Verdict.DO
    if kept.fingerprint != fingerprint:
        return Verdict.ANOTHER
    if kept.is_answered:
        return Verdict.REPLAY
    return Verdict.GOING if now_s - kept.begun_s < LEASE_S else Verdict.RESUME
