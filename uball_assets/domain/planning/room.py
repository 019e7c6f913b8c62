"""Disk, memory, lines and borders: what has to be there for the bytes, and what they cost to move.

Belongs here: bytes. Not here: time (`season`), what keeping them costs (`money`).
"""

from __future__ import annotations

from dataclasses import dataclass

from uball_assets.domain.planning.assumptions import Costs
from uball_assets.domain.planning.league import League, Region
from uball_assets.domain.planning.money import times
from uball_assets.domain.planning.work import MBIT_OF_GB, Game, core_mbit
from uball_assets.domain.spending.service_prices import ServicePrice, find_service_price

_WEEKS_A_YEAR, _KB_OF_GB = 365 / 7, 1e6


@dataclass(frozen=True)
class Room:
    """GB of 10**9 bytes, Mbit/s."""

    videos_gb_a_week: float
    videos_gb_a_year: float
    clips_gb_a_year: float
    runs_a_year: float
    dagster_gb_a_year: float
    memory_gb_a_machine: float
    """With all its places taken."""
    court_mbit: float
    """Up, for a game's films to be there before the next game on the court has ended."""
    machine_mbit: float
    """Down, with every core of a machine looking through a film."""


def room(league: League, region: Region, costs: Costs) -> Room:
    game, weekly = Game(costs, league.film, league.ways), region.games_a_week
    trainings = min(
        league.ways.trainings_a_week, weekly * costs.with_plays_share / league.ways.games_a_training
    )
    runs = (weekly * (1 + costs.with_plays_share) + trainings) * _WEEKS_A_YEAR
    look_s = game.core_seconds["look"] / (game.looked_at * league.film.hours)
    return Room(
        videos_gb_a_week=weekly * game.film_gb,
        videos_gb_a_year=weekly * game.film_gb * _WEEKS_A_YEAR,
        clips_gb_a_year=weekly * game.stored_gb * _WEEKS_A_YEAR,
        runs_a_year=runs,
        dagster_gb_a_year=runs * costs.run_kb / _KB_OF_GB,
        memory_gb_a_machine=region.machines.places * costs.memory_gb,
        court_mbit=game.film_gb * MBIT_OF_GB / (league.film.hours * 3600),
        machine_mbit=region.machines.cores * core_mbit(costs.film_gb_an_hour, look_s),
    )


@dataclass(frozen=True)
class Border:
    """What a region's games send over its border in a week, to where models are taught and asked."""

    region: str
    to: str
    clips_gb: float
    """Where clips are cut beside the videos: they alone cross."""
    films_gb: float
    """Were they cut there instead: the films that are looked through, and each clip's bytes."""
    clips_usd: float | None
    films_usd: float | None
    """Both at the price of sending to the internet, the most that a border costs; None where nobody knows
    it."""


def border(
    league: League, region: Region, costs: Costs, home: str, service: str, prices: tuple[ServicePrice, ...]
) -> Border | None:
    """None for the region that models are taught in, and where there is but one place."""
    if not region.name or not home or region.name == home:
        return None
    game, weekly = Game(costs, league.film, league.ways), region.games_a_week
    learned = costs.with_plays_share * game.learned_clips * costs.clip_mb / 1000
    asked_elsewhere = league.ways.trainer == "vertex"
    clips_gb = weekly * (game.stored_gb if asked_elsewhere else learned)
    films_gb = weekly * game.read_gb
    price = find_service_price(service, "egress", prices) if service else None
    return Border(
        region.name,
        home,
        clips_gb,
        films_gb,
        times(price, clips_gb),
        times(price, films_gb),
    )
