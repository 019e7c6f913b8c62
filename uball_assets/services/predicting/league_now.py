"""The league as the warehouse has it at one of its states: who there is, who meets whom, form at any moment.

Read whole once a state and kept in memory, so that a question costs no reading. Belongs here: looking things
up. Not here: when it is read again (`predictor`), what a feature is (`domain.form`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from uball_assets.domain.form.book import FormBook
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.league.directory import Directory
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.lines import PlayerLine
from uball_assets.domain.league.rosters import Move, RosterMove, in_turn

_SAME_GAME = timedelta(hours=12)
_ALL = datetime.max.replace(tzinfo=UTC)


class _Appeared(NamedTuple):
    """In a game."""

    known_at: datetime
    team_id: str


class LeagueNow:
    """Never changes once it is made; may be shared by threads."""

    def __init__(
        self, stamp: str, facts: LeagueFacts, zone: ZoneInfo, team_name: Callable[[str], str]
    ) -> None:
        self.stamp, self._zone = stamp, zone
        self.facts = content_hash(stamp)[:12]
        """What an answer calls this state by."""
        self.book = FormBook(facts)
        fixtures = facts.known_at(_ALL).fixtures
        self.first_day = min((self.day_of(fixture.tip_off) for fixture in fixtures), default=None)
        self.teams = Directory({team: team_name(team) for team in _teams(facts, fixtures)})
        self.players = Directory(_players(facts))
        self._of_pair: dict[tuple[str, str], list[Fixture]] = defaultdict(list)
        self._on_day: dict[tuple[str, str, date], Fixture] = {}
        for fixture in fixtures:
            home, away = fixture.home_team, fixture.away_team
            self._of_pair[home, away].append(fixture)
            self._on_day.setdefault((home, away, self.day_of(fixture.tip_off)), fixture)
        self._moves_of: dict[str, list[RosterMove]] = defaultdict(list)
        for move in sorted(facts.roster_moves, key=in_turn):
            self._moves_of[move.player_id].append(move)
        self._games_of: dict[str, list[_Appeared]] = {
            player: sorted(first.values()) for player, first in _first_known(facts.player_lines).items()
        }

    def day_of(self, moment: datetime) -> date:
        """As the league's calendar has it."""
        return moment.astimezone(self._zone).date()

    def fixture(self, home_team: str, away_team: str, when: date | datetime) -> Fixture | None:
        """Of the schedule, by the ids of its teams: that day, or within twelve hours."""
        if not isinstance(when, datetime):
            return self._on_day.get((home_team, away_team, when))
        found = self._of_pair.get((home_team, away_team), [])
        nearest = min(found, key=lambda fixture: abs(fixture.tip_off - when), default=None)
        return nearest if nearest and abs(nearest.tip_off - when) <= _SAME_GAME else None

    def team_of(self, player_id: str, moment: datetime) -> str | None:
        """As it was known then: by the roster, else by whom he played for last."""
        team: str | None = None
        known = [move for move in self._moves_of.get(player_id, ()) if _holds(move, moment)]
        for move in known:
            if move.move is Move.JOINED:
                team = move.team_id
            elif move.move is Move.LEFT and move.team_id == team:
                team = None
        if known:
            return team
        played = self.games_before(player_id, moment)
        return self._games_of[player_id][played - 1].team_id if played else None

    def is_out(self, player_id: str, moment: datetime) -> bool:
        known = [move.move for move in self._moves_of.get(player_id, ()) if _holds(move, moment)]
        return bool(known) and known[-1] is Move.OUT

    def games_before(self, player_id: str, moment: datetime) -> int:
        """In which he appeared, as it was known then."""
        return bisect_right(self._games_of.get(player_id, ()), moment, key=lambda one: one.known_at)


def _first_known(lines: Iterable[PlayerLine]) -> dict[str, dict[str, _Appeared]]:
    """By player and game; a line is never known before its game was played."""
    found: dict[str, dict[str, _Appeared]] = defaultdict(dict)
    for line in sorted(lines, key=lambda one: one.known_at):
        found[line.player_id].setdefault(line.game_id, _Appeared(line.known_at, line.team_id))
    return found


def _holds(move: RosterMove, moment: datetime) -> bool:
    return move.moved_at <= moment and move.known_at <= moment


def _teams(facts: LeagueFacts, fixtures: Iterable[Fixture]) -> list[str]:
    met = {team for fixture in fixtures for team in (fixture.home_team, fixture.away_team)}
    return sorted(met | {move.team_id for move in facts.roster_moves})


def _players(facts: LeagueFacts) -> dict[str, str]:
    """The newest name of each."""
    names = dict.fromkeys(sorted({line.player_id for line in facts.player_lines}), "")
    for move in sorted(facts.roster_moves, key=in_turn):
        names[move.player_id] = move.name or names.get(move.player_id, "")
    return names
