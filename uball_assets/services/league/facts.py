"""The league's facts as they lie in the warehouse.

Belongs here: reading them together, without what nobody can rely on. Not here: what was known when
(`domain.league.facts`), the grade's rule (`domain.league.grade`).
"""

from __future__ import annotations

from datetime import date, datetime

from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.league import tables
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.grade import grade_game
from uball_assets.domain.league.grade_table import GAME_GRADES, intake_of
from uball_assets.domain.league.intake.taking import Held

READ = (tables.FIXTURES, tables.TEAM_LINES, tables.PLAYER_LINES, tables.ROSTER_MOVES, GAME_GRADES)
"""Whose state tells whether there is something new to read (`Warehouse.stamp`)."""

SHEETS = "sheets"
"""The lineage of roster moves that no source told."""


def read_facts(warehouse: Warehouse, since: date | None = None) -> LeagueFacts:
    """All versions of all that features may be made from, of games from `since` on; roster moves of all
    times, for who joined years ago is still there.

    A game graded F stays on the schedule; its result and lines are left out. It is graded by what is held
    now: a box score that came since may have mended it. A game that was never graded counts.
    """
    held = read_held(warehouse, since)
    failed = failed_games(warehouse, held, since)
    return LeagueFacts(
        tuple(
            one
            for game_id, versions in held.fixtures.items()
            for one in versions
            if game_id not in failed or not one.is_final
        ),
        tuple(line for game_id, lines in held.team_lines.items() if game_id not in failed for line in lines),
        tuple(
            line for game_id, lines in held.player_lines.items() if game_id not in failed for line in lines
        ),
        tuple(held.moves),
    )


def read_held(warehouse: Warehouse, since: date | None = None, until: date | None = None) -> Held:
    """All versions, by game, graded or not."""
    held = Held()
    newest: dict[str, datetime] = {}
    for row in warehouse.read(tables.FIXTURES, since=since, until=until):
        fixture = tables.fixture_of(row)
        held.fixtures[fixture.game_id].append(fixture)
        if row["known_at"] >= newest.get(fixture.game_id, row["known_at"]):
            newest[fixture.game_id] = row["known_at"]
            held.fixture_source[fixture.game_id] = row.get("row_source") or ""
    for row in warehouse.read(tables.TEAM_LINES, since=since, until=until):
        held.team_lines[row["game_id"]].append(tables.team_line_of(row))
    for row in warehouse.read(tables.PLAYER_LINES, since=since, until=until):
        held.player_lines[row["game_id"]].append(tables.player_line_of(row))
    moves = warehouse.read(tables.ROSTER_MOVES)
    held.moves = [tables.move_of(row) for row in moves]
    held.has_told_moves = any(row.get("row_source") != SHEETS for row in moves)
    return held


def failed_games(
    warehouse: Warehouse, held: Held, since: date | None = None, until: date | None = None
) -> set[str]:
    """Of the held games that were graded once, those that what is held now gives an F."""
    failed = set()
    for row in warehouse.read(GAME_GRADES, since=since, until=until):
        fixture = held.fixture(row["game_id"])
        if fixture and fixture.is_final:
            teams, players = held.newest_lines(row["game_id"])
            if not grade_game(fixture, teams, players, intake_of(row)).passes:
                failed.add(row["game_id"])
    return failed
