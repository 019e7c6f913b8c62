"""The mess of a real league, made on purpose: what is wrong with which game.

Belongs here: damage to rows and files, each kind by its name. Not here: sound games (`league`). The platform
is told nothing of it: it has to find out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import numpy as np

from uball_assets.domain.footage.angles import Angle

Row = dict[str, Any]
Spoil = Callable[[list[Row], int], list[Row]]
"""From a game's rows, and the index of the one that is to suffer, to rows with one thing wrong."""


class Broken(StrEnum):
    MISSING = "missing"
    TRUNCATED = "truncated"


TRUNCATED_AT = 0.55
"""Share of the bytes that arrived before the upload broke; the index is in front, so the file looks whole."""


@dataclass(frozen=True)
class Plan:
    """One game's special circumstances."""

    purpose: str
    spoils: tuple[Spoil, ...] = ()
    broken: Mapping[str, Broken] = field(default_factory=dict)
    no_offset: tuple[Angle, ...] = ()
    old_spelling: bool = False
    """Sides written as a camera, `FAR_LEFT`."""

    def spoil_rows(self, rows: list[Row], rng: np.random.Generator) -> list[Row]:
        """Each damage done to a row of its own; a game with fewer rows than damages goes without the last."""
        for spoil, index in zip(self.spoils, rng.permutation(len(rows)), strict=False):
            rows = spoil(rows, int(index))
        return rows


# --- rows


def write_alias(rows: list[Row], index: int) -> list[Row]:
    """`TOV` for TURNOVER: a label all the same."""
    del index
    return [{**row, "classification": "TOV"} if row["classification"] == "TURNOVER" else row for row in rows]


def mistake_three_for_four(rows: list[Row], index: int) -> list[Row]:
    """One 4-point shot written as a 3-pointer: somebody will correct it (`corrected`)."""
    fours = [at for at, row in enumerate(rows) if row["classification"].startswith("4PT")]
    at = next((at for at in fours if at >= index), fours[0] if fours else None)
    if at is None:
        return rows
    return _replaced(rows, at, **_relabelled(rows[at], "3PT" + rows[at]["classification"][3:]))


def write_dunk(rows: list[Row], index: int) -> list[Row]:
    """A word that is not in the vocabulary."""
    return _replaced(rows, index, classification="DUNK")


def swap_times(rows: list[Row], index: int) -> list[Row]:
    """A play that ends before it starts."""
    row = rows[index]
    return _replaced(rows, index, start_timestamp=row["end_timestamp"], end_timestamp=row["start_timestamp"])


def lose_start(rows: list[Row], index: int) -> list[Row]:
    """A play that begins nobody knows when."""
    return _replaced(rows, index, start_timestamp=None)


def write_nan(rows: list[Row], index: int) -> list[Row]:
    """A spreadsheet's empty cell on its way through a script."""
    return _replaced(rows, index, end_timestamp=float("nan"))


def write_past_the_end(rows: list[Row], index: int) -> list[Row]:
    """A play three hours after the cameras stopped: minutes typed as hours."""
    times = ("start_timestamp", "end_timestamp", "timestamp_seconds")
    return _replaced(rows, index, **{time: rows[index][time] + 10_800.0 for time in times})


def forget_everything(rows: list[Row], index: int) -> list[Row]:
    """Nobody has annotated this game."""
    del rows, index
    return []


def corrected(truth: Sequence[Row], written: Sequence[Row]) -> Row:
    """The first row with a wrong label, else the first row, as it reads once somebody has put it right."""
    true = {row["id"]: row for row in truth}
    wrong = [row for row in written if row["classification"] != true[row["id"]]["classification"]]
    row = next((row for row in wrong if row["classification"] != "TOV"), written[0])
    when = datetime.fromisoformat(row["updated_at"]) + timedelta(days=2)
    columns = ("classification", "note", "events", "start_timestamp", "end_timestamp", "timestamp_seconds")
    return {**row, **{column: true[row["id"]][column] for column in columns}, "updated_at": when.isoformat()}


def _replaced(rows: list[Row], index: int, **columns: object) -> list[Row]:
    return [*rows[:index], {**rows[index], **columns}, *rows[index + 1 :]]


def _relabelled(row: Row, label: str) -> Row:
    primary, *others = row["events"]
    return {
        "classification": label,
        "events": [{**primary, "label": label}, *others],
        "note": row["note"]
        .replace("from beyond the 4-point line", "a three from behind the arc")
        .replace("four-pointer from deep", "three-pointer"),
    }


# --- the games, by batch

PLANS: tuple[tuple[Plan, ...], ...] = (
    (Plan("sound, but for one 4-pointer written as a 3-pointer", (write_alias, mistake_three_for_four)),),
    (
        Plan("camera FAR_RIGHT is missing", broken={Angle.FAR_RIGHT: Broken.MISSING}),
        Plan("one row says DUNK and one ends before it starts", (write_dunk, swap_times), old_spelling=True),
        Plan("sound, sides written as cameras", old_spelling=True),
        Plan("sound, one sync offset was never written down", (write_alias,), no_offset=(Angle.NEAR_LEFT,)),
    ),
    (
        Plan("camera NEAR_LEFT's upload broke off", broken={Angle.NEAR_LEFT: Broken.TRUNCATED}),
        Plan("one play past the end and two without a time", (write_past_the_end, write_nan, lose_start)),
        Plan("sound, with an old label", (write_alias,)),
    ),
)
"""What is special in each batch; games beyond these are sound."""
REFUSED = Plan(
    "both cameras of the left side are missing and rows are broken: to be refused",
    (write_dunk, swap_times, lose_start, write_past_the_end),
    broken={Angle.FAR_LEFT: Broken.MISSING, Angle.NEAR_RIGHT: Broken.MISSING},
)
UNANNOTATED = Plan("nobody has annotated it: the model will", (forget_everything,))
