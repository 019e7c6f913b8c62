"""A source of the league's schedule and results: the port.

Belongs here: what is asked of a source, and what it answers. Not here: an implementation (`plays_db_source`,
`file_feed`, `http_feed`, `last_good`), what a row says (`domain.league.intake.reading`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from uball_assets.domain.league.intake.documents import Broken
from uball_assets.domain.league.intake.reading import RawRow
from uball_assets.domain.league.intake.sheets import Player


@dataclass(frozen=True)
class Wanted:
    """What is missing; a source that cannot tell rows apart may answer with more."""

    since: date | None = None
    until: date | None = None
    """Days of the games, both included; None: no bound."""
    game_ids: frozenset[str] | None = None
    """Beside the days; None: every game of them."""
    seen: Mapping[str, str] = field(default_factory=dict)
    """Documents that were taken whole, by name, with the version that they had: they tell nothing new."""

    @property
    def is_everything(self) -> bool:
        return self.since is None and self.until is None and self.game_ids is None

    def has_day(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


EVERYTHING = Wanted()


@dataclass(frozen=True)
class RosterSheet:
    """Who stood on a team's list for a game, as the plays database has it."""

    game_id: str
    team_id: str
    players: Mapping[str, Player]
    """By id."""


@dataclass(frozen=True)
class Fetched:
    rows: tuple[RawRow, ...] = ()
    broken: tuple[Broken, ...] = ()
    """Documents that gave less than they hold."""
    sheets: tuple[RosterSheet, ...] = ()
    seen: Mapping[str, str] = field(default_factory=dict)
    """Of a source whose documents have versions: every one that is there."""
    notices: tuple[str, ...] = ()
    """What a person should know of how it was read."""

    @classmethod
    def together(cls, parts: Iterable[Fetched]) -> Fetched:
        found = list(parts)
        return cls(
            tuple(row for part in found for row in part.rows),
            tuple(one for part in found for one in part.broken),
            tuple(sheet for part in found for sheet in part.sheets),
            {name: version for part in found for name, version in part.seen.items()},
            tuple(dict.fromkeys(notice for part in found for notice in part.notices)),
        )


class ResultsSource(Protocol):
    @property
    def name(self) -> str:
        """In lineage, and for people: `plays`, or a feed's."""
        ...

    def fetch(self, wanted: Wanted) -> Fetched:
        """Raises Permanent (refused, nothing there) or Transient (no answer) where nothing at all came."""
        ...
