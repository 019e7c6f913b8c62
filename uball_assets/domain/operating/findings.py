"""What a person should look at: one thing that is broken, late or left out, in words, and how bad it is.

Belongs here: the form, its order and its id. Not here: which facts make one (`broken`, `broken_games`), when
somebody is alerted (`alerting`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from uball_assets.domain.hashing import content_hash

_ID_LETTERS = 8
NAMED = 5
"""Games that a finding about many names; the others are a number."""


class Level(StrEnum):
    """Worst first. A note is so, and nothing waits for anybody."""

    BROKEN = "broken"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    key: str
    """The same while it is the same thing that is wrong: `late:g7`."""
    level: Level
    what: str
    where: str
    since_s: float | None
    """Unix seconds; None where nothing tells."""
    why: str
    remedy: str

    @property
    def id(self) -> str:
        """Short enough to type."""
        return content_hash(self.key)[:_ID_LETTERS]

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "level": str(self.level), "id": self.id}


_ORDER = list(Level)


def worst_first(found: Iterable[Finding]) -> list[Finding]:
    """By level; within one as they come: the rules that make them put first what stops most."""
    return sorted(found, key=lambda one: _ORDER.index(one.level))


def named(names: Iterable[str]) -> str:
    """`g1, g2, g3, g4, g5 and 12 more`."""
    listed = list(names)
    more = len(listed) - NAMED
    return ", ".join(listed[:NAMED]) + (f" and {more} more" if more > 0 else "")


def span_text(seconds: float) -> str:
    """`40 s`, `12 min`, `5 h`, `3 days`."""
    for size_s, unit in ((86_400.0, "days"), (3_600.0, "h"), (60.0, "min")):
        if seconds >= (1.5 if unit == "min" else 2.0) * size_s:
            return f"{seconds / size_s:.0f} {unit}"
    return f"{seconds:.0f} s"
