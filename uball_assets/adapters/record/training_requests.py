"""What people asked for: a training although none is due, on the record until a model has come of it.

Belongs here: writing and reading requests. Not here: when one is started (`domain.learning.retrain`).
"""

from __future__ import annotations

import uuid

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.domain.errors import Permanent
from uball_assets.domain.record import REQUESTS


def ask_for_training(registry: Registry, by: str, why: str, *, from_base: bool) -> Entry:
    """The request, with its `number`; the one that is open already if it asks for the same.

    `from_base`: the model is not to go on from its parent, but to learn every game from its base anew.
    """
    if not by.strip() or not why.strip():
        raise Permanent("a forced training needs a name and a reason: give --by and --why")
    waiting = open_request(registry)
    if waiting and waiting["from_base"] == from_base:
        return waiting
    entry = {"by": by.strip(), "why": why.strip(), "from_base": from_base}
    return registry.append(REQUESTS, entry, key=uuid.uuid4().hex)


def open_request(registry: Registry) -> Entry | None:
    """The newest request, unless a model has come of it: that one has served all before it too."""
    newest, model = registry.latest(REQUESTS), registry.latest("models")
    served = model.get("request", 0) if model else 0
    return newest if newest and newest["number"] > served else None
