"""What one source answered, as facts that are new: read, held against itself and against what is held.

Belongs here: the way from rows to versions. Not here: each of its rules (`reading`, `agreement`, `versions`,
`sheets`), fetching and writing (`services.league`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
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
from uball_assets.domain.league.intake.versions import (
    ARCHIVE_AFTER,
    fixture_version,
    line_version,
)
from uball_assets.domain.league.lines import Counts, PlayerLine, TeamLine
from uball_assets.domain.league.phases import Calendar
from uball_assets.domain.league.rosters import RosterMove

OWN_SOURCES = ("plays", "annotations")
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
        if source in OWN_SOURCES:
            return -1
        return self.order.index(source) if source in self.order else len(self.order)


def take(
    rows: Iterable[RawRow], source: str, held: Held, ranks: Ranks, calendar: Calendar, clock: Clock
) -> Taken:
    """Adds what is new to `held`."""
    by_kind: dict[Kind, list[RawRow]] = defaultdict(list)
    for raw in rows:
        by_kind[raw.kind].append(raw)
    taken = Taken()
    has_time = _take_fixtures(by_kind[Kind.FIXTURES], source, held, ranks, calendar, clock, taken)
    missing = _take_lines(by_kind, source, held, ranks, clock, taken)
    _take_moves(by_kind[Kind.ROSTER_MOVES], held, clock, taken)
    taken.intakes = _intakes(by_kind, taken.refused, missing, has_time)
    return taken


def _take_fixtures(
    rows: list[RawRow],
    source: str,
    held: Held,
    ranks: Ranks,
    calendar: Calendar,
    clock: Clock,
    taken: Taken,
) -> dict[str, bool]:
    """Of each game told, whether its tip-off's time was."""
    read, refused = _read(rows, lambda raw: read_fixture(raw.values, calendar, clock))
    agreed, told_twice = agreeing_fixtures(read)
    taken.refused += [*refused, *told_twice]
    taken.refused += [(raw, one.refused_result) for raw, one in read if one.refused_result]
    for one in sorted(agreed, key=lambda one: one.fixture.known_at):
        game_id = one.fixture.game_id
        may_correct = ranks.of(source) <= ranks.of(held.fixture_source.get(game_id, source))
        version = fixture_version(held.fixtures[game_id], one, clock, may_correct=may_correct)
        if version:
            taken.fixtures.append(version)
            held.fixtures[game_id].append(version)
            if may_correct:
                held.fixture_source[game_id] = source
    return {one.fixture.game_id: one.has_time for one in agreed}


def _take_lines(
    by_kind: Mapping[Kind, list[RawRow]], source: str, held: Held, ranks: Ranks, clock: Clock, taken: Taken
) -> dict[str, tuple[str, ...]]:
    """Of each game, the columns that its lines do not have."""
    players, refused = _read(
        by_kind[Kind.PLAYER_LINES], lambda raw: read_line(raw.values, clock, of_player=True)
    )
    teams, refused_teams = _read(
        by_kind[Kind.TEAM_LINES], lambda raw: read_line(raw.values, clock, of_player=False)
    )
    taken.refused += refused + refused_teams
    missing: dict[str, tuple[str, ...]] = {}
    told: set[tuple[str, str]] = set()
    first_of_game = {line.game_id for _, line in players + teams} - held.player_lines.keys()
    for raws in (players, teams):
        possible = _possible(raws, held, clock, taken)
        agreed, contradicted = agreeing_lines(possible)
        taken.refused += contradicted
        for line in sorted(agreed, key=lambda one: one.known_at or clock.now):
            missing[line.game_id] = line.missing
            _take_line(line, source, held, ranks, clock, taken, is_first=line.game_id in first_of_game)
            if not line.player_id:
                told.add((line.game_id, line.team_id))
    _add_up(source, held, ranks, told, taken)
    return missing


