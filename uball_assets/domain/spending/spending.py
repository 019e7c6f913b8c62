"""Spending: what the record's `costs` add up to, by month, by kind of job and by subject.

Belongs here: the sums. Not here: prices and ceilings (`cost`) or putting a bill on the record. An entry is
`{what, subject, usd, estimated_usd, tokens, month}`, and `ended: cancelled` where a person ended the job;
until the bill is known, `usd` is None and the estimate counts, until a later entry about the same `what` and
`subject` replaces it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from uball_assets.domain.errors import Permanent
from uball_assets.domain.fields import number_in

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Spent:
    """What jobs of one month and kind, or on one subject, cost."""

    month: str
    """`2026-11`; '' where months are summed up."""
    what: str
    """Such as `training`; '' where kinds are summed up."""
    subject: str
    """Such as a model's name; '' where subjects are summed up."""
    usd: float
    tokens: int
    jobs: int
    is_final: bool
    """No part is still an estimate."""
    cancelled: int = 0
    """Of the jobs, those that a person cancelled."""


@dataclass(frozen=True)
class Spending:
    """Everything on the record, each time in another order; each of the three adds up to `usd`."""

    usd: float
    by_month: tuple[Spent, ...]
    """By month and kind, in that order."""
    by_what: tuple[Spent, ...]
    by_subject: tuple[Spent, ...]
    """The dearest first."""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def month_of(day: date) -> str:
    """`2026-11`, as the record has it."""
    return f"{day:%Y-%m}"


def spent_in(entries: Iterable[Entry], month: str) -> float:
    """USD of that month: bills, and estimates of what has none yet. Raises Permanent as `spending` does."""
    return sum(amount_usd(entry) for entry in standing(entries) if entry["month"] == month)


def spending(entries: Iterable[Entry]) -> Spending:
    """Raises Permanent, naming the entry, for one that lacks a part."""
    counting = standing(entries)
    by_subject = _summed(counting, lambda entry: ("", entry["what"], entry["subject"]))
    return Spending(
        usd=sum(map(amount_usd, counting)),
        by_month=_summed(counting, lambda entry: (entry["month"], entry["what"], "")),
        by_what=_summed(counting, lambda entry: ("", entry["what"], "")),
        by_subject=tuple(sorted(by_subject, key=lambda spent: -spent.usd)),
    )


def standing(entries: Iterable[Entry]) -> list[Entry]:
    """Without the estimates that a later entry about the same job replaced. Permanent for a damaged entry."""
    bills: list[Entry] = []
    estimates: dict[tuple[str, str], Entry] = {}
    for entry in map(_checked, entries):
        job = (entry["what"], entry["subject"])
        estimates.pop(job, None)
        if entry["usd"] is None:
            estimates[job] = entry
        else:
            bills.append(entry)
    return [*bills, *estimates.values()]


def _checked(entry: Entry) -> Entry:
    row = {"usd": None, "estimated_usd": None, "tokens": 0, **entry}
    is_named = all(isinstance(row.get(name), str) for name in ("what", "subject", "month"))
    if not is_named or number_in(_usd_told(row)) is None:
        raise Permanent(
            f"costs entry {entry.get('number', '?')} on the record is damaged (it needs what, subject, "
            "month, and usd or estimated_usd): restore it from a backup"
        )
    return row


def _usd_told(entry: Entry) -> object:
    return entry["estimated_usd"] if entry["usd"] is None else entry["usd"]


def amount_usd(entry: Entry) -> float:
    """The bill, or the estimate where there is none yet, USD; of an entry that `standing` has checked."""
    return float(str(_usd_told(entry)))


def _summed(entries: Iterable[Entry], named: Callable[[Entry], tuple[str, str, str]]) -> tuple[Spent, ...]:
    found: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        found[named(entry)].append(entry)
    return tuple(_spent(*name, found[name]) for name in sorted(found))


def _spent(month: str, what: str, subject: str, entries: Sequence[Entry]) -> Spent:
    return Spent(
        month=month,
        what=what,
        subject=subject,
        usd=sum(map(amount_usd, entries)),
        tokens=sum(int(entry["tokens"] or 0) for entry in entries),
        jobs=len(entries),
        is_final=all(entry["usd"] is not None for entry in entries),
        cancelled=sum(entry.get("ended") == "cancelled" for entry in entries),
    )
