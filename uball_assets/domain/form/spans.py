"""How long each version of a fact was the newest one known.

Belongs here: versions to spans of knowledge. Not here: asking what was known (`rows`), what follows from
facts (`team_form`, `player_form`, `squads`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from uball_assets.domain.league.facts import by_key


class _Known(Protocol):
    @property
    def known_at(self) -> datetime: ...


Fact = TypeVar("Fact", bound=_Known)
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Span(Generic[Fact]):
    """`from_s` is included, `until_s` is not; both in seconds since 1970, UTC."""

    fact: Fact
    from_s: float
    until_s: float

    def holds_at(self, moment_s: float) -> bool:
        return self.from_s <= moment_s < self.until_s


def spans_of(versions: Iterable[Fact], key: Callable[[Fact], Key]) -> dict[Key, list[Span[Fact]]]:
    """Of each fact, oldest first."""
    return {name: _spans(several) for name, several in by_key(versions, key).items()}


def _spans(versions: list[Fact]) -> list[Span[Fact]]:
    starts = [version.known_at.timestamp() for version in versions]
    ends = [*starts[1:], math.inf]
    return [
        Span(fact, start, end) for fact, start, end in zip(versions, starts, ends, strict=True) if start < end
    ]
