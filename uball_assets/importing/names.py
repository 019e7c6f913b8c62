"""Which stored play a row without an id is about.

Belongs here: giving rows ids. Not here: how rows are recognised (`domain.plays.revision`).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from uball_assets.domain.fields import as_uuid
from uball_assets.domain.plays.revision import recognise
from uball_assets.importing.tables import PlayTable

_NAMESPACE = uuid.UUID("d5d2f0a9-4d0b-5b53-8a3e-0a9c2f6b7e21")
"""Any constant: it keeps an id that is taken apart from the one made instead."""


def with_stored_ids(table: PlayTable, stored: Sequence[Mapping[str, Any]]) -> PlayTable:
    """The table, its rows without ids under those of the stored rows that they are about.

    A UUID is spelled as it is stored. Others keep the id derived from their content, or get a further one
    where that is another play's by now.
    """
    spelled = {one: str(row["id"]) for row in stored if (one := as_uuid(row["id"]))}
    table = _renamed(table, {play_id: spelled.get(play_id, play_id) for play_id in table.lines})
    named = table.lines.keys() - table.nameless
    free = [row for row in stored if str(row["id"]) not in named]
    nameless = [row for row in table.rows if row["id"] in table.nameless]
    about = {
        nameless[given]["id"]: str(free[known]["id"]) for given, known in recognise(free, nameless).items()
    }
    taken = {*named, *about.values()}
    for row in nameless:
        if row["id"] not in about:
            about[row["id"]] = _not_in(taken, row["id"])
            taken.add(about[row["id"]])
    return _renamed(table, about)


def _renamed(table: PlayTable, names: Mapping[str, str]) -> PlayTable:
    return replace(
        table,
        rows=[{**row, "id": names.get(row["id"], row["id"])} for row in table.rows],
        lines={names.get(play_id, play_id): line for play_id, line in table.lines.items()},
        nameless={names[play_id] for play_id in table.nameless if play_id in names},
    )


def _not_in(taken: set[str], play_id: str) -> str:
    while play_id in taken:
        play_id = str(uuid.uuid5(_NAMESPACE, play_id))
    return play_id
