"""Usage: what was kept, sent and computed, and the bills of models, as charges by day, game and batch.

Belongs here: from entries of the record, and from runs, to charges, and their sums. Not here: prices
(`service_prices`), what a ceiling counts (`spending`).

    usage     {what: egress, service, game_id, batch, day, bytes}    once for each copy
    storage   {folder, game_id, service, bytes}                      newest of a folder: what is there now

Storage is charged for each day from the one it was recorded on, as Standard: what a lifecycle moved to a
colder class costs less. A day is one of UTC.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from uball_assets.domain.spending.service_prices import (
    DAYS_A_MONTH,
    GB_BYTES,
    UNITS,
    ServicePrice,
    find_service_price,
)
from uball_assets.domain.spending.spending import amount_usd, standing

Entry = Mapping[str, Any]
USAGE, STORAGE = "usage", "storage"
_GAME = re.compile(r"game (\S+?)(?:, asked again)? by ")


@dataclass(frozen=True)
class RunTime:
    """A run that has ended, of one game or of a training."""

    game_id: str
    """'' for a training."""
    batch: str
    """The backfill that it was part of; ''."""
    begun_s: float
    ended_s: float
    """Both in Unix seconds."""


@dataclass(frozen=True)
class Charge:
    day: str
    """`2026-11-28`."""
    what: str
    """`storage`, `egress`, `compute`, or the kind of a paid job: `training`, `answers`."""
    usd: float | None
    """None where nobody knows the price."""
    game_id: str = ""
    batch: str = ""
    amount: float = 0.0
    """Of the unit: GB and months, GB, hours; 0 for paid jobs."""
    service: str = ""
    """Whose price it is; '' for paid jobs."""


@dataclass(frozen=True)
class Total:
    name: str
    usd: float
    """Of what has a price."""
    by_what: dict[str, float]


def job_charges(costs: Iterable[Entry], runs: Sequence[RunTime]) -> Iterator[Charge]:
    """Bills of paid jobs, and estimates of those that have none yet. Raises Permanent for a damaged entry."""
    for entry in standing(costs):
        found = _GAME.match(entry["subject"])
        game_id = found[1] if found else ""
        day, batch = _day(entry), _batch_at(entry, game_id, runs)
        yield Charge(day, entry["what"], amount_usd(entry), game_id, batch)


def egress_charges(usage: Iterable[Entry], prices: Sequence[ServicePrice]) -> Iterator[Charge]:
    for entry in usage:
        if entry.get("what") == "egress":
            charge = _charge(entry["day"], "egress", entry["service"], entry["bytes"] / GB_BYTES, prices)
            yield replace(charge, game_id=entry["game_id"], batch=entry["batch"])


def storage_charges(
    kept: Iterable[Entry], prices: Sequence[ServicePrice], first: date, last: date
) -> Iterator[Charge]:
    """One a game and day, both days included; a folder's entries in the record's order."""
    folders: dict[str, list[Entry]] = defaultdict(list)
    for entry in kept:
        folders[entry["folder"]].append(entry)
    for entries in folders.values():
        ends = [date.fromisoformat(_day(later)) for later in entries[1:]] + [last + timedelta(days=1)]
        for entry, end in zip(entries, ends, strict=True):
            day = max(first, date.fromisoformat(_day(entry)))
            month_gb = entry["bytes"] / GB_BYTES / DAYS_A_MONTH
            while day < min(end, last + timedelta(days=1)) and entry["bytes"]:
                charge = _charge(str(day), "storage", entry["service"], month_gb, prices)
                yield replace(charge, game_id=entry["game_id"])
                day += timedelta(days=1)


def compute_charges(runs: Iterable[RunTime], prices: Sequence[ServicePrice]) -> Iterator[Charge]:
    """The hours that runs lasted, on the day they ended. Runs side by side on one machine count each."""
    for run in runs:
        hours = (run.ended_s - run.begun_s) / 3600
        day = f"{datetime.fromtimestamp(run.ended_s, UTC):%Y-%m-%d}"
        yield replace(_charge(day, "compute", "machine", hours, prices), game_id=run.game_id, batch=run.batch)


def totals(charges: Iterable[Charge], name_of: Callable[[Charge], str]) -> list[Total]:
    """Sums by name, in the names' order; what has no name is left out, what has no price counts nothing."""
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for charge in charges:
        if name := name_of(charge):
            found[name][charge.what] += charge.usd or 0.0
    return [Total(name, sum(found[name].values()), dict(found[name])) for name in sorted(found)]


def unpriced(charges: Iterable[Charge]) -> list[str]:
    """What was used and has no price: `compute of machine: 3.2 hours`."""
    amounts: dict[tuple[str, str], float] = defaultdict(float)
    for charge in charges:
        if charge.usd is None:
            amounts[charge.what, charge.service] += charge.amount
    return [
        f"{what} of {service}: {amount:,.2f} {UNITS[what].replace(' and ', ' x ')}s"
        for (what, service), amount in sorted(amounts.items())
    ]


def _charge(day: str, what: str, service: str, amount: float, prices: Sequence[ServicePrice]) -> Charge:
    price = find_service_price(service, what, prices)
    usd = amount * price.usd if price else None
    return Charge(day, what, usd, amount=amount, service=service)


def _day(entry: Entry) -> str:
    return str(entry["recorded_at"])[:10]


def _batch_at(entry: Entry, game_id: str, runs: Sequence[RunTime]) -> str:
    """Of the run that the bill was entered in."""
    at_s = datetime.fromisoformat(entry["recorded_at"]).timestamp()
    holding = (run for run in runs if run.game_id == game_id and run.begun_s - 1 <= at_s <= run.ended_s + 1)
    return next((run.batch for run in holding), "")
