"""Collecting: what is missing is asked for, source by source, and what is new goes into the warehouse.

Belongs here: the order of asking, and what becomes of an answer. Not here: a source (`adapters.results`), the
rules (`domain.league`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from uball_assets.adapters.results.dead_letters import DeadLetters
from uball_assets.adapters.results.last_good import LastGood
from uball_assets.adapters.results.results_source import EVERYTHING, Fetched, ResultsSource, Wanted
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.warehouse.warehouse import Lineage, Warehouse, Written
from uball_assets.domain.errors import Permanent, Quarantined, Transient
from uball_assets.domain.fields import text_in
from uball_assets.domain.league.gaps import LOOK_BACK_DAYS, Gap, days_ahead, find_gaps, has_both_lines, late
from uball_assets.domain.league.grade import DayReport, GameGrade, Intake, by_day, grade_game
from uball_assets.domain.league.grade_table import GAME_GRADES, grade_row, intake_of
from uball_assets.domain.league.intake import letters
from uball_assets.domain.league.intake.letters import Letter
from uball_assets.domain.league.intake.reading import Clock, Kind, RawRow, moment_of
from uball_assets.domain.league.intake.sheets import Sheet, moves_of
from uball_assets.domain.league.intake.taking import Ranks, Taken, take
from uball_assets.domain.league.phases import Calendar
from uball_assets.domain.league.rosters import RosterMove
from uball_assets.domain.league.tables import (
    FIXTURES,
    PLAYER_LINES,
    ROSTER_MOVES,
    TEAM_LINES,
    rows_of,
)
from uball_assets.services.league.facts import read_held

_MARGIN = timedelta(days=3)
"""Around the days that are asked for: a game that was moved by a day or two is still found."""


@dataclass(frozen=True)
class Asked:
    """What one source did."""

    source: str
    rows: int
    why: str
    """Why it gave less than it has; '' where all went well."""


@dataclass
class Collected:
    """What one collection did."""

    asked: list[Asked] = field(default_factory=list)
    """In order; a source that was not needed is not there."""
    written: dict[str, Written] = field(default_factory=dict)
    """By table, of all sources."""
    games: set[str] = field(default_factory=set)
    """Of which anything new was written."""
    quarantined: list[Quarantined] = field(default_factory=list)
    dead_letters: list[str] = field(default_factory=list)
    """Ids of those that lie there because of this collection."""
    notices: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    """What is still missing."""
    grades: dict[str, GameGrade] = field(default_factory=dict)
    """Of the final games that were in question, by id."""
    days: list[DayReport] = field(default_factory=list)

    @property
    def late(self) -> tuple[Gap, ...]:
        """Of the gaps, those that people are told of."""
        return late(self.gaps)


def collect(
    sources: Sequence[ResultsSource],
    warehouse: Warehouse,
    store: ObjectStore,
    calendar: Calendar,
    now: datetime,
    *,
    wanted: Wanted | None = None,
    history_days: int | None = None,
    run: str = "",
    zone: tzinfo = UTC,
    tip_off: time = time(18, 0),
) -> Collected:
    """Asks the sources in their order until nothing is missing. `store`: the training store, for dead letters
    and last good copies.

    `wanted`: what to ask for, of every source; without it, and without `history_days` (so many days back, all
    anew), only what is missing of the last week and the schedule of the next; of an empty warehouse,
    everything. `zone` and `tip_off`: how a date without a time is read.

    Never raises for a source, a document or a row. Transient where warehouse or store do not answer.
    """
    clock = Clock(now, zone, tip_off)
    if wanted is None and history_days is not None:
        wanted = Wanted(since=now.date() - timedelta(days=history_days))
    collection = _Collection(warehouse, store, calendar, clock, run, sources, wanted)
    return collection.done()


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


class _Collection:
    """One, from asking to grading."""

    def __init__(
        self,
        warehouse: Warehouse,
        store: ObjectStore,
        calendar: Calendar,
        clock: Clock,
        run: str,
        sources: Sequence[ResultsSource],
        wanted: Wanted | None,
    ) -> None:
        self._warehouse, self._store, self._run = warehouse, store, run
        self._letters = DeadLetters(store)
        self._copies: dict[LastGood, None] = {}
        self._calendar, self._clock, self._sources = calendar, clock, sources
        self._ranks = Ranks(tuple(source.name for source in sources))
        self._fixed = wanted
        self._collected = Collected()
        self._intakes: dict[str, Intake] = {}
        since, until = self._days()
        self._held = read_held(warehouse, since, until)
        self._known_intakes = {
            row["game_id"]: intake_of(row) for row in warehouse.read(GAME_GRADES, since=since, until=until)
        }

    def done(self) -> Collected:
        for source in self._sources:
            copy = LastGood(self._store, source.name)
            for wanted in self._wanted():
                self._ask(source, copy, wanted)
        for copy in self._copies:
            for wanted in self._wanted():
                self._ask(copy, None, wanted)
        self._grade()
        self._collected.gaps = self._gaps()
        self._collected.days = by_day(
            self._collected.grades.values(), [(gap.day, gap.says) for gap in self._collected.gaps]
        )
        return self._collected

    def _days(self) -> tuple[date | None, date | None]:
        """What of the warehouse is looked at; all of it where ids are asked for, whose days nobody knows."""
        if self._fixed:
            since, until = self._fixed.since, self._fixed.until
            return since and since - _MARGIN, until and until + _MARGIN
        return self._clock.now.date() - timedelta(days=LOOK_BACK_DAYS) - _MARGIN, None

    def _wanted(self) -> list[Wanted]:
        """What is still missing."""
        if self._fixed:
            return [self._fixed]
        if not self._held.fixtures and not self._warehouse.read(FIXTURES, until=self._clock.now.date()):
            return [EVERYTHING]
        found = []
        if gaps := self._gaps():
            ids = {gap.game_id for gap in gaps}
            days = [gap.day for gap in gaps]
            found.append(Wanted(min(days), max(days), None if "" in ids else frozenset(ids)))
        if ahead := days_ahead(self._calendar, self._clock.now):
            found.append(Wanted(*ahead))
        return found

    def _gaps(self) -> list[Gap]:
        newest = [fixture for game_id in self._held.fixtures if (fixture := self._held.fixture(game_id))]
        with_lines = {
            one.game_id
            for one in newest
            if has_both_lines(one, (line.team_id for line in self._held.player_lines.get(one.game_id, ())))
        }
        failed = {game_id for game_id, grade in self._graded().items() if not grade.passes}
        return find_gaps(newest, with_lines, failed, self._calendar, self._clock.now)

    def _graded(self) -> dict[str, GameGrade]:
        found = {}
        for game_id in {*self._known_intakes, *self._intakes}:
            fixture = self._held.fixture(game_id)
            if fixture and fixture.is_final:
                teams, players = self._held.newest_lines(game_id)
                intake = self._intakes.get(game_id) or self._known_intakes[game_id]
                found[game_id] = grade_game(fixture, teams, players, intake)
        return found

    def _ask(self, source: ResultsSource, copy: LastGood | None, wanted: Wanted) -> None:
        """`copy`: of the source, which is asked in its stead later, or grows by what it told."""
        try:
            fetched = source.fetch(wanted)
        except (Permanent, Transient) as error:
            self._copies |= {copy: None} if copy else {}
            self._collected.asked.append(Asked(source.name, 0, str(error)))
            self._keep([letters.of_silence(source.name, str(error), self._clock.now)])
            return
        rows = self._wanted_rows(fetched.rows, wanted)
        taken = take(rows, source.name, self._held, self._ranks, self._calendar, self._clock)
        taken.moves += self._moves_of_sheets(fetched)
        whys = "; ".join(f"{one.where}: {one.why}" for one in fetched.broken)
        self._collected.asked.append(Asked(source.name, len(rows), whys))
        self._collected.notices += fetched.notices
        self._collected.quarantined += taken.quarantined
        self._intakes |= taken.intakes
        self._write(taken, source.name)
        now = self._clock.now
        told = [letters.of_document(source.name, broken, now) for broken in fetched.broken]
        told += letters.of_rows(source.name, taken.refused, now)
        self._keep(told)
        self._letters.settle(source.name, [one.letter_id for one in told], taken.intakes)
        if copy:
            copy.keep(self._believed(rows, taken))
            self._copies |= {copy: None} if fetched.broken else {}

    def _believed(self, rows: Sequence[RawRow], taken: Taken) -> Iterator[tuple[date, RawRow]]:
        """Each row that was not refused, with its day."""
        refused = {id(raw) for raw, _ in taken.refused}
        for raw in rows:
            fixture = self._held.fixture(text_in(raw.values.get("game_id")) or "")
            told = moment_of(raw.values.get("moved_at"), self._clock)[0]
            if id(raw) not in refused and (moment := fixture.tip_off if fixture else told):
                yield moment.date(), raw

    def _keep(self, told: Sequence[Letter]) -> None:
        self._collected.dead_letters += self._letters.keep(told)

    def _wanted_rows(self, rows: Sequence[RawRow], wanted: Wanted) -> list[RawRow]:
        """Without those of other games: a source may answer with more than it was asked for."""
        if wanted.is_everything:
            return list(rows)
        days = {
            text_in(raw.values.get("game_id")) or "": moment_of(raw.values.get("tip_off"), self._clock)[0]
            for raw in rows
            if raw.kind is Kind.FIXTURES
        }
        return [raw for raw in rows if raw.kind is Kind.ROSTER_MOVES or self._is_wanted(raw, wanted, days)]

    def _is_wanted(self, raw: RawRow, wanted: Wanted, days: Mapping[str, datetime | None]) -> bool:
        """`days`: of the games that the answer tells. A fixture whose day cannot be read is looked at."""
        game_id = text_in(raw.values.get("game_id")) or ""
        if wanted.game_ids is not None and game_id not in wanted.game_ids:
            return False
        held = self._held.fixture(game_id)
        moment = days.get(game_id) or (held.tip_off if held else None)
        return wanted.has_day(moment.date()) if moment else raw.kind is Kind.FIXTURES

    def _moves_of_sheets(self, fetched: Fetched) -> list[RosterMove]:
        sheets = [
            Sheet(one.team_id, fixture.tip_off, one.players)
            for one in fetched.sheets
            if (fixture := self._held.fixture(one.game_id))
        ]
        moves = moves_of(sheets, self._held.moves, self._clock.now)
        self._held.moves += moves
        return moves

    def _write(self, taken: Taken, source: str) -> None:
        lineage = Lineage(source, self._run)
        for table, facts in (
            (FIXTURES, taken.fixtures),
            (TEAM_LINES, taken.team_lines),
            (PLAYER_LINES, taken.player_lines),
            (ROSTER_MOVES, taken.moves),
        ):
            if facts:
                written = self._warehouse.write(table, rows_of(facts), lineage)
                self._collected.written[table.name] = _added(self._collected.written.get(table.name), written)
        self._collected.games |= taken.games

    def _grade(self) -> None:
        graded = self._graded()
        self._collected.grades = graded
        rows = []
        for game_id in self._intakes.keys() & graded.keys():
            fixture = self._held.fixture(game_id)
            assert fixture is not None, "only games that are held are graded"
            rows.append(grade_row(fixture, graded[game_id], self._intakes[game_id], self._clock.now))
        if rows:
            self._warehouse.write(GAME_GRADES, rows, Lineage("grade", self._run))
