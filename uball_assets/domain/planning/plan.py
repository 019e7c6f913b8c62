"""The plan: what a league takes, when its games are annotated, and how many more would be too many.

Every figure is told for three cases: all that is assumed at its easier end, as it is likely, and at its
harder end. So the ends lie further apart than they will in fact: not everything goes ill at once.

Belongs here: putting the parts together, and what a person should know of them. Not here: the parts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from uball_assets.domain.planning.assumptions import Assumption, Assumptions, Costs, costs_at
from uball_assets.domain.planning.calibrating import HeldAgainst, Record, calibrate, held_against
from uball_assets.domain.planning.knee import Knee, fewest_machines, knee_of
from uball_assets.domain.planning.league import League, Region, assert_possible
from uball_assets.domain.planning.money import HOURS_A_MONTH, Item, Prices, game_usd, month, paid_usd
from uball_assets.domain.planning.ranges import Case, Range, of_cases
from uball_assets.domain.planning.room import Border, Room, border, room
from uball_assets.domain.planning.season import Season, coming, play
from uball_assets.domain.spending.cost import Ceilings, money

PARTS = ("upload", "discovery", "queue", "run")
_LAST_MONTH = 12
_GAMES_MEASURED = 10_000
"""In one league, and not more (docs/growth.md)."""
_RUNS_IN_SQLITE = 5_000
_HELD = 0.5
"""Of the places for runs: from there on they are spoken of."""


@dataclass(frozen=True)
class RegionPlan:
    name: str
    courts: int
    games_a_week: int
    machines: int
    """That the figures are of."""
    is_told: bool
    """Somebody said how many; else they are the fewest that do, in the likely case."""
    cores: int
    places: int
    for_goal: Mapping[str, int | None]
    """By case, machines that keep the goal; None where no number of them does."""
    before_knee: Mapping[str, int | None]
    """Those on which a game takes at most twice as long as alone."""
    p50_h: Range
    p95_h: Range
    p99_h: Range
    """From whistle to annotations."""
    alone_p95_h: Range
    parts_p95_h: Mapping[str, Range]
    core_hours_a_week: Range
    demand_share: Range
    """Of what a week's cores can do."""
    places_held_share: Range
    knees: Mapping[str, Knee | None]
    """By case: the most games a week, on these machines."""


