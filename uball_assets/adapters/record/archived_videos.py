"""Games whose raw videos were put away on purpose, on the record: what was made of them stays.

Belongs here: writing and reading that. Not here: what a game without videos is (`domain.learning.presence`).
"""

from __future__ import annotations

from collections.abc import Mapping

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.domain.errors import Permanent
from uball_assets.domain.record import ARCHIVES


def archive(registry: Registry, game_id: str, by: str, because: str, *, is_archived: bool = True) -> Entry:
    """Puts on the record that the game's videos may be away, or that they may not any more (`is_archived`
    False); the newest entry where it says so already."""
    if not by.strip() or not because.strip():
        raise Permanent("archiving needs a name and a reason: give --by and --because")
    newest = registry.newest(ARCHIVES, game_id)
    if newest and newest["is_archived"] == is_archived:
        return newest
    entry = {"game_id": game_id, "is_archived": is_archived, "by": by.strip(), "because": because.strip()}
    after = newest["number"] if newest else 0
    return registry.append(ARCHIVES, entry, key=f"{game_id}:{is_archived}:after-{after}")


def archived_games(newest: Mapping[str, Entry]) -> frozenset[str]:
    """`newest`: the last entry about each game."""
    return frozenset(game_id for game_id, entry in newest.items() if entry["is_archived"])


def why_archived(registry: Registry, game_id: str) -> Entry | None:
    """The entry that says so; None for a game whose videos should be there."""
    newest = registry.newest(ARCHIVES, game_id)
    return newest if newest and newest["is_archived"] else None
