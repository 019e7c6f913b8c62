"""What one model touched: when it served, whose annotations are its words, what people decided on those, and
which models learned of them.

Belongs here: telling it from the record's entries and the ledger's rows. Not here: undoing (`uball rollback`,
`run`, `train`), what a decision is (`review.ledger`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Turn:
    """A time in which it had the same share of the games."""

    since: str
    until: str | None
    """Both ISO 8601; None: still."""
    percent: float
    """0 in shadow: it answered, and nobody used it."""
    reason: str


@dataclass(frozen=True)
class TouchedGame:
    game_id: str
    stands: bool
    """What it said is what people read now; else another model has answered since."""
    plays: int
    """That it told last."""
    decided: Mapping[str, int]
    """Decisions that people took on plays as it told them, by action."""


@dataclass(frozen=True)
class Touched:
    model: str
    turns: Sequence[Turn]
    games: Sequence[TouchedGame]
    """That it annotated, by id."""
    heirs: Sequence[str]
    """Versions that go on from its weights, also by way of others."""
    learned: Sequence[str]
    """Versions trained on games in which a decision had made a play of what it told."""
    before: str | None
    """Who served before it did; None: nobody, or it never did."""

    @property
    def serves(self) -> bool:
        return any(turn.until is None and turn.percent for turn in self.turns)

    @property
    def standing(self) -> list[str]:
        return [game.game_id for game in self.games if game.stands]

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "serves": self.serves}


def touched(
    model: Entry,
    models: Sequence[Entry],
    routes: Sequence[Entry],
    annotations: Sequence[Entry],
    decisions: Iterable[Entry],
) -> Touched:
    """`model`, `models`, `routes`, `annotations`: of the record, oldest first; `decisions`: rows of the
    ledger, in any order."""
    name = model["name"]
    by_game: dict[str, list[Entry]] = defaultdict(list)
    for entry in annotations:
        by_game[entry["game_id"]].append(entry)
    own = {
        game: entries for game, entries in by_game.items() if any(each["model"] == name for each in entries)
    }
    decided = _decided(name, own, decisions)
    return Touched(
        model=name,
        turns=_turns(name, routes),
        games=[_game(name, game, own[game], decided[game]) for game in sorted(own)],
        heirs=_heirs(model, models),
        learned=_learned(models, decided),
        before=_before(name, routes),
    )


def _turns(name: str, routes: Sequence[Entry]) -> list[Turn]:
    turns: list[Turn] = []
    for number, row in enumerate(routes):
        share = next((one["weight_percent"] for one in row["routes"] if one["model"] == name), None)
        if share is None and row.get("shadow") != name:
            continue
        until = routes[number + 1]["recorded_at"] if number + 1 < len(routes) else None
        last = turns[-1] if turns else None
        if last and last.until == row["recorded_at"] and last.percent == (share or 0.0):
            turns[-1] = Turn(last.since, until, last.percent, last.reason)
        else:
            turns.append(Turn(row["recorded_at"], until, share or 0.0, row["reason"]))
    return turns


def _before(name: str, routes: Sequence[Entry]) -> str | None:
    before: str | None = None
    for row in routes:
        shares = {one["model"]: one["weight_percent"] for one in row["routes"]}
        if name in shares:
            return before
        before = max(shares, key=lambda model: shares[model], default=before)
    return None


def _game(name: str, game_id: str, entries: Sequence[Entry], decided: Sequence[Entry]) -> TouchedGame:
    last = next(entry for entry in reversed(entries) if entry["model"] == name)
    actions: dict[str, int] = defaultdict(int)
    for row in decided:
        actions[row["action"]] += 1
    return TouchedGame(game_id, entries[-1]["model"] == name, last["play_count"], dict(actions))


def _decided(
    name: str, own: Mapping[str, Sequence[Entry]], decisions: Iterable[Entry]
) -> dict[str, list[Entry]]:
    """By game, those that were taken while its words stood, on plays that a machine had told."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for row in decisions:
        shown = row.get("shown") or {}
        if row["game_id"] in own and shown.get("kind") == "machine" and row["action"] != "undo":
            at = _moment(row["decided_at"])
            stood = [each for each in own[row["game_id"]] if _moment(each["recorded_at"]) <= at]
            if stood and stood[-1]["model"] == name:
                found[row["game_id"]].append(row)
    return found


def _heirs(model: Entry, models: Sequence[Entry]) -> list[str]:
    heirs: list[str] = []
    for each in models:
        if each.get("parent") in (model["name"], *heirs):
            heirs.append(each["name"])
    return heirs


def _learned(models: Sequence[Entry], decided: Mapping[str, Sequence[Entry]]) -> list[str]:
    first = {
        game: min(_moment(row["decided_at"]) for row in rows if row["rows_after"])
        for game, rows in decided.items()
        if any(row["rows_after"] for row in rows)
    }
    return [
        each["name"]
        for each in models
        if any(game in first and first[game] <= _moment(each["recorded_at"]) for game in each["game_ids"])
    ]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