@dataclass(frozen=True)
class Plan:
    regions: tuple[RegionPlan, ...]
    rooms: Mapping[str, Mapping[str, Room]]
    """By region and case."""
    first_month: Mapping[str, Sequence[Item]]
    """By case."""
    last_month: Mapping[str, Sequence[Item]]
    """The twelfth."""
    borders: Sequence[Mapping[str, Border]]
    """By case, one for each region that has one."""
    goal_h: float
    seed: int
    notes: tuple[str, ...]
    record_said: str
    held_against: HeldAgainst | None
    """None where the record tells nothing of such games."""
    assumptions: tuple[Assumption, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def plan_league(
    league: League,
    known: Assumptions,
    record: Record,
    prices: Prices,
    ceilings: Ceilings,
    home: str = "",
) -> Plan:
    """`known`: what is believed or told, where the record tells nothing. `home`: the region in which models
    are taught and asked; '' where that is no place apart.

    Permanent for a league that cannot be (`league.assert_possible`).
    """
    assert_possible(league)
    calibrated = calibrate(known, record, league.film)
    costs = {case: costs_at(calibrated.assumptions, case) for case in Case}
    regions = tuple(_region(league, region, costs) for region in league.regions)
    hours = sum(region.machines for region in regions) * HOURS_A_MONTH

    def months(number: int) -> dict[str, list[Item]]:
        return {str(case): month(league, costs[case], prices, hours, number) for case in Case}

    def border_of(region: Region) -> dict[str, Border]:
        found = {
            str(case): border(league, region, costs[case], home, prices.training, tuple(prices.services))
            for case in Case
        }
        return {case: one for case, one in found.items() if one}

    first, last = months(1), months(_LAST_MONTH)
    return Plan(
        regions=regions,
        rooms={
            region.name: {str(case): room(league, region, costs[case]) for case in Case}
            for region in league.regions
        },
        first_month=first,
        last_month=last,
        borders=[found for region in league.regions if (found := border_of(region))],
        goal_h=league.goal_h,
        seed=league.seed,
        notes=tuple(_notes(league, regions, costs[Case.LIKELY], prices, ceilings, last[str(Case.LIKELY)])),
        record_said=calibrated.said,
        held_against=held_against(calibrated, record, league.ways),
        assumptions=tuple(calibrated.assumptions.values()),
    )


def _region(league: League, region: Region, costs: Mapping[Case, Costs]) -> RegionPlan:
    come = {case: coming(league, region, costs[case]) for case in Case}
    for_goal = {case: fewest_machines(league, come[case], goal_alone=True) for case in Case}
    before_knee = {
        case: fewest_machines(league, come[case], least) if (least := for_goal[case]) else None
        for case in Case
    }
    needed = max(1, math.ceil(come[Case.LIKELY].core_s_a_week / (7 * 86_400 * come[Case.LIKELY].fed_cores)))
    count = region.machines.count or before_knee[Case.LIKELY] or for_goal[Case.LIKELY] or needed
    seasons = {case: play(come[case], count) for case in Case}

    def told(of: str) -> Range:
        return of_cases(lambda case: float(getattr(seasons[case], of)))

    def lags(of: str, which: str = "lags") -> Range:
        return of_cases(lambda case: getattr(getattr(seasons[case], which), of))

    return RegionPlan(
        name=region.name,
        courts=region.courts,
        games_a_week=region.games_a_week,
        machines=count,
        is_told=region.machines.count is not None,
        cores=region.machines.cores,
        places=region.machines.places,
        for_goal={str(case): count for case, count in for_goal.items()},
        before_knee={str(case): count for case, count in before_knee.items()},
        p50_h=lags("p50_h"),
        p95_h=lags("p95_h"),
        p99_h=lags("p99_h"),
        alone_p95_h=lags("p95_h", "alone"),
        parts_p95_h={part: _part(seasons, part) for part in PARTS},
        core_hours_a_week=told("core_hours_a_week"),
        demand_share=told("demand_share"),
        places_held_share=told("places_held_share"),
        knees={str(case): knee_of(league, region, costs[case], count) for case in Case},
    )


def _part(seasons: Mapping[Case, Season], part: str) -> Range:
    return of_cases(lambda case: seasons[case].p95_h_of(part))


def _notes(
    league: League,
    regions: Sequence[RegionPlan],
    costs: Costs,
    prices: Prices,
    ceilings: Ceilings,
    last: Sequence[Item],
) -> list[str]:
    """What a person should know, the likely case."""
    notes = []
    for region in regions:
        where = f"In {region.name}: " if region.name else ""
        if None in region.for_goal.values():
            notes.append(
                f"{where}no number of machines keeps the goal of {league.goal_h:g} h in every case: alone, "
                f"nineteen of twenty games take {region.alone_p95_h.likely:.1f} h, "
                f"{region.alone_p95_h.high:.1f} h if all goes ill; to upload, "
                f"{region.parts_p95_h['upload'].likely:.1f} h, {region.parts_p95_h['upload'].high:.1f} h"
            )
        if region.demand_share.high >= 1:
            notes.append(
                f"{where}if all goes ill, {region.demand_share.high:.1f} times as much work comes in as "
                "these cores can do: the queue grows without end"
            )
        if region.places_held_share.likely > max(_HELD, 2 * region.demand_share.likely):
            notes.append(
                f"{where}runs that wait for the service hold {region.places_held_share.likely:.0%} of the "
                "places: raise max_concurrent_runs (dagster.yaml) before machines are added"
            )
    year = league.games_a_week * 52
    if year > _GAMES_MEASURED:
        weeks = _GAMES_MEASURED / league.games_a_week
        notes.append(
            f"one league was measured up to {_GAMES_MEASURED:,} games (docs/growth.md), and this one has as "
            f"many after {weeks:.0f} weeks: divide it (UBALL_LEAGUE) into "
            f"{math.ceil(year / _GAMES_MEASURED)} for a year"
        )
    runs = year * (1 + costs.with_plays_share)
    if runs > _RUNS_IN_SQLITE:
        notes.append(f"some {runs:,.0f} runs a year: Dagster's tables belong in Postgres, UBALL_INSTANCE_URL")
    if sum(region.machines for region in regions) > 1:
        notes.append(
            "more than one machine: deploy/ray, or deploy/kubernetes where there is one, with Postgres "
            "and a bucket"
        )
    notes += _money_notes(league, costs, prices, ceilings, last)
    return notes


def _money_notes(
    league: League, costs: Costs, prices: Prices, ceilings: Ceilings, last: Sequence[Item]
) -> list[str]:
    notes, paid = [], paid_usd(last)
    if paid > ceilings.month_usd:
        notes.append(
            f"paid jobs come to {money(paid)} in the twelfth month, and UBALL_CEILING_MONTH_USD="
            f"{ceilings.month_usd:g} ends them after {30 * ceilings.month_usd / paid:.0f} days of each"
        )
    game = game_usd(league, costs, prices)
    if game is not None and game > ceilings.job_usd:
        notes.append(
            f"a game's questions cost {money(game)}, over UBALL_CEILING_JOB_USD={ceilings.job_usd:g}"
        )
    unpriced = sorted({item.what for item in last if item.usd is None})
    if unpriced:
        notes.append(
            f"nobody told a price of {', '.join(unpriced)}: UBALL_PRICES (`uball costs` has its form)"
        )
    return notes
