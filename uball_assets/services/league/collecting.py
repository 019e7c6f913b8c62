"""Collecting: what is missing is asked for, source by source, and what is new goes into the warehouse.

Belongs here: the order of asking, and what becomes of an answer. Not here: a source (`adapters.results`),
writing and grading (`intake`), the rules (`domain.league`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from uball_assets.adapters.results.dead_letters import DeadLetters
from uball_assets.adapters.results.last_good import LastGood
from uball_assets.adapters.results.results_source import (
    EVERYTHING,
    Fetched,
    ResultsSource,
    RosterSheet,
    Wanted,
)
from uball_assets.adapters.results.seen_documents import SeenDocuments
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.warehouse.warehouse import Warehouse, Written
from uball_assets.domain.errors import Permanent, Quarantined, Transient
from uball_assets.domain.fields import text_in
from uball_assets.domain.league.gaps import LOOK_BACK_DAYS, Gap, days_ahead, late
from uball_assets.domain.league.grade import DayReport, GameGrade, by_day
from uball_assets.domain.league.intake import letters
from uball_assets.domain.league.intake.letters import Letter
from uball_assets.domain.league.intake.reading import Clock, Kind, RawRow, moment_of
from uball_assets.domain.league.intake.taking import Ranks, Taken
from uball_assets.domain.league.phases import Calendar
from uball_assets.domain.league.tables import FIXTURES
from uball_assets.services.league.intake import LeagueIntake

_MARGIN = timedelta(days=3)
"""Around the days that are asked for: a game that was moved by a day or two is still found."""


@dataclass(frozen=True)
class Asked:
    """What one source did."""

    source: str
    rows: int
    """Of those that were asked for."""
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
    """What a person should know of how feeds are written: columns that are not used."""
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
    elif wanted is None and not warehouse.stamp([FIXTURES]):
        wanted = EVERYTHING
    since, until = _days(wanted, now)
    ranks = Ranks(tuple(source.name for source in sources))
    intake = LeagueIntake(warehouse, calendar, clock, ranks, run, since, until)
    return _Collection(intake, store, calendar, clock, sources, wanted).done()


def reported(
    warehouse: Warehouse, calendar: Calendar, now: datetime, days: int = LOOK_BACK_DAYS
) -> tuple[list[DayReport], list[Gap]]:
    """Each of the last `days` with its games' grades and what is missing, by what is held now; nobody is
    asked."""
    since = now.date() - timedelta(days=days)
    intake = LeagueIntake(warehouse, calendar, Clock(now), Ranks(()), "", since)
    gaps = intake.gaps(days)
    return by_day(intake.graded().values(), [(gap.day, gap.says) for gap in gaps]), gaps


def _days(wanted: Wanted | None, now: datetime) -> tuple[date | None, date | None]:
    """What of the warehouse is looked at: all where ids alone are asked for, whose days nobody knows."""
    if wanted is None:
        return now.date() - timedelta(days=LOOK_BACK_DAYS) - _MARGIN, None
    since, until = wanted.since, wanted.until
    return since and since - _MARGIN, until and until + _MARGIN


class _Collection:
    """One, from asking to grading."""

    def __init__(
        self,
        intake: LeagueIntake,
        store: ObjectStore,
        calendar: Calendar,
        clock: Clock,
        sources: Sequence[ResultsSource],
        wanted: Wanted | None,
    ) -> None:
        self._intake, self._store, self._letters = intake, store, DeadLetters(store)
        self._calendar, self._clock, self._sources, self._fixed = calendar, clock, sources, wanted
        self._collected, self._sheets = Collected(), list[RosterSheet]()

    def done(self) -> Collected:
        collected = self._collected
        copies = [LastGood(self._store, source.name) for source in self._sources]
        troubled = [
            copy for source, copy in zip(self._sources, copies, strict=True) if not self._ask(source, copy)
        ]
        for copy in troubled:
            for wanted in self._wanted():
                told = copy.fetch(wanted)
                if told.rows or told.broken:
                    self._take(copy, told, wanted)
        self._intake.follow(self._sheets)
        collected.grades = self._intake.write_grades()
        collected.written, collected.games = self._intake.written, self._intake.games
        collected.quarantined += self._intake.kept_aside
        collected.gaps = self._intake.gaps()
        said = [(gap.day, gap.says) for gap in collected.gaps]
        collected.days = by_day(collected.grades.values(), said)
        return collected

    def _wanted(self) -> list[Wanted]:
        """What is still missing."""
        if self._fixed:
            return [self._fixed]
        found = []
        if gaps := self._intake.gaps():
            ids = {gap.game_id for gap in gaps}
            days = [gap.day for gap in gaps]
            found.append(Wanted(min(days), max(days), None if "" in ids else frozenset(ids)))
        if ahead := days_ahead(self._calendar, self._clock.now):
            found.append(Wanted(*ahead))
        return found

    def _ask(self, source: ResultsSource, copy: LastGood) -> bool:
        """Whether it told all that it was asked. What it tells well now settles its older letters."""
        told: list[Letter] = []
        games: set[str] = set()
        unread: set[str] = set()
        seen = SeenDocuments(self._store, source.name)
        wants = self._wanted()
        for wanted in wants:
            known = {} if self._fixed else seen.read()
            try:
                fetched = source.fetch(replace(wanted, seen=known))
            except (Permanent, Transient) as error:
                self._collected.asked.append(Asked(source.name, 0, str(error)))
                silence = letters.of_silence(source.name, str(error), self._clock.now)
                self._collected.dead_letters += self._letters.keep([*told, silence])
                self._collected.quarantined.append(
                    Quarantined(f"source {source.name}", silence.where, silence.why, silence.remedy)
                )
                return False
            taken, rows = self._take(source, fetched, wanted)
            now = self._clock.now
            told += [letters.of_document(source.name, broken, now) for broken in fetched.broken]
            told += letters.of_rows(source.name, taken.refused, now)
            games |= taken.intakes.keys()
            if wanted is wants[0]:  # by the second question all of them are seen
                unread = {name for name, version in fetched.seen.items() if known.get(name) == version}
            copy.keep(self._believed(rows, taken))
            if fetched.seen and self._is_whole(fetched, wanted):
                seen.remember(fetched.seen)
        self._collected.dead_letters += self._letters.keep(told)
        if wants:
            self._letters.settle(source.name, [one.letter_id for one in told], games, unread)
        return not any(one.is_document for one in told)

    def _take(self, source: ResultsSource, fetched: Fetched, wanted: Wanted) -> tuple[Taken, list[RawRow]]:
        """What was new in the answer, and its rows that were asked for."""
        is_whole = self._is_whole(fetched, wanted)
        rows = list(fetched.rows) if is_whole else self._wanted_rows(fetched.rows, wanted)
        if is_whole and rows:
            self._reach(rows)
        taken = self._intake.take(rows, source.name)
        self._sheets += fetched.sheets
        self._intake.counts(taken.intakes)
        whys = "; ".join(f"{one.where}: {one.why}" for one in fetched.broken)
        self._collected.asked.append(Asked(source.name, len(rows), whys))
        self._collected.notices += fetched.notices
        self._collected.quarantined += taken.quarantined
        self._collected.quarantined += [
            Quarantined(f"document of {one.kind}", one.where, one.why, one.remedy) for one in fetched.broken
        ]
        return taken, rows

    def _is_whole(self, fetched: Fetched, wanted: Wanted) -> bool:
        """Whether all that was answered is taken: everything, or documents that are not read again."""
        return wanted.is_everything or (bool(fetched.seen) and not self._fixed)

    def _reach(self, rows: Sequence[RawRow]) -> None:
        """As far back as the rows tell of games, or everything where they do not say."""
        moments = [moment_of(raw.values.get("tip_off"), self._clock)[0] for raw in rows]
        dated = [moment.date() for moment in moments if moment]
        since = min(dated) - _MARGIN if len(dated) == len(rows) else None
        if self._intake.since and (since is None or since < self._intake.since):
            self._intake.reach(since, None)

    def _believed(self, rows: Sequence[RawRow], taken: Taken) -> Iterator[tuple[date, RawRow]]:
        """Each row that was not refused, with its day."""
        refused = {id(raw) for raw, _ in taken.refused}
        for raw in rows:
            fixture = self._intake.held.fixture(text_in(raw.values.get("game_id")) or "")
            told = moment_of(raw.values.get("moved_at"), self._clock)[0]
            if id(raw) not in refused and (moment := fixture.tip_off if fixture else told):
                yield moment.date(), raw

    def _wanted_rows(self, rows: Sequence[RawRow], wanted: Wanted) -> list[RawRow]:
        """Without those of other games: a source may answer with more than it was asked for."""
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
        held = self._intake.held.fixture(game_id)
        moment = days.get(game_id) or (held.tip_off if held else None)
        return wanted.has_day(moment.date()) if moment else raw.kind is Kind.FIXTURES
