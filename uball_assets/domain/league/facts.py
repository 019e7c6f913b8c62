"""All that is known of the league's games, in all its versions: what features and models are made from.

Belongs here: the facts together, and what of them was known at a moment. Not here: where they come from
(`services.league`), what follows from them (`domain.form`).
"""

from __future__ import annotations

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


def _newest(
    versions: Iterable[_Fact], moment: datetime, key: Callable[[_Fact], Hashable]
) -> tuple[_Fact, ...]:
    found: dict[Hashable, _Fact] = {}
    for version in sorted(versions, key=lambda one: one.known_at):
        if version.known_at <= moment:
            found[key(version)] = version
    return tuple(found.values())
