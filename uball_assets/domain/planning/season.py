"""Weeks of a region, game by game: whistle, upload, discovery, queue, run; and what comes of each.

Games lie at random in the hours in which the courts are open, each court's films go up its own line in turn,
and runs are worked through as they come. The same seed gives the same games, so that two plans differ by what
was planned otherwise, not by chance.

Belongs here: when things happen. Not here: the queue (`fleet`), what a game takes (`work`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from uball_assets.domain.planning.assumptions import Costs
from uball_assets.domain.planning.fleet import Fleet, Run, Worked, alone_s, work_through
from uball_assets.domain.planning.league import League, Machines, Region
from uball_assets.domain.planning.work import MBIT_OF_GB, Game, fed_cores, picked_up_s
from uball_assets.domain.run_figures import quantile

_WEEK_S, _DAY_S, _HOUR_S = 7 * 86_400.0, 86_400.0, 3600.0
_MOST_GAMES = 1500
_FEWEST_WEEKS, _MOST_WEEKS = 2, 26
_STARTED_A_LOOK = 25
"""Runs that discovery starts in one look (docs/growth.md)."""
_LONGEST_BATCH_S = 96 * _HOUR_S
"""72 h in the queue, 24 h of work: the service ends it then."""


@dataclass(frozen=True)
class Way:
    """A game's, seconds of one clock."""

    whistle_s: float
    uploaded_s: float
    asked_s: float
    alone_s: float
    """What its run takes on a machine of its own."""
    started_s: float = 0.0
    annotated_s: float = 0.0

    @property
    def lag_h(self) -> float:
        return (self.annotated_s - self.whistle_s) / _HOUR_S

    @property
    def lag_alone_h(self) -> float:
        """Had no other game been in its way."""
        return (self.asked_s + self.alone_s - self.whistle_s) / _HOUR_S


@dataclass(frozen=True)
class Lags:
    """Hours of a hundred games."""

    p50_h: float
    p95_h: float
    p99_h: float


@dataclass(frozen=True)
class Season:
    ways: Sequence[Way]
    """Without those of the first week, in which nothing stands in the way yet."""
    weeks: int
    cores_busy_share: float
    """Of all cores' time, from the first whistle to the last."""
    places_held_share: float
    """The same of the places for runs."""
    core_hours_a_week: float
    demand_share: float
    """Work that comes in a week, of what a week's cores can do; over 1 the queue grows without end."""

    @property
    def lags(self) -> Lags:
        return lags_of([way.lag_h for way in self.ways])

    @property
    def alone(self) -> Lags:
        return lags_of([way.lag_alone_h for way in self.ways])

    def p95_h_of(self, part: str) -> float:
        """`upload`, `discovery`, `queue`, `run`: where the time goes."""
        parts: Mapping[str, Callable[[Way], float]] = {
            "upload": lambda way: way.uploaded_s - way.whistle_s,
            "discovery": lambda way: way.asked_s - way.uploaded_s,
            "queue": lambda way: way.started_s - way.asked_s,
            "run": lambda way: way.annotated_s - way.started_s,
        }
        return quantile(sorted(parts[part](way) / _HOUR_S for way in self.ways), 0.95)


def lags_of(hours: Sequence[float]) -> Lags:
    ordered = sorted(hours)
    return Lags(*(quantile(ordered, share) for share in (0.50, 0.95, 0.99)))


@dataclass(frozen=True)
class Coming:
    """What comes in, whatever it is worked on with."""

    region: Region
    weeks: int
    ways: Sequence[Way]
    """Of the games, in the order in which they are asked for."""
    runs: Sequence[Run]
    """The games' first, in that order, then those with plays, and trainings."""
    fed_cores: float

    @property
    def core_s_a_week(self) -> float:
        return sum(phase.cpu_s for run in self.runs for phase in run.phases) / self.weeks

    @property
    def alone(self) -> Lags:
        """Had each game machines of its own."""
        return lags_of([way.lag_alone_h for way in _measured(self.ways)])


def coming(league: League, region: Region, costs: Costs) -> Coming:
    """As many weeks as it takes for percentiles, the first one beside them."""
    weeks = max(_FEWEST_WEEKS, min(_MOST_WEEKS, math.ceil(_MOST_GAMES / region.games_a_week) + 1))
    chance = Random(league.seed)  # noqa: S311  # a plan, not a secret
    games = list(_games(league, region, costs, weeks, chance))
    later = _later(league, costs, games, region.machines, chance)
    return Coming(
        region,
        weeks,
        [way for way, _ in games],
        [*(run for _, run in games), *later],
        fed_cores(region.machines, costs, league.film),
    )


