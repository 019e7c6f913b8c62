"""Moving a home's Dagster from SQLite to PostgreSQL: every table, with its numbers, and proof that all is
there.

The home is read and never written. What is moved becomes visible at once, at the end: until then whoever
opens the database is told that a move is not finished, and one that was killed goes on where it stood.
Belongs here: the order of things. Not here: reading (`home_tables`, `home_events`), writing (`target`),
whether one may begin (`storing.busy`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from uball_assets.automation.moving.home_events import HomeEvents
from uball_assets.automation.moving.home_tables import HomeTables
from uball_assets.automation.moving.sqlite_file import Damaged
from uball_assets.automation.moving.target import MovedTable, MoveTarget
from uball_assets.automation.storing.postgres import MOVED, connected
from uball_assets.domain.errors import Permanent

Tell = Callable[[str], None]
_SHOWN = 5


@dataclass(frozen=True)
class Move:
    tables: list[MovedTable]
    damage: Mapping[str, str]
    """By run id: why not all of its events came."""
    is_new: bool
    """False where it was finished before, and nothing was done."""


def move_home(folder: Path, url: str, tell: Tell, *, despite_damage: bool = False) -> Move:
    """`folder`: of a home's instance, that nobody works in. The proof is of the rows as they are read back.
    `despite_damage`: of runs whose files cannot be read to their end, what can be read is moved.

    Raises Permanent for a database that holds something else, a home of another version of Dagster, or one
    with damaged files; Transient where another move is at work, or the database's disk is full; ServiceDown
    where it goes away: repeated, it goes on.
    """
    with connected(url) as connection:
        target = MoveTarget(connection, url)
        target.lock()
        if target.has(MOVED):
            return Move(target.noted(), target.damage(), is_new=False)
        try:
            return _moved(folder, target, tell, despite_damage=despite_damage)
        except Damaged as error:
            raise Permanent(
                f"{error}. `uball restore --aside FOLDER` brings it from a backup; without one begin with an "
                "empty database: the pages of past runs are gone then, while games, models and the record of "
                "them stay"
            ) from error


def _moved(folder: Path, target: MoveTarget, tell: Tell, *, despite_damage: bool) -> Move:
    with ExitStack() as stack:
        home = HomeTables(folder, stack)
        if home.version() != target.version():
            raise Permanent(
                "the home and the database are of different versions of Dagster: `dagster instance migrate` "
                "in both first"
            )
        fingerprint = home.fingerprint()
        events = HomeEvents(folder, home.index, home.run_ids())
        if order := target.order_begun_with(fingerprint):
            tell("going on where the last move stood")
        else:
            tell(f"reading in which order events of {len(events.run_ids)} runs stand")
            order, damage = events.ordered()
            if damage and not despite_damage:
                raise Permanent(_refusal(list(damage.values())))
            target.begin(fingerprint, order, damage)
        sent = {}
        for table in home.tables():
            tell(f"table {table.name}")
            sent[table.name] = target.fill(table, home.rows(table, order.moved))
        sent["event_logs"] = target.fill_events(events, order, tell)
        tell("proving what arrived")
        return Move(target.finish(sent), target.damage(), is_new=True)


def _refusal(damage: Sequence[str]) -> str:
    rest = len(damage) - _SHOWN
    shown = [*damage[:_SHOWN], *([f"and {rest} more"] if rest > 0 else [])]
    return (
        f"nothing is moved, for {len(damage)} runs have lost events: {'; '.join(shown)}. `uball restore "
        "--aside FOLDER` brings the files from a backup; or repeat with --despite-damage: of these runs "
        "comes what can be read, and all that tells of assets, checks and how they ended"
    )
