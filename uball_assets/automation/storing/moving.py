"""Moving a home's Dagster from SQLite to PostgreSQL: every table, with its numbers, and proof that all is
there.

The home is read and never written. What is moved becomes visible at once, at the end: until then whoever
opens the database is told that a move is not finished, and one that was killed goes on where it stood.
Belongs here: the order of things. Not here: reading (`home_tables`, `home_events`), writing (`move_target`),
whether one may begin (`busy`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from uball_assets.automation.storing.home_events import HomeEvents
from uball_assets.automation.storing.home_tables import HomeTables
from uball_assets.automation.storing.move_target import MovedTable, MoveTarget
from uball_assets.automation.storing.postgres import MOVED, connected
from uball_assets.domain.errors import Permanent

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Move:
    tables: list[MovedTable]
    is_new: bool
    """False where it was finished before, and nothing was done."""


def move(folder: Path, url: str, tell: Tell) -> Move:
    """`folder`: of a home's instance, that nobody works in. The proof is of the rows as they are read back.

    Raises Permanent for a database that holds something else, or a home of another version of Dagster;
    Transient where another move is at work; ServiceDown where the database goes away: repeated, it goes on.
    """
    with ExitStack() as stack:
        target = MoveTarget(stack.enter_context(connected(url)), url)
        target.lock()
        if target.has(MOVED):
            return Move(target.noted(), is_new=False)
        home = HomeTables(folder, stack)
        if home.version() != target.version():
            raise Permanent(
                "the home and the database are of different versions of Dagster: `dagster instance migrate` "
                "in both first"
            )
        tell("reading in which order events stand")
        events = HomeEvents(folder, home.index, home.run_ids())
        if target.begin(home.fingerprint(events)):
            tell("going on where the last move stood")
        sent = {}
        for table in home.tables():
            tell(f"table {table.name}")
            sent[table.name] = target.fill(table, home.rows(table, events.order.moved))
        tell(f"events of {len(events.run_ids)} runs")
        sent["event_logs"] = target.fill_events(events)
        tell("proving what arrived")
        return Move(target.finish(sent), is_new=True)
