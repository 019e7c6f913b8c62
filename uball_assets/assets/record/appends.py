"""Writing to the record: a new entry when something changed, none when it did not.

Belongs here: the one way that a changing state (a game, its annotations, the training set) becomes numbered
entries, and when one was made. Things that happen once (a model, a promotion) use `Registry.append` with
their own key.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from uball_assets.adapters.record.registry import OURS, Entry, Registry
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.learning.presence import gone_state


def append_change(
    registry: Registry, kind: str, state: Mapping[str, Any], subject: str | None = None
) -> Entry:
    """The newest entry about `state[subject]` (of the whole kind without a subject) if it says the same, else
    a new one. A subject is the field that the kind is looked up by (`domain.record.SUBJECTS`).

    A state that comes back (A, B, A) is a new entry: the newest always tells what is so. Two writers that
    saw the same newest entry both get theirs, unless they say the same.
    """
    newest = registry.newest(kind, str(state[subject])) if subject else registry.latest(kind)
    if newest and all(newest.get(name) == value for name, value in state.items()):
        return newest
    after = newest["number"] if newest else 0
    return registry.append(kind, state, key=f"{content_hash(state)}:after-{after}")


def recorded_s(entry: Entry) -> float:
    """When it was recorded, in Unix seconds; the record rounds down to whole ones."""
    return datetime.fromisoformat(entry["recorded_at"]).timestamp()


def append_gone(registry: Registry, game_id: str, how: str, because: str) -> None:
    """The game has left (`domain.learning.presence.gone_state`); nothing for one that was never processed."""
    if registry.newest("games", game_id):
        append_change(registry, "games", gone_state(game_id, how, because), subject="game_id")


def append_damage(registry: Registry, damaged: Mapping[str, str]) -> None:
    """Of each game whose examples are damaged, that and how: it is not learned from until they are made anew,
    which `games_sensor` asks for (`domain.learning.lacking`)."""
    for game_id, how in damaged.items():
        if newest := registry.newest("games", game_id):
            state = {name: value for name, value in newest.items() if name not in OURS}
            reasons = [*state.get("reasons", []), f"its examples are damaged: {how}"]
            append_change(
                registry,
                "games",
                {**state, "trainable": False, "damaged": how, "reasons": reasons},
                subject="game_id",
            )
