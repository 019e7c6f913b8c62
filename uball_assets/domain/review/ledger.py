"""The ledger of decisions: who decided what about a play and when, each a row that is never changed.

A chain is all that was decided about one play, numbered from 1: two who decide at once want the same number,
and one of them gets it. An answer to a known answer (`known_answers`) stands in a chain of its own, for it
changes nothing. An undo is one more row.

Belongs here: the row, and what of a chain stands. Not here: what a decision makes of a play (`decisions`) or
where rows are kept (`adapters.plays`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from uball_assets.domain.footage.angles import Side

Row = Mapping[str, Any]

_PLAYS = UUID("9d1d6a0e-4b0f-5d7b-8a53-2f1c0d7e9b64")
"""Any constant: it makes the place of a machine's play an id of the platform's own."""
_BOOKKEEPING = ("created_at", "updated_at")


class Action(StrEnum):
    ACCEPT = "accept"
    CORRECT = "correct"
    REJECT = "reject"
    SPLIT = "split"
    ADD = "add"
    """A play that nobody had written down."""
    UNDO = "undo"
    CLOSE = "close"
    """Of a game: all its plays are there now."""


class Kind(StrEnum):
    DECISION = "decision"
    CHECK = "check"
    """An answer to a known answer."""
    GAME = "game"


@dataclass(frozen=True)
class Decision:
    """One row of `review_decisions`."""

    decision_id: str
    game_id: str
    play_id: str | None
    """The play that it is about, whether it stands or not; None for a game's."""
    chain: str
    number: int
    kind: str
    action: str
    reviewer: str
    decided_at: str
    """ISO 8601, UTC."""
    undoes: str | None = None
    """The decision that an undo takes back."""
    shown: Row | None = None
    """The play as the reviewer saw it, under the league's column names."""
    rows_before: Sequence[Row] = ()
    """The rows of `plays` that it found."""
    rows_after: Sequence[Row] = ()
    """What it made of them."""
    request: str = ""
    """Hash of what was asked: the same key with another wish is no repetition."""
    game_review: str | None = None
    """`open`: with it the review of a game without plays began; `closed`: it ended."""
    settled_by: str | None = None
    """Of a check: who had settled the play."""
    agreed: bool | None = None

    def as_row(self) -> dict[str, Any]:
        row = asdict(self)
        return {**row, "rows_before": list(row["rows_before"]), "rows_after": list(row["rows_after"])}

    @classmethod
    def from_row(cls, row: Row) -> Decision:
        lists = {name: row[name] or [] for name in ("rows_before", "rows_after")}
        return cls(**{**{field.name: row[field.name] for field in fields(cls)}, **lists})


def machine_item_id(game_id: str, side: Side, moment_game_s: float) -> str:
    """`GAME.LEFT.0081300`: side and moment name a machine's play, whatever window it was found in. No game's
    id and no play's holds a dot."""
    return f"{game_id}.{side}.{round(moment_game_s * 1000):07d}"


def play_id_of(item_id: str) -> str:
    """The play's id in the table: the same for all who accept the same machine's play."""
    return str(uuid5(_PLAYS, item_id)) if "." in item_id else item_id


def place_of(item_id: str) -> tuple[str, Side, float] | None:
    """Game, side and moment that a machine's item names; None for a play's id, or what names nothing."""
    game_id, *rest = item_id.split(".")
    if len(rest) != 2 or rest[0] not in Side.__members__ or not (rest[1].isascii() and rest[1].isdigit()):
        return None
    return game_id, Side(rest[0]), int(rest[1]) / 1000


def check_chain(play_id: str, reviewer: str) -> str:
    return f"{play_id} {reviewer}"


def game_chain(game_id: str) -> str:
    return f"game {game_id}"


def in_chain(decisions: Iterable[Decision], chain: str) -> list[Decision]:
    return sorted((one for one in decisions if one.chain == chain), key=lambda one: one.number)


def standing(chain: Iterable[Decision]) -> Decision | None:
    """What holds of a chain, in its order: the last decision that was not taken back."""
    stack: list[Decision] = []
    for decision in chain:
        if decision.action != Action.UNDO:
            stack.append(decision)
        elif stack and stack[-1].decision_id == decision.undoes:
            stack.pop()
    return stack[-1] if stack else None


def says_the_same(some: Iterable[Row], others: Iterable[Row]) -> bool:
    """Whether rows of `plays` say the same, whenever they were stored."""
    return sorted(map(_content, some)) == sorted(map(_content, others))


def _content(row: Row) -> str:
    kept = {column: value for column, value in row.items() if column not in _BOOKKEEPING}
    return repr(sorted((column, value) for column, value in kept.items() if value not in (None, [])))
