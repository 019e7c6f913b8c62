"""Columns of a feed that nobody declared: taken into the warehouse as they are told, beside the facts.

No fact is made of them, so no feature and no model ever sees one. Belongs here: what a column is called,
which values are taken, which fact's row they stand in. Not here: facts (`taking`), storing rows (`services`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from uball_assets.domain.errors import Quarantined
from uball_assets.domain.fields import text_in
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.intake.reading import Kind, RawRow
from uball_assets.domain.league.intake.taking import Held
from uball_assets.domain.league.lines import PlayerLine, TeamLine

LONGEST_TEXT = 500
_REMEDY = "tell one word or number in a column; what is a list or an object needs columns of its own"
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
Fact = Fixture | TeamLine | PlayerLine


@dataclass
class Beside:
    """Of one answer."""

    rows: list[tuple[Kind, Fact, dict[str, Any]]] = field(default_factory=list)
    """A fact that is held, and what is told beside it: by column."""
    quarantined: list[Quarantined] = field(default_factory=list)


def column_of(header: object, taken: Collection[str]) -> str | None:
    """`Half-time score` is `half_time_score`; None for what cannot be a column, or is
    one of the table's own."""
    name = _NOT_A_LETTER.sub("_", str(header).strip().lower()).strip("_")
    return name if name and not name[0].isdigit() and name not in taken else None


def told_beside(
    rows: Iterable[RawRow], source: str, held: Held, columns: Mapping[Kind, Collection[str]]
) -> Beside:
    """`held`: with what was taken of these rows. `columns`: each table's own. Where another source's word
    counts more, nothing is taken."""
    found = Beside()
    for raw in rows:
        fact = _fact_of(raw, source, held) if raw.beside else None
        if fact is None:
            continue
        told: dict[str, Any] = {}
        for header, value in raw.beside.items():
            column = column_of(header, columns[raw.kind])
            if column is None or value is None:
                continue
            if why := _fault(value):
                found.quarantined.append(Quarantined(f"{column} of {raw.kind}", raw.where, why, _REMEDY))
            else:
                told[column] = value
        if told:
            found.rows.append((raw.kind, fact, told))
    return found


def _fact_of(raw: RawRow, source: str, held: Held) -> Fact | None:
    """The newest version of what the row is about, where it is this source's."""
    game_id, team, player = (
        text_in(raw.values.get(name)) or "" for name in ("game_id", "team_id", "player_id")
    )
    if raw.kind is Kind.FIXTURES:
        return held.fixture(game_id) if held.fixture_source.get(game_id) == source else None
    own: list[TeamLine | PlayerLine] = []
    if raw.kind is Kind.TEAM_LINES:
        own += [one for one in held.team_lines.get(game_id, ()) if one.team_id == team]
    if raw.kind is Kind.PLAYER_LINES:
        own += [one for one in held.player_lines.get(game_id, ()) if one.player_id == player]
    newest = max(own, key=lambda one: one.known_at, default=None)
    return newest if newest and newest.source == source else None


def _fault(value: object) -> str:
    if isinstance(value, str):
        return f"a text of {len(value)} letters, {LONGEST_TEXT} at most" if len(value) > LONGEST_TEXT else ""
    if isinstance(value, float):
        return "" if math.isfinite(value) else f"{value} is no number"
    return "" if isinstance(value, bool | int) else f"it is no plain value: {str(value)[:60]}"
