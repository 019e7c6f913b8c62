"""A player's season so far, from his lines: what he does a game, and how he shoots by kind.

Belongs here: adding up lines that are given. Not here: which are read (`services.league`), features as of a
moment (`domain.form`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.domain.league.lines import Counts
from uball_assets.domain.showing.season_so_far import total

A_GAME = ("points", "rebounds", "assists", "steals", "blocks", "turnovers", "fouls")
_KINDS = (
    ("free throws", "free_throws", 1),
    ("2-pointers", "twos", 2),
    ("3-pointers", "threes", 3),
    ("4-pointers", "fours", 4),
)


@dataclass(frozen=True)
class Shooting:
    kind: str
    made: int
    tried: int
    worth: int
    """Points of one that is made."""

    @property
    def share(self) -> float | None:
        return self.made / self.tried if self.tried else None

    @property
    def points_a_try(self) -> float | None:
        return None if self.share is None else self.worth * self.share


@dataclass(frozen=True)
class PlayerSeason:
    games: int
    a_game: dict[str, float]
    """By stat of `A_GAME`; empty without a game."""
    shooting: tuple[Shooting, ...]


def player_season(lines: Sequence[Counts]) -> PlayerSeason:
    """`lines`: of one season, one a game."""
    together = total(lines)
    return PlayerSeason(
        len(lines),
        {stat: getattr(together, stat) / len(lines) for stat in A_GAME} if lines else {},
        shooting(together),
    )


def shooting(counts: Counts) -> tuple[Shooting, ...]:
    """By kind of shot, the 4-pointer last."""
    return tuple(
        Shooting(
            kind,
            getattr(counts, f"{field}_made"),
            getattr(counts, f"{field}_made") + getattr(counts, f"{field}_missed"),
            worth,
        )
        for kind, field, worth in _KINDS
    )
