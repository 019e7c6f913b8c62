"""Features into the warehouse: of games that were played as of tip-off, of games to come as of now.

Belongs here: which games and players, reading and writing. Not here: reckoning features (`domain.form`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uball_assets.adapters.warehouse.warehouse import Lineage, Warehouse
from uball_assets.domain.forecasting.kept.remaking import is_to_come
from uball_assets.domain.form.book import FormBook
from uball_assets.domain.form.columns import APPEARS
from uball_assets.domain.form.tables import FORM_FEATURES, PLAYER_FEATURES, game_row, player_row
from uball_assets.domain.league.facts import LeagueFacts
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.lines import PlayerLine
from uball_assets.domain.tables import Row, Table

MADE_BY = "form"
_FADES = 0.005
"""So much, and such a share, is no change of a feature."""
_KeyOf = tuple[Any, ...]


@dataclass(frozen=True)
class FeaturesMade:
    played: int
    """Games of the run that were played."""
    coming: int
    """Games to come, of the run or not: what is known of them changes with every result."""
    changed: int
    """Rows of games that are new or other than they were."""
    player_rows: int


def make_features(
    warehouse: Warehouse, facts: LeagueFacts, game_ids: Collection[str], now: datetime, run: str
) -> FeaturesMade:
    """`game_ids`: the run's; `facts`: in all their versions."""
    wanted = set(game_ids)
    known, book = facts.known_at(now), FormBook(facts)
    played = [one for one in known.fixtures if _is_played(one, now) and one.game_id in wanted]
    coming = [one for one in known.fixtures if is_to_come(one, now)]
    appeared = _appeared(known.player_lines, {one.game_id for one in played})
    games, players = [], []
    for fixture in (*played, *coming):
        as_of = min(now, fixture.tip_off)
        games.append(game_row(fixture, as_of, book.game(fixture, as_of)))
        appear = {team: book.appearing(fixture, team, as_of) for team in fixture.teams}
        for team, player in appeared.get(fixture.game_id) or _squads(book, fixture, as_of):
            features = book.player(fixture, team, player, as_of)
            chance = appear[team].get(player)
            players.append(player_row(fixture, team, player, as_of, features, chance))
    changed = _write(warehouse, FORM_FEATURES, games, run)
    _write(warehouse, PLAYER_FEATURES, [*players, *_gone(warehouse, coming, players)], run)
    return FeaturesMade(len(played), len(coming), changed, len(players))


def _gone(warehouse: Warehouse, coming: Sequence[Fixture], players: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows of players who could have played in a game to come, and now cannot."""
    days = [one.tip_off.date() for one in coming]
    if not days:
        return []
    able, ids = {_key(PLAYER_FEATURES, row) for row in players}, {one.game_id for one in coming}
    stand = warehouse.read(PLAYER_FEATURES, since=min(days), until=max(days))
    return [
        {name: row.get(name) for name in PLAYER_FEATURES.columns} | {APPEARS.name: 0.0}
        for row in stand
        if row["game_id"] in ids and _key(PLAYER_FEATURES, row) not in able
    ]


def _is_played(fixture: Fixture, now: datetime) -> bool:
    return fixture.is_final and fixture.tip_off <= now


def _appeared(lines: Iterable[PlayerLine], game_ids: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Team and player of each line, by game."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: (line.team_id, line.player_id)):
        if line.game_id in game_ids:
            found[line.game_id].append((line.team_id, line.player_id))
    return found


def _squads(book: FormBook, fixture: Fixture, moment: datetime) -> list[tuple[str, str]]:
    """Who can play, as known then."""
    found = []
    for team in fixture.teams:
        roster = book.roster(team, moment)
        found += [(team, player) for player in sorted(roster.players - roster.out)]
    return found


def _write(warehouse: Warehouse, table: Table, rows: list[dict[str, Any]], run: str) -> int:
    """Rows that say what stands there already are left, with the moment as of which they were made first: a
    look at a game to come that finds nothing new changes nothing."""
    if not rows:
        return 0
    days = [row["played_on"] for row in rows]
    stand = warehouse.read(table, since=min(days), until=max(days))
    known = {_key(table, row): row for row in stand}
    other = [row for row in rows if not _is_same(row, known.get(_key(table, row)))]
    if other:
        warehouse.write(table, other, Lineage(MADE_BY, run))
    return len(other)


def _key(table: Table, row: Row) -> _KeyOf:
    return tuple(row[name] for name in table.key)


def _is_same(row: Mapping[str, Any], known: Row | None) -> bool:
    """Of a game to come numbers fade a little from hour to hour: that alone is no news."""
    if known is None:
        return False
    is_to_come = row["as_of"] < row["tip_off"]
    if not is_to_come and known["as_of"] != row["as_of"]:
        return False
    tolerance = _FADES if is_to_come else 0.0
    return all(_is_close(known.get(name), value, tolerance) for name, value in row.items() if name != "as_of")


def _is_close(known: Any, value: Any, tolerance: float) -> bool:
    if isinstance(value, float) and isinstance(known, float):
        return math.isclose(known, value, rel_tol=tolerance, abs_tol=tolerance)
    return bool(known == value)
