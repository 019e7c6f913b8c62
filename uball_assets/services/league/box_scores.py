"""Making box scores: a game's plays become its lines in the warehouse, where they stand.

Belongs here: which lines are held, and writing new versions. Not here: reading a game (`filmed_games`),
counting, versions, adding up (`domain.league`), what follows from points that do not add up (`score_gaps`),
feeds' lines (`collecting`). A game whose plays cannot be counted keeps the lines that stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from uball_assets.adapters.warehouse.warehouse import Lineage, Warehouse
from uball_assets.domain.league.box_score import Box, box_score
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.lines import PlayerLine, TeamLine
from uball_assets.domain.league.points import PointsCheck, check_points
from uball_assets.domain.league.standing import differences, new_versions, newest_lines, rank
from uball_assets.domain.league.tables import (
    FIXTURES,
    PLAYER_LINES,
    TEAM_LINES,
    fixture_of,
    player_line_of,
    rows_of,
    team_line_of,
)
from uball_assets.services.league.filmed_games import FilmedGame, FilmedGames
from uball_assets.services.league.forecast_reading import rows_of_games

_Line = TypeVar("_Line", bound=TeamLine | PlayerLine)
_NO_SIDES = "its plays are not counted: the games table does not tell which of the schedule's teams is which"


@dataclass(frozen=True)
class GameBox:
    """A game's box score as it stands now."""

    fixture: Fixture
    filmed: FilmedGame | None
    team_lines: tuple[TeamLine, ...]
    """Home, then away; empty where nobody told any."""
    player_lines: tuple[PlayerLine, ...]
    new: tuple[TeamLine | PlayerLine, ...]
    """Of these, the versions that were not there before."""
    differs: tuple[str, ...]
    """Where a source whose line does not stand says something else."""
    note: str
    """Why its plays were not counted; '' where they were, or where it has none."""
    points: PointsCheck

    @property
    def source(self) -> str:
        """Whose numbers they are; '' where there are none."""
        return self.team_lines[0].source if self.team_lines else ""

    @property
    def names(self) -> Mapping[str, str]:
        """Of teams and players, by id, as far as the game's row tells them."""
        return self.filmed.names if self.filmed else {}


@dataclass(frozen=True)
class _Held:
    """All versions of a game's lines."""

    teams: list[TeamLine] = field(default_factory=list)
    players: list[PlayerLine] = field(default_factory=list)


@dataclass(frozen=True)
class BoxScorer:
    warehouse: Warehouse
    games: FilmedGames
    now: Callable[[], datetime]

    def score(self, game_ids: Sequence[str], run: str) -> list[GameBox]:
        """Of each game that is on the schedule; what is new of their lines is written."""
        fixtures = self._fixtures(game_ids)
        held = self._held(fixtures)
        boxes = [self._box(one, self.games.read(one), held[one.game_id]) for one in fixtures]
        self._write([line for box in boxes for line in box.new], run)
        return boxes

    def _box(self, fixture: Fixture, filmed: FilmedGame | None, held: _Held) -> GameBox:
        made = self._made(fixture, filmed)
        held_rank = max((rank(line.source) for line in newest_lines(held.teams).values()), default=-1)
        if made and rank(made.team_lines[0].source) < held_rank:
            made = None
        now = self.now()
        new_teams = new_versions(made.team_lines, held.teams, now) if made else []
        new_players = new_versions(made.player_lines, held.players, now) if made else []
        teams = newest_lines([*held.teams, *new_teams]).values()
        players = newest_lines([*held.players, *new_players]).values()
        return GameBox(
            fixture,
            filmed,
            tuple(sorted(teams, key=lambda line: not line.is_home)),
            tuple(sorted(players, key=lambda line: (not line.is_home, line.player_id))),
            (*new_teams, *new_players),
            (
                *differences(teams, _of_others(teams, held.teams)),
                *differences(players, _of_others(players, held.players)),
            ),
            _NO_SIDES if filmed and filmed.plays and filmed.sides is None else "",
            check_points(
                fixture,
                teams,
                filmed.official if filmed else None,
                made.points_of_nobody if made else 0,
                filmed.names if filmed else {},
            ),
        )

    def _made(self, fixture: Fixture, filmed: FilmedGame | None) -> Box | None:
        if filmed is None or filmed.sides is None or not filmed.plays:
            return None
        return box_score(fixture, filmed.sides, filmed.plays, filmed.source, self.now())

    def _fixtures(self, game_ids: Sequence[str]) -> list[Fixture]:
        """The newest version of each, in the order that is asked for."""
        rows = self.warehouse.read(FIXTURES, equal={"game_id": [*game_ids]})
        newest = {one.game_id: one for one in sorted(map(fixture_of, rows), key=lambda one: one.known_at)}
        return [newest[game_id] for game_id in dict.fromkeys(game_ids) if game_id in newest]

    def _held(self, fixtures: Sequence[Fixture]) -> dict[str, _Held]:
        found: dict[str, _Held] = defaultdict(_Held)
        for row in rows_of_games(self.warehouse, TEAM_LINES, fixtures):
            found[row["game_id"]].teams.append(team_line_of(row))
        for row in rows_of_games(self.warehouse, PLAYER_LINES, fixtures):
            found[row["game_id"]].players.append(player_line_of(row))
        return found

    def _write(self, lines: Iterable[TeamLine | PlayerLine], run: str) -> None:
        by_place: dict[tuple[bool, str], list[TeamLine | PlayerLine]] = defaultdict(list)
        for line in lines:
            by_place[isinstance(line, TeamLine), line.source].append(line)
        for (of_team, source), written in sorted(by_place.items()):
            table = TEAM_LINES if of_team else PLAYER_LINES
            self.warehouse.write(table, rows_of(written), Lineage(source, run))


def _of_others(standing: Iterable[_Line], held: Iterable[_Line]) -> list[_Line]:
    """Lines of sources that do not stand, newest last."""
    sources = {line.source for line in standing}
    return [line for line in held if line.source not in sources]
