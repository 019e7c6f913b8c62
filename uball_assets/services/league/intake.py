"""The league as the warehouse holds it, while answers are taken in: what is new is written, games are graded.

Belongs here: held facts, writing, grades, gaps. Not here: who is asked (`collecting`, `replaying`), the rules
(`domain.league`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from uball_assets.adapters.results.results_source import RosterSheet
from uball_assets.adapters.warehouse.warehouse import Lineage, Warehouse, Written
from uball_assets.domain.errors import Quarantined
from uball_assets.domain.league.gaps import HABIT_WEEKS, LOOK_BACK_DAYS, Gap, find_gaps, has_both_lines
from uball_assets.domain.league.grade import GameGrade, Intake, grade_game
from uball_assets.domain.league.grade_table import GAME_GRADES, grade_row, intake_of
from uball_assets.domain.league.intake.beside import told_beside
from uball_assets.domain.league.intake.reading import Clock, Kind, RawRow
from uball_assets.domain.league.intake.sheets import Sheet, moves_of
from uball_assets.domain.league.intake.taking import Ranks, Taken, take
from uball_assets.domain.league.phases import Calendar
from uball_assets.domain.league.tables import (
    FIXTURES,
    PLAYER_LINES,
    ROSTER_MOVES,
    TEAM_LINES,
    fixture_of,
    rows_of,
)
from uball_assets.domain.tables import Table
from uball_assets.services.league.facts import SHEETS, read_held

_TABLES = {Kind.FIXTURES: FIXTURES, Kind.TEAM_LINES: TEAM_LINES, Kind.PLAYER_LINES: PLAYER_LINES}
"""Of facts beside which other columns are taken."""


class LeagueIntake:
    def __init__(
        self,
        warehouse: Warehouse,
        calendar: Calendar,
        clock: Clock,
        ranks: Ranks,
        run: str,
        since: date | None = None,
        until: date | None = None,
    ) -> None:
        """Of games from `since` to `until`."""
        self._warehouse, self._calendar, self._clock = warehouse, calendar, clock
        self._ranks, self._run = ranks, run
        self._new: dict[str, Intake] = {}
        self.reach(since, until)
        self.written: dict[str, Written] = {}
        """By table."""
        self.games: set[str] = set()
        """Of which anything new was written."""
        self.kept_aside: list[Quarantined] = []
        """Rows that the warehouse did not take."""

    def reach(self, since: date | None, until: date | None) -> None:
        """From now on, of games from `since` to `until`."""
        self.since = since
        self.held = read_held(self._warehouse, since, until)
        rows = self._warehouse.read(GAME_GRADES, since=since, until=until)
        self._known = {row["game_id"]: intake_of(row) for row in rows}

    def take(
        self,
        rows: Iterable[RawRow],
        source: str,
        *,
        not_over: datetime | None = None,
    ) -> Taken:
        """Writes what is new. `not_over`: what was told later than that stands."""
        told = list(rows)
        taken = take(told, source, self.held, self._ranks, self._calendar, self._clock, not_over=not_over)
        self._write(taken, source)
        refused = {id(raw) for raw, _ in taken.refused}
        self._write_beside([raw for raw in told if id(raw) not in refused], source)
        return taken

    def follow(self, sheets: Iterable[RosterSheet]) -> None:
        """Writes the roster moves that follow from sheets, unless a source tells moves itself."""
        if self.held.has_told_moves:
            return
        dated = [
            Sheet(one.team_id, fixture.tip_off, one.players)
            for one in sheets
            if (fixture := self.held.fixture(one.game_id))
        ]
        moves = moves_of(dated, self.held.moves, self._clock.now)
        self.held.moves += moves
        self._write(Taken(moves=moves), SHEETS)

    def counts(self, intakes: dict[str, Intake]) -> None:
        """Rows of a game that several sources told are counted together."""
        for game_id, intake in intakes.items():
            before = self._new.get(game_id)
            self._new[game_id] = before + intake if before else intake

    def mended(self, intakes: dict[str, Intake]) -> None:
        """Rows that were counted as refused are not any longer."""
        for game_id, intake in intakes.items():
            before = self._known.get(game_id, Intake(intake.rows, intake.rows, None, intake.has_time))
            left = max(0, before.refused - (intake.rows - intake.refused))
            self._new[game_id] = replace(before, refused=left, has_time=before.has_time or intake.has_time)

    def graded(self) -> dict[str, GameGrade]:
        """Final games that were ever told by a source, by what is held now."""
        found = {}
        for game_id in {*self._known, *self._new}:
            fixture = self.held.fixture(game_id)
            if fixture and fixture.is_final:
                found[game_id] = grade_game(fixture, *self.held.newest_lines(game_id), self._intake(game_id))
        return found

    def gaps(self, days: int = LOOK_BACK_DAYS) -> list[Gap]:
        """Of the last `days`."""
        newest = [fixture for game_id in self.held.fixtures if (fixture := self.held.fixture(game_id))]
        with_lines = {
            one.game_id
            for one in newest
            if has_both_lines(one, (line.team_id for line in self.held.player_lines.get(one.game_id, ())))
        }
        failed = {game_id for game_id, grade in self.graded().items() if not grade.passes}
        now = self._clock.now
        weeks = self._warehouse.read(FIXTURES, since=now.date() - timedelta(days=days, weeks=HABIT_WEEKS))
        game_days = {fixture_of(row).tip_off.date() for row in weeks}
        return find_gaps(newest, with_lines, failed, self._calendar, now, days, game_days)

    def write_grades(self) -> dict[str, GameGrade]:
        """Of all games in question; what was told anew is written."""
        graded = self.graded()
        rows = []
        for game_id in sorted(self._new.keys() & graded.keys()):
            fixture = self.held.fixture(game_id)
            assert fixture is not None, "only games that are held are graded"
            rows.append(grade_row(fixture, graded[game_id], self._intake(game_id), self._clock.now))
        if rows:
            self._warehouse.write(GAME_GRADES, rows, Lineage("grade", self._run))
        return graded

    def _intake(self, game_id: str) -> Intake:
        """What came last, with what only an earlier answer told."""
        known, new = self._known.get(game_id), self._new.get(game_id)
        if known is None or new is None:
            found = new or known
            assert found is not None, "only games that were told are graded"
            return found
        missing = known.missing if new.missing is None else new.missing
        return replace(new, missing=missing, has_time=new.has_time or known.has_time)

    def _write_beside(self, rows: Iterable[RawRow], source: str) -> None:
        """After the facts, and by themselves: a value that does not fit costs no fact."""
        columns = {kind: table.columns.keys() for kind, table in _TABLES.items()}
        found = told_beside(rows, source, self.held, columns)
        self.kept_aside += found.quarantined
        for kind, table in _TABLES.items():
            more = [{**rows_of([fact])[0], **told} for of, fact, told in found.rows if of is kind]
            if more:
                self._note(table, self._warehouse.write(table, more, Lineage(source, self._run)))

    def _note(self, table: Table, written: Written) -> None:
        self.kept_aside += written.kept_aside
        self.written[table.name] = _added(self.written.get(table.name), written)

    def _write(self, taken: Taken, source: str) -> None:
        for table, facts in (
            (FIXTURES, taken.fixtures),
            (TEAM_LINES, taken.team_lines),
            (PLAYER_LINES, taken.player_lines),
            (ROSTER_MOVES, taken.moves),
        ):
            if facts:
                self._note(table, self._warehouse.write(table, rows_of(facts), Lineage(source, self._run)))
        self.games |= taken.games


def _added(before: Written | None, more: Written) -> Written:
    if before is None:
        return more
    return Written(
        before.added + more.added,
        before.changed + more.changed,
        before.same + more.same,
        tuple(dict.fromkeys((*before.new_columns, *more.new_columns))),
        before.kept_aside + more.kept_aside,
    )