def play(come: Coming, machine_count: int) -> Season:
    fleet = Fleet(machine_count, come.fed_cores, come.region.machines.places)
    worked = work_through(come.runs, fleet)
    span_s = max(worked.ends_s) - min(way.whistle_s for way in come.ways)
    cores, places = fleet.machines * fleet.cores, fleet.machines * fleet.places
    return Season(
        ways=_measured(_done(come.ways, worked)),
        weeks=come.weeks,
        cores_busy_share=worked.busy_core_s / (cores * span_s),
        places_held_share=worked.held_place_s / (places * span_s),
        core_hours_a_week=come.core_s_a_week / _HOUR_S,
        demand_share=come.core_s_a_week / (cores * _WEEK_S),
    )


def _measured(ways: Sequence[Way]) -> list[Way]:
    return [way for way in ways if way.whistle_s >= _WEEK_S]


def _games(
    league: League, region: Region, costs: Costs, weeks: int, chance: Random
) -> Iterator[tuple[Way, Run]]:
    """In the order in which they were asked for."""
    ups: list[tuple[float, float, Game]] = []
    free_s = [0.0] * region.courts
    for court, tip_off_s in _tip_offs(league, region, weeks, chance):
        hours = league.film.hours * chance.uniform(0.9, 1.1)
        plays = (league.film.plays or hours * costs.plays_an_hour) * chance.uniform(0.85, 1.15)
        game = Game(costs, replace(league.film, hours=hours, plays=plays), league.ways)
        whistle_s = tip_off_s + hours * _HOUR_S
        free_s[court] = max(free_s[court], whistle_s) + game.film_gb * MBIT_OF_GB / region.court_line_mbit
        ups.append((free_s[court], whistle_s, game))
    asked: list[float] = []
    interval_s = league.ways.sensor_interval_s
    for uploaded_s, whistle_s, game in sorted(ups, key=lambda up: up[0]):
        asked_s = uploaded_s + picked_up_s(interval_s, chance.uniform(1, 2))
        if len(asked) >= _STARTED_A_LOOK:
            asked_s = max(asked_s, asked[-_STARTED_A_LOOK] + interval_s)
        asked.append(asked_s)
        phases = game.first_run(region.machines, _batch_wait_s(league, costs, chance))
        way = Way(
            whistle_s, uploaded_s, asked_s, alone_s(phases, fed_cores(region.machines, costs, game.film))
        )
        yield way, Run(asked_s, phases)


def _tip_offs(league: League, region: Region, weeks: int, chance: Random) -> list[tuple[int, float]]:
    """Court and moment, in the order of time."""
    tip_offs_h = [at_h for stretch in league.opening for at_h in stretch.tip_offs_h(league.film.hours)]
    found = []
    for week in range(weeks):
        for slot in chance.sample(range(region.courts * len(tip_offs_h)), region.games_a_week):
            court, number = divmod(slot, len(tip_offs_h))
            found.append((court, week * _WEEK_S + tip_offs_h[number] * _HOUR_S))
    return sorted(found, key=lambda one: one[1])


def _later(
    league: League,
    costs: Costs,
    games: Sequence[tuple[Way, Run]],
    machines: Machines,
    chance: Random,
) -> Iterator[Run]:
    """Games once more, with the plays that people wrote down; and a training whenever enough have come."""
    game = Game(costs, league.film, league.ways)
    moments = sorted(
        way.whistle_s + costs.people_days * chance.uniform(0.5, 1.5) * _DAY_S
        for way, _ in games
        if chance.random() < costs.with_plays_share
    )
    trained_s = -_WEEK_S
    waiting = 0
    for asked_s in moments:
        yield Run(asked_s, game.second_run(machines, _batch_wait_s(league, costs, chance)))
        waiting += 1
        may_train = asked_s - trained_s >= _WEEK_S / league.ways.trainings_a_week
        if waiting >= league.ways.games_a_training and may_train:
            yield Run(asked_s, game.training_run(waiting, machines))
            trained_s, waiting = asked_s, 0


def _batch_wait_s(league: League, costs: Costs, chance: Random) -> float:
    if not league.ways.is_batch:
        return 0.0
    return min(_LONGEST_BATCH_S, chance.expovariate(1 / (costs.batch_wait_h * _HOUR_S)))


def _done(ways: Sequence[Way], worked: Worked) -> list[Way]:
    """The runs of the games are the first that were worked through."""
    pairs = zip(ways, worked.starts_s, worked.ends_s, strict=False)
    return [replace(way, started_s=start, annotated_s=end) for way, start, end in pairs]
