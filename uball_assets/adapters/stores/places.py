"""Where an object stands, as the record, a line of JSONL or a model's card says it: by its name in the store.

A home is copied, a folder moves into a bucket, and its names stay. What was written before that was so gives
addresses; they are read as they are, and where the store stood elsewhere by then, by what they name in it.

Belongs here: from what was written to a name, and back to an address of now. Not here: names
(`domain.footage.object_names`).
"""

from __future__ import annotations

from uball_assets.adapters.stores.object_store import ObjectStore, valid_name
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage import object_names


def name_at(store: ObjectStore, place: str) -> str:
    """The object's name, from its name or its address, here or where the store stood before.

    Permanent for an address that names nothing that such a store holds.
    """
    if "://" not in place:
        return valid_name(place)
    try:
        return store.name_of(place)
    except Permanent:
        if name := object_names.name_in(place):
            return name
        raise


def address_at(store: ObjectStore, place: str) -> str:
    """The object's address now, for people and outside readers."""
    return store.uri(name_at(store, place))
