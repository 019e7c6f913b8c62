"""What one source answered, as facts that are new: read, held against itself and against what is held.

Belongs here: the way from rows to versions. Not here: each of its rules (`reading`, `agreement`, `versions`,
`sheets`), fetching and writing (`services.league`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from uball_assets.domain.errors import Quarantined
from uball_assets.domain.fields import text_in
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.grade import Intake
from uball_assets.domain.league.intake.agreement import (
    Refused,
    agreeing_fixtures,
    agreeing_lines,
    line_fault,
    of_unknown_game,
    under_another_id,
)
from uball_assets.domain.league.intake.reading import (
    Clock,
    Kind,
    RawRow,
    ReadLine,
    ReadMove,
    RefusedRow,
    read_fixture,
    read_line,
    read_move,
)
from uball_assets.domain.league.intake.versions import ARCHIVE_AFTER, fixture_version, line_version
from uball_assets.domain.league.lines import Counts, PlayerLine, TeamLine
from uball_assets.domain.league.phases import Calendar
from uball_assets.domain.league.rosters import RosterMove
from uball_assets.domain.league.standing import ANNOTATIONS, PLAYS

Meeting = tuple[date, str, str]
OWN_SOURCES = (PLAYS, ANNOTATIONS)
"""Whose lines no feed replaces: they are counted here, play by play."""
_T = TypeVar("_T")


@dataclass
class Held:
    """All versions that the warehouse has of the games in question; what is taken is added."""

    fixtures: dict[str, list[Fixture]] = field(default_factory=lambda: defaultdict(list))
    fixture_source: dict[str, str] = field(default_factory=dict)
    """Of each game's newest version."""
    team_lines: dict[str, list[TeamLine]] = field(default_factory=lambda: defaultdict(list))
    """By game."""
    player_lines: dict[str, list[PlayerLine]] = field(default_factory=lambda: defaultdict(list))
    moves: list[RosterMove] = field(default_factory=list)
    has_told_moves: bool = False
    """Whether a source tells moves: nothing follows from sheets then."""

    def fixture(self, game_id: str) -> Fixture | None:
        return max(self.fixtures.get(game_id, ()), key=lambda one: one.known_at, default=None)

    def newest_lines(self, game_id: str) -> tuple[list[TeamLine], list[PlayerLine]]:
        teams = {one.team_id: one for one in sorted(self.team_lines.get(game_id, ()), key=_known)}
        players = {one.player_id: one for one in sorted(self.player_lines.get(game_id, ()), key=_known)}
        return list(teams.values()), list(players.values())


@dataclass
class Taken:
    """Of one source's answer."""

    fixtures: list[Fixture] = field(default_factory=list)
    team_lines: list[TeamLine] = field(default_factory=list)
    player_lines: list[PlayerLine] = field(default_factory=list)
    moves: list[RosterMove] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    intakes: dict[str, Intake] = field(default_factory=dict)
    """By game."""

    @property
    def games(self) -> set[str]:
        """Of which anything is new."""
        fixtures = {one.game_id for one in self.fixtures}
        teams = {one.game_id for one in self.team_lines}
        return fixtures | teams | {one.game_id for one in self.player_lines}

    @property
    def quarantined(self) -> list[Quarantined]:
        return [
            Quarantined(f"row of {raw.kind}", raw.where, refused.why, refused.remedy)
            for raw, refused in self.refused
        ]


@dataclass(frozen=True)
class Ranks:
    """Whose word counts more: the sources in the order of the setting."""

    order: tuple[str, ...]

    def of(self, source: str) -> int:
        """Of a line: what was counted here comes first."""
        return -1 if source in OWN_SOURCES else self.of_fixture(source)

    def of_fixture(self, source: str) -> int:
        return self.order.index(source) if source in self.order else len(self.order)


def take(
    rows: Iterable[RawRow],
    source: str,
    held: Held,
    ranks: Ranks,
    calendar: Calendar,
    clock: Clock,
    *,
    not_over: datetime | None = None,
) -> Taken:
    """Adds what is new to `held`. `not_over`: what was told later than that stands over rows without a
    stamp of their own."""
    by_kind: dict[Kind, list[RawRow]] = defaultdict(list)
    for raw in rows:
        by_kind[raw.kind].append(raw)
    desk = _Desk(source, held, ranks, calendar, clock, not_over)
    taken = Taken()
    has_time = _take_fixtures(by_kind[Kind.FIXTURES], desk, taken)
    missing = _take_lines(by_kind, desk, taken)
    _take_moves(by_kind[Kind.ROSTER_MOVES], desk, taken)
    taken.intakes = _intakes(by_kind, taken.refused, missing, has_time)
    return taken


