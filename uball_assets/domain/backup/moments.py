"""Point in time: where the record is cut, and which backups the rest is taken from.

Entries tell when they were recorded, by the clock of the machine that recorded them, and are numbered in the
order in which it happened. Where a clock jumped the numbers are right.

Belongs here: the rule. Not here: reading backups (`services.backup.restoring`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from uball_assets.domain.errors import Permanent


def moment_of(text: str) -> datetime:
    """`2026-11-29T14:30+01:00`, or `2026-11-29 13:30Z`. Raises Permanent for what is none, or tells no zone:
    an hour more or less is a day's decisions."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Permanent(f"{text!r} is no moment: write it as 2026-11-29T14:30+01:00 or ...Z") from error
    if moment.tzinfo is None:
        raise Permanent(f"{text!r} tells no time zone: add Z for UTC, or an offset such as +01:00")
    return moment.astimezone(UTC)


@dataclass(frozen=True)
class Cut:
    """Of one kind's entries."""

    count: int
    """So many of the first are taken."""
    doubtful: int
    """Of these, so many tell a later moment: a clock was ahead when they were recorded."""


def cut_at(recorded: Sequence[datetime], at: datetime) -> Cut:
    """Up to the last entry that was recorded until then: what stands before it was there before it, whatever
    a clock said."""
    count = next((n for n in range(len(recorded), 0, -1) if recorded[n - 1] <= at), 0)
    return Cut(count, sum(moment > at for moment in recorded[:count]))


@dataclass(frozen=True)
class Chosen:
    """Backups by number; None where there is none."""

    record: int
    """Holds the record up to the moment; and all that it may tell of."""
    dagster: int | None
    """Runs and their keys: not of later than the record, or what ran since would not be run again."""


def chosen_at(taken: Mapping[int, datetime], at: datetime) -> Chosen:
    """`taken`: by number, when each backup was. Raises Permanent where there is none at all."""
    if not taken:
        raise Permanent("there is no backup here yet")
    before = [number for number in sorted(taken) if taken[number] <= at]
    after = [number for number in sorted(taken) if taken[number] > at]
    return Chosen(after[0] if after else before[-1], before[-1] if before else None)
