"""A model's line of parents: whose weights it goes on from, and so which games it has learned.

Belongs here: the line, and what a game that was edited or withdrawn means for a model of it. Not here: the
set of a training (`manifest`), which lines of it are shown (`lessons`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Entry = Mapping[str, Any]
FROM_BASE = 'gone only with a training from the base (`uball train --from-base --because "…"`)'


@dataclass(frozen=True)
class Trace:
    """What a model still has of a game that is not, or no longer so, in its set."""

    game_id: str
    what: str
    """`edited` or `withdrawn`."""
    effect: str


def line_of(models: Iterable[Entry], name: str | None) -> list[Entry]:
    """The model's entry and those of its parents, the newest first; the last one started from a base."""
    known = {model["name"]: model for model in models}
    line: list[Entry] = []
    while name and name in known and known[name] not in line:
        line.append(known[name])
        name = known[name].get("parent")
    return line


def games_learned_by(models: Iterable[Entry], name: str | None) -> frozenset[str]:
    """Every game that the model, or a parent in its line, has learned from."""
    return frozenset(game_id for model in line_of(models, name) for game_id in model.get("game_ids", ()))


def traces(
    models: Iterable[Entry], parent: str | None, games: Collection[str], edited: Collection[str]
) -> list[Trace]:
    """Of a model that goes on from `parent` (None: from its base, then there is none) and has `games` in its
    set, those `edited` since the parent learned."""
    if parent is None:
        return []
    learned = games_learned_by(models, parent)
    changed = f"its lines are taught as they are now; what {parent} learned of the older ones fades, and is"
    gone = f"it is in the set no more, but {parent} or a parent of it has learned it: that is"
    return [
        *(Trace(game, "edited", f"{changed} {FROM_BASE}") for game in sorted(edited)),
        *(Trace(game, "withdrawn", f"{gone} {FROM_BASE}") for game in sorted(learned - set(games))),
    ]
