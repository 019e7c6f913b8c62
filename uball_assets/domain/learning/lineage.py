"""A model's line of parents: whose weights it goes on from, and so which games it has learned.

Belongs here: where a training starts, the line, and what a game that was edited or withdrawn means for a
model of it. Not here: the set of a training (`manifest`), which lines of it are shown (`lessons`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Entry = Mapping[str, Any]
StartFrom = Literal["champion", "newest", "base"]
BASE = "base"
FROM_BASE = 'gone only with a training from the base (`uball train --from-base --because "…"`)'


@dataclass(frozen=True)
class Trace:
    """What a model still has of a game that is not, or no longer so, in its set."""

    game_id: str
    what: str
    """`edited` or `withdrawn`."""
    effect: str


@dataclass(frozen=True)
class Start:
    """Where the next training starts."""

    parent: Entry | None
    """Whose weights it goes on from; None: from the base."""
    reason: str
    sets_apart: str = ""
    """Of the training's fingerprint, where it does not go on from the newest though that could be."""


def start_of(
    way: StartFrom, newest: Entry | None, champion: Entry | None, base: str, *, is_base_asked: bool
) -> Start:
    """`champion`: who serves most games, None where nobody serves yet; `base`: what is trained on now;
    `is_base_asked`: a person wants a training from it.

    A refused version is gone on from by nobody unless `way` is `newest`: else what made it worse would be in
    every version after it.
    """
    if newest is None:
        return Start(None, "the first model starts from its base")
    if is_base_asked:
        return Start(None, "a person asked for a training from the base")
    could_be_newest = newest["base"] == base
    if way == "base":
        return Start(
            None,
            "every version starts from its base (UBALL_START_FROM)",
            BASE if could_be_newest else "",
        )
    parent = champion if way == "champion" and champion else newest
    if parent["base"] != base:
        why = f"{parent['name']} has another base, {parent['base']}: its weights fit no other"
        return Start(None, why, BASE if could_be_newest else "")
    if champion is None:
        return Start(parent, f"{parent['name']} is the newest, and none serves yet")
    if parent["name"] == newest["name"] == champion["name"]:
        return Start(parent, f"{parent['name']} serves")
    if parent["name"] == champion["name"]:
        why = f"{parent['name']} serves; {newest['name']}, the newest, does not"
        return Start(parent, why, parent["name"])
    return Start(parent, f"{parent['name']} is the newest, serving or not (UBALL_START_FROM)")


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
