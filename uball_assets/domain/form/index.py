"""The league's facts put where questions find them: arrays by team and by player, in order of tip-off.

Belongs here: facts to rows, once. Not here: asking the rows (`book`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, TypeVar

import numpy as np

from uball_assets.domain.form.played import Played, played_games
from uball_assets.domain.form.player_form import PlayerGames, told
from uball_assets.domain.form.ratings import EloLadder, Meeting, Meetings
from uball_assets.domain.form.rows import Rows, RunningSums
from uball_assets.domain.form.schedule import schedules_of
from uball_assets.domain.form.squads import Rosters, TeamAppearances
from uball_assets.domain.form.team_form import LeagueTallies, Tally, TeamGames
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.rosters import Move, RosterMove

_Rows = TypeVar("_Rows", bound=Rows)
_Row = tuple[Any, ...]
"""Of the columns of some `Rows`."""
_TYPES: dict[str, Any] = dict.fromkeys(("from_s", "until_s", "tip_s", "told"), np.float64) | {
    "is_home": np.bool_
}
"""The others are whole numbers."""


class Numbers:
    """Names as numbers, in order of the names."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(set(names))
        self._numbers = {name: number for number, name in enumerate(self.names)}

    def __getitem__(self, name: str) -> int:
        """-1 for a name that is not there."""
        return self._numbers.get(name, -1)


class Index:
    """Of facts in any order."""

    def __init__(self, facts: LeagueFacts) -> None:
        played = played_games(facts)
        self.games = Numbers(one.fixture.game_id for one in played)
        self.seasons = Numbers(one.fixture.season for one in played)
        self.teams = Numbers(team for one in played for team in one.teams)
        self.players = Numbers(line.player_id for one in played for line in one.lines)

        self.meetings = _rows(Meetings, [self._meeting(one) for one in played])
        self.elo = EloLadder([self._elo_meeting(one) for one in played])
        self.schedules = schedules_of(facts.fixtures)

        team_rows = [row for one in played for row in self._team_rows(one)]
        self.of_team = _by(TeamGames, team_rows)
        self._tallies = _sums(row for _, row in team_rows)
        self._home_tallies = _sums(row for _, row in team_rows if row[-1])
        self._away_tallies = _sums(row for _, row in team_rows if not row[-1])

        player_rows = [row for one in played for row in self._player_rows(one)]
        self.of_player = _by(PlayerGames, player_rows)
        self.player_sums = _sums(row for _, row in player_rows)
        self.appearances = _by(TeamAppearances, [row for one in played for row in self._appearances(one)])
        self.rosters = Rosters((*facts.roster_moves, *_joined_by_appearing(played)))
        self.injuries_told_s = min(
            (move.known_at.timestamp() for move in facts.roster_moves if move.move in (Move.OUT, Move.BACK)),
            default=math.inf,
        )

    def tallies_at(self, moment_s: float) -> LeagueTallies | None:
        """None before a game was known."""
        every = self._tallies.at(moment_s)
        home, away = self._home_tallies.at(moment_s), self._away_tallies.at(moment_s)
        return None if every is None or home is None or away is None else LeagueTallies(every, home, away)

    def _span(self, one: Played) -> tuple[float, float, float, int, int]:
        season, game = self.seasons[one.fixture.season], self.games[one.fixture.game_id]
        return one.from_s, one.until_s, one.tip_s, season, game

    def _meeting(self, one: Played) -> _Row:
        home, away = one.teams
        return *self._span(one), one.points, self.teams[home], self.teams[away]

    def _elo_meeting(self, one: Played) -> Meeting:
        (home, away), (scored, allowed) = one.teams, one.points
        return Meeting(self.seasons[one.fixture.season], self.teams[home], self.teams[away], scored - allowed)

    def _team_rows(self, one: Played) -> Iterator[tuple[str, _Row]]:
        (home, away), (scored, allowed), span = one.teams, one.points, self._span(one)
        yield home, (*span, Tally.of_game(scored, allowed, one.possessions), self.teams[away], True)
        yield away, (*span, Tally.of_game(allowed, scored, one.possessions), self.teams[home], False)

    def _player_rows(self, one: Played) -> Iterator[tuple[str, _Row]]:
        points = dict(zip(one.teams, one.points, strict=True))
        span = self._span(one)
        for line in one.lines:
            if line.team_id in points:
                yield line.player_id, (*span, told(line.counts, points[line.team_id]))

    def _appearances(self, one: Played) -> Iterator[tuple[str, _Row]]:
        span = self._span(one)
        for line in one.lines:
            yield line.team_id, (*span, (), self.players[line.player_id])


def _joined_by_appearing(played: Iterable[Played]) -> Iterator[RosterMove]:
    """Once, as soon as it was known."""
    told: set[tuple[str, str, datetime]] = set()
    for one in sorted(played, key=lambda version: version.from_s):
        known_at, tip_off = datetime.fromtimestamp(one.from_s, UTC), one.fixture.tip_off
        for line in one.lines:
            if (joined := (line.player_id, line.team_id, tip_off)) not in told:
                told.add(joined)
                yield RosterMove(line.player_id, line.team_id, Move.JOINED, tip_off, known_at)


def _by(kind: type[_Rows], named: Iterable[tuple[str, _Row]]) -> dict[str, _Rows]:
    found: dict[str, list[_Row]] = defaultdict(list)
    for name, row in named:
        found[name].append(row)
    return {name: _rows(kind, rows) for name, rows in found.items()}


def _rows(kind: type[_Rows], rows: Sequence[_Row]) -> _Rows:
    columns = zip(*rows, strict=True) if rows else [()] * len(fields(kind))
    return kind(
        *(
            np.array(column, _TYPES.get(field.name, np.int64))
            for field, column in zip(fields(kind), columns, strict=True)
        )
    )


def _sums(rows: Iterable[_Row]) -> RunningSums:
    return RunningSums(_rows(Rows, [row[: len(fields(Rows))] for row in rows]))
