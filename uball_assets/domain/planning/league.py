"""What a plan is asked for: courts and games, where they are played, and what they are to be worked on with.

Belongs here: the question, and refusing one that cannot be. Not here: what things take (`assumptions`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from uball_assets.domain.clipping.clips import Mode
from uball_assets.domain.errors import Permanent
from uball_assets.domain.planning.opening import Stretch


@dataclass(frozen=True)
class Film:
    """A game's films, as long as each other."""

    hours: float
    cameras: int = 4
    megapixels_a_second: float = 1920 * 1080 * 30 / 1e6
    plays: float | None = None
    """A game's, where they are told; None: as many as are assumed."""


@dataclass(frozen=True)
class Machines:
    """Of one region."""

    cores: int
    count: int | None = None
    """None: the fewest that do."""
    runs_at_once: int | None = None
    """On each; None: as many as it has cores, and two at least, as dagster.yaml has them."""
    line_mbit: float = 1000.0
    """Of each, to the bucket."""

    @property
    def places(self) -> int:
        return self.runs_at_once or max(2, self.cores)


@dataclass(frozen=True)
class Region:
    """Courts whose videos lie in one place, with machines beside them."""

    name: str
    courts: int
    games_a_week: int
    court_line_mbit: float
    """Up, of each court."""
    machines: Machines


@dataclass(frozen=True)
class Ways:
    """As the settings have them: how things are done that cost more or less."""

    clip_mode: Mode
    trainer: Literal["local", "vertex"]
    annotate_by: Literal["online", "batch"]
    base_model: str
    media_resolution: str
    train_on: str
    replay_per_new: float
    epochs: int
    evaluation_plays: int
    trainings_a_week: int
    games_a_training: int
    sensor_interval_s: float
    is_copied: bool
    """From where videos arrive to where they are kept (UBALL_SOURCE_URL)."""

    @property
    def is_batch(self) -> bool:
        return self.trainer == "vertex" and self.annotate_by == "batch"


@dataclass(frozen=True)
class League:
    regions: tuple[Region, ...]
    film: Film
    opening: Sequence[Stretch]
    ways: Ways
    goal_h: float
    """From a game's end to its annotations: nineteen of twenty take less."""
    seed: int = 7

    @property
    def courts(self) -> int:
        return sum(region.courts for region in self.regions)

    @property
    def games_a_week(self) -> int:
        return sum(region.games_a_week for region in self.regions)


def assert_possible(league: League) -> None:
    """Permanent for a league without courts, and for more games than its courts have hours for."""
    if not league.regions:
        raise Permanent("a league has one court at least: --courts 1")
    names = [region.name for region in league.regions]
    if len(set(names)) < len(names):
        raise Permanent(f"a region is named twice: {', '.join(names)}")
    slots = sum(len(stretch.tip_offs_h(league.film.hours)) for stretch in league.opening)
    for region in league.regions:
        where = f" in {region.name}" if region.name else ""
        if region.courts < 1 or region.games_a_week < 1:
            raise Permanent(f"there must be a court and a game a week at least{where}")
        if region.games_a_week > slots * region.courts:
            raise Permanent(
                f"{region.games_a_week:,} games a week of {league.film.hours:g} h do not fit{where}: "
                f"{region.courts:,} court{'s' * (region.courts != 1)} with {slots} game"
                f"{'s' * (slots != 1)} a week each, in the hours of --open, "
                f"hold {slots * region.courts:,}"
            )
