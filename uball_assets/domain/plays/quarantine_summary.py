"""Losses as a person reads them: those of one kind and one reason together, with their number.

Belongs here: the grouping and its words. Not here: what a loss is (`errors`) or the table that shows it. The
whole list, row by row, is the game's quarantine.json.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from uball_assets.domain.errors import Quarantined
from uball_assets.domain.footage.angles import Angle

_CAMERA = re.compile("|".join(sorted((str(angle) for angle in Angle), key=len, reverse=True)))
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_MOST_REASONS = 8


@dataclass(frozen=True)
class QuarantinedGroup:
    count: int
    what: str
    """`15 clips of FAR_LEFT`, `cameras FAR_LEFT and NEAR_RIGHT`; one alone as it is: `play 6f1c…`."""
    why: str
    """The first one's: in a group the reasons differ in their numbers only."""
    remedy: str
    """Every camera's, for cameras that go together; else the first one's."""


def grouped(quarantined: Iterable[Quarantined]) -> list[QuarantinedGroup]:
    """In the order of each group's first. Clips go together by camera, whatever else by kind."""
    groups: dict[tuple[str, ...], list[Quarantined]] = {}
    for entry in quarantined:
        groups.setdefault(_alike(entry), []).append(entry)
    return [
        QuarantinedGroup(len(group), _named(group), group[0].why, _remedy(group)) for group in groups.values()
    ]


def alike(*texts: str) -> tuple[str, ...]:
    """The texts without what differs from one loss to the next of a kind: numbers and cameras."""
    return tuple(_CAMERA.sub("*", _NUMBER.sub("#", text)) for text in texts)


def tally(quarantined: Iterable[Quarantined]) -> list[dict[str, Any]]:
    """How many were left out by kind and reason, whatever the camera; the most first, a few at most: what a
    game's entry on the record tells of its quarantine, so that a league's can be added up without reading
    each."""
    counts: dict[tuple[str, ...], int] = defaultdict(int)
    first: dict[tuple[str, ...], Quarantined] = {}
    for entry in quarantined:
        reason = (entry.what.split(" ")[0], *alike(entry.why, entry.remedy))
        counts[reason] += 1
        first.setdefault(reason, entry)
    ordered = sorted(counts, key=lambda reason: -counts[reason])
    return [
        {"kind": reason[0], "count": counts[reason], "why": first[reason].why, "remedy": first[reason].remedy}
        for reason in ordered[:_MOST_REASONS]
    ]


def _alike(entry: Quarantined) -> tuple[str, ...]:
    kind = entry.what.split(" ")[0]
    of = entry.what[-len("NEAR_RIGHT") :] if kind == "clip" else ""
    camera = found[0] if (found := _CAMERA.search(of)) else ""
    return kind, camera, *alike(entry.why, entry.remedy)


def _named(group: list[Quarantined]) -> str:
    first, kind = group[0].what, group[0].what.split(" ")[0]
    if len(group) == 1:
        return first
    if kind == "camera":
        return f"cameras {' and '.join(entry.what.removeprefix('camera ') for entry in group)}"
    camera = _CAMERA.search(first[-len("NEAR_RIGHT") :]) if kind == "clip" else None
    return f"{len(group)} {kind}s" + (f" of {camera[0]}" if camera else "")


def _remedy(group: list[Quarantined]) -> str:
    named = group if group[0].what.startswith("camera ") else group[:1]
    return "; ".join(dict.fromkeys(entry.remedy for entry in named))
