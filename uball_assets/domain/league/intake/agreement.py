"""Rows of one source held against each other: what is told twice and differently is believed neither time.

Belongs here: contradictions within one answer. Not here: a row by itself (`reading`), one source against
what is held (`versions`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import TypeVar

from uball_assets.domain.league.intake.reading import RawRow, ReadFixture, ReadLine, RefusedRow

Refused = tuple[RawRow, RefusedRow]
_Read = TypeVar("_Read", ReadFixture, ReadLine)

_ASK = "ask who runs the feed which is right, and correct the other"


def agreeing_fixtures(rows: Iterable[tuple[RawRow, ReadFixture]]) -> tuple[list[ReadFixture], list[Refused]]:
    """Versions of a game with stamps of their own may differ; what has the same stamp, or none, may not."""
    groups: dict[Hashable, list[tuple[RawRow, ReadFixture]]] = defaultdict(list)
    for raw, read in rows:
        groups[read.fixture.game_id, read.fixture.known_at].append((raw, read))
    return _agreeing(groups.values(), "the game is told twice, and differently")


def agreeing_lines(rows: Iterable[tuple[RawRow, ReadLine]]) -> tuple[list[ReadLine], list[Refused]]:
    """A player plays for one team in a game."""
    found = list(rows)
    teams: dict[tuple[str, str], set[str]] = defaultdict(set)
    for _, line in found:
        if line.player_id:
            teams[line.game_id, line.player_id].add(line.team_id)
    on_both = {key for key, ids in teams.items() if len(ids) > 1}
    refused = [
        (raw, RefusedRow(f"player {line.player_id} is on both teams", _ASK))
        for raw, line in found
        if (line.game_id, line.player_id) in on_both
    ]
    groups: dict[Hashable, list[tuple[RawRow, ReadLine]]] = defaultdict(list)
    for raw, line in found:
        if (line.game_id, line.player_id) not in on_both:
            groups[line.game_id, line.team_id, line.player_id, line.known_at].append((raw, line))
    agreed, told_twice = _agreeing(groups.values(), "the line is told twice, and differently")
    return agreed, refused + told_twice


def _agreeing(groups: Iterable[list[tuple[RawRow, _Read]]], why: str) -> tuple[list[_Read], list[Refused]]:
    agreed: list[_Read] = []
    refused: list[Refused] = []
    for group in groups:
        (_, first), *others = group
        if all(_says_same(first, other) for _, other in others):
            agreed.append(first)
        else:
            refused += [(raw, RefusedRow(why, _ASK)) for raw, _ in group]
    return agreed, refused


def _says_same(one: ReadFixture | ReadLine, other: ReadFixture | ReadLine) -> bool:
    if isinstance(one, ReadFixture) and isinstance(other, ReadFixture):
        return one.fixture == other.fixture and (one.refused_result is None) == (other.refused_result is None)
    return one == other


def of_unknown_game(line: ReadLine) -> RefusedRow:
    return RefusedRow(
        f"no source knows the game {line.game_id}", "replay the row once the game is on the schedule"
    )


def under_another_id(game_id: str, source: str) -> RefusedRow:
    return RefusedRow(
        f"{source} tells the same teams on the same day as the game {game_id}",
        "give the game one id in all sources; told twice, it would count twice",
    )


def line_fault(line: ReadLine, teams: tuple[str, str], tip_off: datetime, now: datetime) -> RefusedRow | None:
    """What of a line cannot be, given its game."""
    if line.team_id not in teams:
        return RefusedRow(f"{line.team_id} does not play in it, but {' and '.join(teams)}", "correct team_id")
    stamp = line.known_at or now
    if tip_off > now or stamp < tip_off:
        return RefusedRow("it tells of a game before it began", "correct the game's date or the line's stamp")
    return None