@dataclass(frozen=True)
class _Desk:
    """What every row is held against."""

    source: str
    held: Held
    ranks: Ranks
    calendar: Calendar
    clock: Clock
    not_over: datetime | None

    def comes_late(self, held: Iterable[Fixture | TeamLine | PlayerLine], *, has_stamp: bool) -> bool:
        """Whether something newer was told since the row came."""
        if self.not_over is None or has_stamp:
            return False
        return any(one.known_at > self.not_over for one in held)

    def games_of_others(self, own: Collection[str]) -> dict[Meeting, str]:
        """Games that other sources told and this one, which tells its `own`, does not: by who meets whom on
        which day."""
        return {
            _meeting(fixture): game_id
            for game_id, source in self.held.fixture_source.items()
            if source != self.source and game_id not in own and (fixture := self.held.fixture(game_id))
        }

    def outranked(self, lines: Iterable[PlayerLine | TeamLine]) -> bool:
        """Whether the game's lines are a source's whose word counts more."""
        own = self.ranks.of(self.source)
        return any(self.ranks.of(line.source) < own for line in lines)


def _take_fixtures(rows: list[RawRow], desk: _Desk, taken: Taken) -> dict[str, bool]:
    """Of each game told, whether its tip-off's time was."""
    read, refused = _read(rows, lambda raw: read_fixture(raw.values, desk.calendar, desk.clock))
    agreed, told_twice = agreeing_fixtures(read)
    taken.refused += [*refused, *told_twice]
    twice = {id(raw) for raw, _ in told_twice}
    taken.refused += [
        (raw, one.refused_result) for raw, one in read if one.refused_result and id(raw) not in twice
    ]
    held = desk.held
    raw_of = {id(one): raw for raw, one in read}
    others = desk.games_of_others({one.fixture.game_id for one in agreed})
    for one in sorted(agreed, key=lambda one: one.fixture.known_at):
        game_id = one.fixture.game_id
        if (other := others.get(_meeting(one.fixture))) and game_id not in held.fixture_source:
            taken.refused.append((raw_of[id(one)], under_another_id(other, held.fixture_source[other])))
            continue
        versions = held.fixtures[game_id]
        if desk.comes_late(versions, has_stamp=one.has_stamp):
            continue
        holder = held.fixture_source.get(game_id, desk.source)
        may_correct = desk.ranks.of_fixture(desk.source) <= desk.ranks.of_fixture(holder)
        version = fixture_version(versions, one, desk.clock, may_correct=may_correct)
        if version:
            taken.fixtures.append(version)
            versions.append(version)
            if may_correct:
                held.fixture_source[game_id] = desk.source
    return {one.fixture.game_id: one.has_time for one in agreed}


def _meeting(fixture: Fixture) -> Meeting:
    return fixture.tip_off.date(), fixture.home_team, fixture.away_team


def _take_lines(
    by_kind: Mapping[Kind, list[RawRow]], desk: _Desk, taken: Taken
) -> dict[str, tuple[str, ...]]:
    """Of each game, the columns that its lines do not have."""
    clock = desk.clock
    missing: dict[str, tuple[str, ...]] = {}
    told: set[tuple[str, str]] = set()
    known = {game_id for game_id, lines in desk.held.player_lines.items() if lines}
    for kind in (Kind.PLAYER_LINES, Kind.TEAM_LINES):
        of_player = kind is Kind.PLAYER_LINES
        read, refused = _read(by_kind[kind], partial(_line_of, clock, of_player))
        agreed, contradicted = agreeing_lines(_possible(read, desk, taken))
        taken.refused += refused + contradicted
        for line in sorted(agreed, key=lambda one: one.known_at or clock.now):
            missing[line.game_id] = line.missing
            _take_line(line, desk, taken, is_first=line.game_id not in known)
            if not of_player:
                told.add((line.game_id, line.team_id))
    _add_up(desk, told, taken)
    return missing


def _line_of(clock: Clock, of_player: bool, raw: RawRow) -> ReadLine:
    return read_line(raw.values, clock, of_player=of_player)


def _possible(
    rows: Iterable[tuple[RawRow, ReadLine]], desk: _Desk, taken: Taken
) -> list[tuple[RawRow, ReadLine]]:
    """Without lines that cannot be, given their games."""
    found = []
    for raw, line in rows:
        fixture = desk.held.fixture(line.game_id)
        fault = (
            line_fault(line, (fixture.home_team, fixture.away_team), fixture.tip_off, desk.clock.now)
            if fixture
            else of_unknown_game(line)
        )
        if fault:
            taken.refused.append((raw, fault))
        else:
            found.append((raw, line))
    return found


