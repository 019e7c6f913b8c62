"""All that is known of the league's games, in all its versions: what features and models are made from.

Belongs here: the facts together, and what of them was known at a moment. Not here: where they come from
(`services.league`), what follows from them (`domain.form`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.lines import PlayerLine, TeamLine
from uball_assets.domain.league.rosters import RosterMove


class _Known(Protocol):
    @property
    def known_at(self) -> datetime: ...


_Fact = TypeVar("_Fact", bound=_Known)
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True)
class LeagueFacts:
    """Versions in any order."""

    fixtures: tuple[Fixture, ...] = ()
    team_lines: tuple[TeamLine, ...] = ()
    player_lines: tuple[PlayerLine, ...] = ()
    roster_moves: tuple[RosterMove, ...] = ()

    def known_at(self, moment: datetime) -> LeagueFacts:
        """What was known by then: of each fact its newest version, and none that came later."""
        return LeagueFacts(
            _newest(self.fixtures, moment, lambda one: one.game_id),
            _newest(self.team_lines, moment, lambda one: (one.game_id, one.team_id)),
            _newest(self.player_lines, moment, lambda one: (one.game_id, one.player_id)),
            tuple(move for move in self.roster_moves if move.known_at <= moment),
        )


def by_key(versions: Iterable[_Fact], key: Callable[[_Fact], _Key]) -> dict[_Key, list[_Fact]]:
    """The versions of each fact, oldest first. Of two since the same moment their words decide, so that the
    order in which they were read does not matter."""
    found: dict[_Key, list[_Fact]] = defaultdict(list)
    for version in versions:
        found[key(version)].append(version)
    for several in found.values():
        if len(several) > 1:
            several.sort(key=lambda one: (one.known_at, repr(one)))
    return found


def _newest(
    versions: Iterable[_Fact], moment: datetime, key: Callable[[_Fact], Hashable]
) -> tuple[_Fact, ...]:
    known = (version for version in versions if version.known_at <= moment)
    return tuple(several[-1] for several in by_key(known, key).values())
