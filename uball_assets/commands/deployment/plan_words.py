"""A plan in words: the figures with their ranges, then what they rest on.

Belongs here: tables and sentences. Not here: the figures (`domain.planning.plan`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from uball_assets.commands.answers import facts, table

if TYPE_CHECKING:
    from uball_assets.domain.planning.knee import Knee
    from uball_assets.domain.planning.money import Item
    from uball_assets.domain.planning.plan import Plan, RegionPlan
    from uball_assets.domain.planning.ranges import Range
    from uball_assets.domain.planning.room import Border, Room

_CASES = ("good", "likely", "bad")
_HEAD = (
    "Figures: as is likely (if all that is assumed is at its easier end, to its harder end). Not everything "
    "goes well or ill at once."
)


def plan_text(plan: Plan) -> str:
    parts = [_HEAD, *(_region(plan, region) for region in plan.regions), _money(plan)]
    if plan.borders:
        parts.append("What crosses a border in a week:\n" + table([_border(one) for one in plan.borders]))
    if plan.notes:
        parts.append("\n".join(f"! {note}" for note in plan.notes))
    parts += [plan.record_said + _held_against(plan), table(_assumptions(plan))]
    return "\n\n".join(parts)


def comparison(plans: Sequence[Plan]) -> str:
    """Leagues side by side, a row each."""
    return "\n\n".join([_HEAD, table([_row(plan) for plan in plans]), plans[0].record_said])


def _row(plan: Plan) -> dict[str, str]:
    (region,), room = plan.regions, _rooms(plan, plan.regions[0])
    return {
        "courts": f"{region.courts:,}",
        "games a week": f"{region.games_a_week:,}",
        f"machines of {region.cores} cores for the goal": _count(region.for_goal),
        "before the knee": _count(region.before_knee),
        "core hours a week": ranged(region.core_hours_a_week, _short),
        "whistle to annotations, half": ranged(region.p50_h, _hours),
        "95 %": ranged(region.p95_h, _hours),
        "knee, games a week": _knee_text(region),
        "videos TB a year": ranged(room("videos_gb_a_year"), _thousands),
        "month 12, but for machines": _total(_without_machines(plan.last_month)),
    }


def _region(plan: Plan, region: RegionPlan) -> str:
    room = _rooms(plan, region)
    where = f"{region.name}: " if region.name else ""
    many = f"{region.courts:,} court{'s' * (region.courts != 1)}"
    title = f"{where}{many}, {region.games_a_week:,} games a week"
    how = "as told" if region.is_told else "the fewest that do, as is likely"

    def of(name: str, text: Callable[[float], str] = _short) -> str:
        return ranged(room(name), text)

    size = f"{region.machines:,} of {region.cores} cores, {region.places} runs at once on each ({how})"
    late = f"95 % within {ranged(region.p95_h, _hours)}, 99 % {ranged(region.p99_h, _hours)}"
    busy = ranged(region.demand_share, _percent)
    cores = f"{ranged(region.core_hours_a_week, _short)} core hours a week, {busy} of what these have"
    videos = f"{of('videos_gb_a_week')} GB a week, {of('videos_gb_a_year', _thousands)} TB a year"
    tables = f"{of('dagster_gb_a_year')} GB and {of('runs_a_year')} runs a year"
    court = f"{of('court_mbit')} Mbit/s up, for films to go up while the next game is played"
    rows = [
        ("machines", size),
        ("for the goal", f"{_count(region.for_goal)} for 95 % within {plan.goal_h:g} h (UBALL_GOAL_LAG_H)"),
        ("before the knee", f"{_count(region.before_knee)} for at most twice a game's time alone"),
        ("whistle to", f"half within {ranged(region.p50_h, _hours)}"),
        ("annotations", late),
        ("", f"alone 95 % within {ranged(region.alone_p95_h, _hours)}"),
        *((f"  {part}, 95 %", ranged(value, _hours)) for part, value in region.parts_p95_h.items()),
        ("knee", _knee(region)),
        ("cores", cores),
        ("places for runs", f"held {ranged(region.places_held_share, _percent)} of the time"),
        ("memory", f"{of('memory_gb_a_machine')} GB a machine"),
        ("videos", videos),
        ("clips", f"{of('clips_gb_a_year')} GB a year"),
        ("Dagster's tables", tables),
        ("a court's line", court),
        ("a machine's line", f"{of('machine_mbit')} Mbit/s, every core looking at a film"),
    ]
    return title + "\n" + facts(rows)


def _knee(region: RegionPlan) -> str:
    likely = region.knees["likely"]
    because = f": {likely.because}" if likely else ": past it with any number of games"
    return f"{_knee_text(region)} games a week on these machines{because}"


def _knee_text(region: RegionPlan) -> str:
    def of(knee: Knee | None) -> str:
        if knee is None:
            return "none"
        return f"{knee.games_a_week:,}" if knee.is_reached else f"over {knee.games_a_week:,}"

    return f"{of(region.knees['likely'])} ({of(region.knees['bad'])} to {of(region.knees['good'])})"


def _money(plan: Plan) -> str:
    months = {"first month": plan.first_month, "twelfth month": plan.last_month}
    names = list(dict.fromkeys(item.what for of in months.values() for case in _CASES for item in of[case]))
    rows = []
    for what in names:
        row: dict[str, Any] = {"a month, USD": what}
        for name, of in months.items():
            row[name] = _spread([_item(of[case], what) for case in _CASES])
        row["of what, likely in the twelfth"] = _amount(plan.last_month["likely"], what)
        rows.append(row)
    total: dict[str, Any] = {"a month, USD": "in all, as far as prices are known"}
    total.update({name: _total(of) for name, of in months.items()})
    return table([*rows, {**total, "of what, likely in the twelfth": ""}])


def _item(items: Sequence[Item], what: str) -> float | None:
    """0 where it costs nothing; None where nobody knows its price."""
    found = next((item for item in items if item.what == what), None)
    return found.usd if found else 0.0


def _amount(items: Sequence[Item], what: str) -> str:
    found = next((item for item in items if item.what == what), None)
    return f"{_short(found.amount)} {found.unit}" if found else ""


def _total(months: Mapping[str, Sequence[Item]]) -> str:
    """Of what has a price."""
    return _spread([sum(item.usd or 0.0 for item in months[case]) for case in _CASES])


def _spread(usd: Sequence[float | None]) -> str:
    known = [one for one in usd if one is not None]
    if len(known) < len(usd):
        return "price unknown"
    low, likely, high = min(known), known[1], max(known)
    return _dollars(likely) + ("" if low == high else f" ({_dollars(low)} to {_dollars(high)})")


def _without_machines(months: Mapping[str, Sequence[Item]]) -> dict[str, list[Item]]:
    """An hour of theirs has no price but one that somebody tells."""
    return {case: [item for item in items if item.what != "compute"] for case, items in months.items()}


def _border(border: Mapping[str, Border]) -> dict[str, str]:
    likely = border["likely"]

    def of(name: str) -> str:
        return _spread([getattr(border[case], name) for case in _CASES])

    return {
        "from": likely.region,
        "to": likely.to,
        "clips, cut beside the videos": f"{_short(likely.clips_gb)} GB",
        "at most, USD": of("clips_usd"),
        "films, were they cut there": f"{_short(likely.films_gb)} GB",
        "at most, USD ": of("films_usd"),
    }


def _assumptions(plan: Plan) -> list[dict[str, str]]:
    return [
        {
            "what is assumed": one.what,
            "value": ranged(one.value, _short) + f" {one.unit}",
            "by": str(one.basis),
            "source": one.source,
        }
        for one in plan.assumptions
        if one.value.high > 0
    ]


def _held_against(plan: Plan) -> str:
    held = plan.held_against
    if held is None:
        return ""
    return (
        f"\nHeld against it: a game's run with its plays takes {held.planned_s:.1f} s by the plan, alone on "
        f"this machine; half of {held.games} took no more than {held.took_s:.1f} s."
    )


def _rooms(plan: Plan, region: RegionPlan) -> Callable[[str], Range]:
    from uball_assets.domain.planning.ranges import of_cases

    rooms: Mapping[str, Room] = plan.rooms[region.name]
    return lambda name: of_cases(lambda case: float(getattr(rooms[str(case)], name)))


def ranged(value: Range, text: Callable[[float], str]) -> str:
    """`0.9 h (0.7 h to 1.9 h)`."""
    low, likely, high = text(value.low), text(value.likely), text(value.high)
    return likely if low == likely == high else f"{likely} ({low} to {high})"


def _count(machines: Mapping[str, int | None]) -> str:
    """`3 (2 to 5)`; `none` where no number of them does."""
    low, likely, high = (f"{count:,}" if (count := machines[case]) else "none" for case in _CASES)
    return likely if low == likely == high else f"{likely} ({low} to {high})"


def _hours(hours: float) -> str:
    if hours < 1 / 60:
        return f"{hours * 3600:.0f} s"
    return f"{hours * 60:.0f} min" if hours < 1 else f"{hours:.1f} h"


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else f"{share:.2%}"


def _short(value: float) -> str:
    if value >= 100 or value == 0:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _thousands(value: float) -> str:
    return _short(value / 1000)


def _dollars(usd: float) -> str:
    return f"${usd:,.0f}" if usd >= 100 else f"${usd:,.2f}"