def _take_line(line: ReadLine, desk: _Desk, taken: Taken, *, is_first: bool) -> None:
    fixture = desk.held.fixture(line.game_id)
    assert fixture is not None, "lines of unknown games are refused"
    now = desk.clock.now
    is_home = line.team_id == fixture.home_team
    opponent = fixture.away_team if is_home else fixture.home_team
    of_team = TeamLine(
        line.game_id,
        fixture.tip_off,
        line.team_id,
        opponent,
        is_home,
        line.counts,
        desk.source,
        line.known_at or now,
    )
    if line.player_id:
        players = desk.held.player_lines[line.game_id]
        own = [one for one in players if one.player_id == line.player_id]
        if not desk.outranked(players) and not desk.comes_late(own, has_stamp=line.known_at is not None):
            mine = PlayerLine(player_id=line.player_id, **vars(of_team))
            player = line_version(own, mine, line.known_at, now, is_first_of_game=is_first)
            taken.player_lines += [player] if player else []
            players += [player] if player else []
        return
    teams = desk.held.team_lines[line.game_id]
    theirs = [one for one in teams if one.team_id == line.team_id]
    if not desk.outranked(teams) and not desk.comes_late(theirs, has_stamp=line.known_at is not None):
        team = line_version(theirs, of_team, line.known_at, now, is_first_of_game=is_first)
        taken.team_lines += [team] if team else []
        teams += [team] if team else []


def _add_up(desk: _Desk, told: set[tuple[str, str]], taken: Taken) -> None:
    """A team's line from its players', where the source tells none: one for each moment that changed it."""
    moments: dict[tuple[str, str], set[datetime]] = defaultdict(set)
    for line in taken.player_lines:
        if (line.game_id, line.team_id) not in told:
            moments[line.game_id, line.team_id].add(line.known_at)
    for (game_id, team_id), known in moments.items():
        rivals = desk.held.team_lines[game_id]
        if desk.outranked(rivals):
            continue
        for moment in sorted(known):
            newest = {
                one.player_id: one
                for one in sorted(desk.held.player_lines[game_id], key=_known)
                if one.known_at <= moment
            }
            own = [one for one in newest.values() if one.team_id == team_id]
            counts = sum((one.counts for one in own), Counts())
            first = own[0]
            team = TeamLine(
                game_id, first.tip_off, team_id, first.opponent_id, first.is_home, counts, desk.source, moment
            )
            of_team = [one for one in rivals if one.team_id == team_id]
            if version := line_version(of_team, team, moment, moment, is_first_of_game=False):
                taken.team_lines.append(version)
                rivals.append(version)


def _take_moves(rows: list[RawRow], desk: _Desk, taken: Taken) -> None:
    held, clock = desk.held, desk.clock
    read, refused = _read(rows, lambda raw: read_move(raw.values, clock))
    taken.refused += refused
    keys = {(move.player_id, move.team_id, move.move, move.moved_at) for move in held.moves}
    for _, one in read:
        key = (one.player_id, one.team_id, one.move, one.moved_at)
        if key not in keys:
            keys.add(key)
            held.has_told_moves = True
            move = _move(one, clock)
            taken.moves.append(move)
            held.moves.append(move)


def _move(one: ReadMove, clock: Clock) -> RosterMove:
    late = clock.now - one.moved_at > ARCHIVE_AFTER
    known_at = one.known_at or (one.moved_at if late else clock.now)
    return RosterMove(
        one.player_id, one.team_id, one.move, one.moved_at, known_at, one.name, one.jersey_number
    )


def _read(
    rows: Iterable[RawRow], read: Callable[[RawRow], _T]
) -> tuple[list[tuple[RawRow, _T]], list[Refused]]:
    found, refused = [], []
    for raw in rows:
        try:
            found.append((raw, read(raw)))
        except RefusedRow as error:
            refused.append((raw, error))
    return found, refused


def _intakes(
    by_kind: Mapping[Kind, list[RawRow]],
    refused: Iterable[Refused],
    missing: Mapping[str, tuple[str, ...]],
    has_time: Mapping[str, bool],
) -> dict[str, Intake]:
    rows: dict[str, int] = defaultdict(int)
    lost: dict[str, int] = defaultdict(int)
    for kind in (Kind.FIXTURES, Kind.TEAM_LINES, Kind.PLAYER_LINES):
        for raw in by_kind[kind]:
            rows[text_in(raw.values.get("game_id")) or ""] += 1
    for raw, _ in refused:
        lost[text_in(raw.values.get("game_id")) or ""] += 1
    return {
        game_id: Intake(count, min(count, lost[game_id]), missing.get(game_id), has_time.get(game_id, False))
        for game_id, count in rows.items()
        if game_id
    }


def _known(one: Fixture | TeamLine | PlayerLine) -> datetime:
    return one.known_at
