"""Which source's box score of a game stands, and what of a new count is a new version.

People's plays stand over everything, a model's annotations over a feed, where a setting lets them count at
all. A game has one box score: where one source's stands, nothing of another's is mixed into it.

Belongs here: the order, versions, what two sources differ in. Not here: counting (`box_score`), the official
score (`points`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from uball_assets.domain.league.intake.versions import ARCHIVE_AFTER, OVER_AFTER
from uball_assets.domain.league.lines import COUNTED, Counts, PlayerLine, TeamLine

PLAYS, ANNOTATIONS = "plays", "annotations"

_Line = TypeVar("_Line", bound=TeamLine | PlayerLine)


def rank(source: str) -> int:
    """The higher stands; feeds are alike."""
    return {PLAYS: 2, ANNOTATIONS: 1}.get(source, 0)


def newest_lines(lines: Iterable[_Line]) -> dict[str, _Line]:
    """Of one game, by team or player: the version that was known last."""
    found: dict[str, _Line] = {}
    for line in sorted(lines, key=lambda one: one.known_at):
        found[_who(line)] = line
    return found


def new_versions(made: Sequence[_Line], held: Iterable[_Line], seen_at: datetime) -> list[_Line]:
    """Of one game: lines to write so that `made` stands; none where it does.

    A new line is known since `seen_at`; a game's first ones, where they come long after it, since the game
    was over. A line is new too where another source says the same. Who has a line and is not in `made` did
    nothing by it: his line is one of zeros from then on, for a line is never taken back.
    """
    if not made:
        return []
    standing = newest_lines(held)
    there = {_who(line) for line in made}
    source = made[0].source
    gone = [
        replace(line, counts=Counts(), source=source) for who, line in standing.items() if who not in there
    ]
    over_at = made[0].tip_off + OVER_AFTER
    is_archive = not standing and seen_at - made[0].tip_off > ARCHIVE_AFTER
    return [
        replace(line, known_at=over_at if is_archive else max(seen_at, over_at))
        for line in (*made, *gone)
        if not _same(line, standing.get(_who(line)))
    ]


def differences(made: Iterable[_Line], others: Iterable[_Line]) -> list[str]:
    """A sentence for each line that two sources count differently: `p7: 12 points by plays, 11 by feed`."""
    other = newest_lines(others)
    told = []
    for line in made:
        theirs = other.get(_who(line))
        if theirs is None or theirs.counts == line.counts or theirs.source == line.source:
            continue
        apart = [name for name in COUNTED if getattr(line.counts, name) != getattr(theirs.counts, name)]
        what = "points" if line.counts.points != theirs.counts.points else apart[0]
        more = f", and {len(apart) - 1} more" if what != "points" and len(apart) > 1 else ""
        told.append(
            f"{_who(line)}: {getattr(line.counts, what)} {what.replace('_', ' ')} by {line.source}, "
            f"{getattr(theirs.counts, what)} by {theirs.source}{more}"
        )
    return told


def _who(line: TeamLine | PlayerLine) -> str:
    return line.player_id if isinstance(line, PlayerLine) else line.team_id


def _same(line: TeamLine | PlayerLine, held: TeamLine | PlayerLine | None) -> bool:
    return (
        held is not None
        and (held.counts, held.source, held.is_home) == (line.counts, line.source, line.is_home)
        and (held.tip_off, held.team_id, held.opponent_id) == (line.tip_off, line.team_id, line.opponent_id)
    )
