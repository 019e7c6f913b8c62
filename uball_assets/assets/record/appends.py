"""Writing to the record what several ask for: that a game has left, that its examples are damaged.

Belongs here: such entries, and when one was made. Not here: that an unchanged state is no new entry
(`Registry.append_change`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from uball_assets.adapters.record.registry import OURS, Entry, Registry
from uball_assets.domain.learning.presence import gone_state


def recorded_s(entry: Entry) -> float:
    """When it was recorded, in Unix seconds; the record rounds down to whole ones."""
    return datetime.fromisoformat(entry["recorded_at"]).timestamp()


def append_gone(registry: Registry, game_id: str, how: str, because: str) -> None:
    """The game has left (`domain.learning.presence.gone_state`); nothing for one that was never processed."""
    if registry.newest("games", game_id):
        registry.append_change("games", gone_state(game_id, how, because), subject="game_id")


def append_damage(registry: Registry, damaged: Mapping[str, str]) -> None:
    """Of each game whose examples are damaged, that and how: it is not learned from until they are made anew,
    which `games_sensor` asks for (`domain.learning.lacking`)."""
    for game_id, how in damaged.items():
        if newest := registry.newest("games", game_id):
            state = {name: value for name, value in newest.items() if name not in OURS}
            reasons = [*state.get("reasons", []), f"its examples are damaged: {how}"]
            registry.append_change(
                "games",
                {**state, "trainable": False, "damaged": how, "reasons": reasons},
                subject="game_id",
            )
