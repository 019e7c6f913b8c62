"""Near-duplicates: two plays of a game that look like one, written down twice.

They come from any source: a corrected row beside its old self, two people's tables, an import of an export.
Both are trained on, and the split may put one on each side: so they are told, and a person decides.

Belongs here: finding the pairs. Not here: rows of a new table that are about a stored one (`revision`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.domain.plays import Play
from uball_assets.domain.timeline import shared_part

ALIKE = 0.5
"""Share of their common length that two plays of one side and label must share. Two misses of one possession
follow each other; a play whose start or end was corrected keeps most of its window."""


@dataclass(frozen=True)
class Twins:
    first: Play
    second: Play
    shared: float
    """Share of their common length; 1 for equal windows."""

    @property
    def text(self) -> str:
        """`STEAL LEFT 75.0 to 81.0 s (id a) and 76.5 to 81.0 s (id b)`."""
        first, second = (
            f"{play.window.start_s:.1f} to {play.window.end_s:.1f} s (id {play.play_id})"
            for play in (self.first, self.second)
        )
        return f"{self.first.classification} {self.first.side} {first} and {second}"


def near_duplicates(plays: Sequence[Play]) -> list[Twins]:
    """Pairs of plays of one side and label whose windows are ALIKE, in game order."""
    ordered = sorted(plays, key=lambda play: (play.window.start_s, play.window.end_s, play.play_id))
    found = []
    for place, first in enumerate(ordered):
        for second in ordered[place + 1 :]:
            if second.window.start_s >= first.window.end_s:
                break
            if (second.side, second.classification) == (first.side, first.classification):
                shared = shared_part(first.window, second.window)
                found += [Twins(first, second, shared)] if shared >= ALIKE else []
    return found