def _possible(
    rows: Iterable[tuple[RawRow, ReadLine]], held: Held, clock: Clock, taken: Taken
) -> list[tuple[RawRow, ReadLine]]:
    found = []
    for raw, line in rows:
        fixture = held.fixture(line.game_id)
        fault = (
            line_fault(line, (fixture.home_team, fixture.away_team), fixture.tip_off, clock.now)
            if fixture
            else of_unknown_game(line)
        )
        if fault:
            taken.refused.append((raw, fault))
        else:
            found.append((raw, line))
    return found


def _take_line(
    line: ReadLine, source: str, held: Held, ranks: Ranks, clock: Clock, taken: Taken, *, is_first: bool
) -> None:
    fixture = held.fixture(line.game_id)
    assert fixture is not None, "lines of unknown games are refused"
    is_home = line.team_id == fixture.home_team
    opponent = fixture.away_team if is_home else fixture.home_team
    known_at = line.known_at or clock.now
    if line.player_id:
        mine = PlayerLine(
            line.game_id,
            fixture.tip_off,
            line.team_id,
            opponent,
            line.player_id,
            is_home,
            line.counts,
            source,
            known_at,
        )
        others = held.player_lines[line.game_id]
        if _outranked(others, source, ranks):
            return
        own = [one for one in others if one.player_id == line.player_id]
        player = line_version(own, mine, line.known_at, clock.now, is_first_of_game=is_first)
        if player:
            taken.player_lines.append(player)
            others.append(player)
        return
    team_line = TeamLine(
        line.game_id, fixture.tip_off, line.team_id, opponent, is_home, line.counts, source, known_at
    )
    rivals = held.team_lines[line.game_id]
    if _outranked(rivals, source, ranks):
        return
    of_team = [one for one in rivals if one.team_id == line.team_id]
    team = line_version(of_team, team_line, line.known_at, clock.now, is_first_of_game=is_first)
    if team:
        taken.team_lines.append(team)
        rivals.append(team)


def _outranked(lines: Iterable[PlayerLine | TeamLine], source: str, ranks: Ranks) -> bool:
    """Whether the game's lines are a source's whose word counts more."""
    return any(ranks.of(line.source) < ranks.of(source) for line in lines)


def _add_up(source: str, held: Held, ranks: Ranks, told: set[tuple[str, str]], taken: Taken) -> None:
    """A team's line from its players', where the source tells none: one for each moment that changed it."""
    moments: dict[tuple[str, str], set[datetime]] = defaultdict(set)
    for line in taken.player_lines:
        if (line.game_id, line.team_id) not in told:
            moments[line.game_id, line.team_id].add(line.known_at)
    for (game_id, team_id), known in moments.items():
        rivals = held.team_lines[game_id]
        if _outranked(rivals, source, ranks):
            continue
        for moment in sorted(known):
            newest = {
                one.player_id: one
                for one in sorted(held.player_lines[game_id], key=_known)
                if one.known_at <= moment
            }
            own = [one for one in newest.values() if one.team_id == team_id]
            counts = sum((one.counts for one in own), Counts())
            first = own[0]
            team = TeamLine(
                game_id, first.tip_off, team_id, first.opponent_id, first.is_home, counts, source, moment
            )
            of_team = [one for one in rivals if one.team_id == team_id]
            if version := line_version(of_team, team, moment, moment, is_first_of_game=False):
                taken.team_lines.append(version)
                rivals.append(version)


def _take_moves(rows: list[RawRow], held: Held, clock: Clock, taken: Taken) -> None:
    read, refused = _read(rows, lambda raw: read_move(raw.values, clock))
    taken.refused += refused
    keys = {(move.player_id, move.team_id, move.move, move.moved_at) for move in held.moves}
    for _, one in read:
        key = (one.player_id, one.team_id, one.move, one.moved_at)
        if key not in keys:
            keys.add(key)
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
        game_id: Intake(
            count, min(count, lost[game_id]), missing.get(game_id, ()), has_time.get(game_id, True)
        )
        for game_id, count in rows.items()
        if game_id
    }


def _known(one: Fixture | TeamLine | PlayerLine) -> datetime:
    return one.known_at
