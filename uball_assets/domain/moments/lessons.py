"""Which annotated games the moment model learns from.

Belongs here: the choice. Not here: their films (`services.moments.films`), how it learns
(`services.moments.teaching`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

LOOKED_BACK = 200
"""Entries of the record on games: what is older is not looked for, so that a look costs the same in a league
of 10,000 games."""
MOST_GAMES = 8
"""A game more than a hundred plays a camera changes nothing that was measured, and each takes a quarter of an
hour a camera to look through once; eight are a month of the league."""
FEWEST_MOMENTS = 10
"""Of one side, in all games. Fewer teach what these few plays looked like."""


def newest_annotated(states: Sequence[Mapping[str, Any]], but: str) -> list[Mapping[str, Any]]:
    """Of the record's newest entries on games, oldest first, the newest state of each game that people
    annotated and a model may learn from, newest first; never the game `but`, which the model is for."""
    newest: dict[str, Mapping[str, Any]] = {}
    for state in reversed(states):
        newest.setdefault(state["game_id"], state)
    annotated = [state for state in newest.values() if state["trainable"] and state["plays"]]
    return [state for state in annotated if state["game_id"] != but][:MOST_GAMES]
