"""Whether the record still has what it had when this home last backed it up.

An emptied store looks like a league that has just begun, and every game would be run, every model trained
anew. Entries are never deleted: fewer than there were is a loss.

Belongs here: telling it. Not here: what is done about it (docs/disasters.md).
"""

from __future__ import annotations

from collections.abc import Collection

from uball_assets.adapters.record.registry import Registry
from uball_assets.automation.backups.places import Notes
from uball_assets.domain.errors import Permanent
from uball_assets.settings import Settings

DECIDING = ("games", "models")
"""What tells whether a game is to be run and a model to be trained."""


def refuse_lost(settings: Settings, registry: Registry, kinds: Collection[str] = ()) -> None:
    """Raises Permanent where entries of these kinds, or of any, went since the last backup or restore of this
    home; nothing where it made none."""
    before = Notes(settings.home).record()
    lost = [
        f"{kind} {before[kind] - now} of {before[kind]}"
        for kind in sorted(before.keys() & set(kinds or before))
        if (now := registry.count(kind)) < before[kind]
    ]
    if lost:
        raise Permanent(
            f"the record has lost entries that a backup holds: {', '.join(lost)}, and nothing is begun "
            "on what is left; docs/disasters.md (Bucket lost) tells how they come back"
        )
