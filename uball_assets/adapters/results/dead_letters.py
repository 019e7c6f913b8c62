"""Dead letters in the training store: a small document each, under `results/dead_letters/`.

Belongs here: keeping, listing, dropping them. Not here: what one tells (`domain.league.intake.letters`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress

from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.league.intake.letters import Letter

_FOLDER = "results/dead_letters/"


class DeadLetters:
    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def keep(self, letters: Iterable[Letter]) -> list[str]:
        """Their ids. One that lies there already keeps the moment when it was first seen."""
        ids = []
        for letter in letters:
            with suppress(AlreadyExists):
                self._store.create(_name(letter.letter_id), documents.to_bytes(letter))
            ids.append(letter.letter_id)
        return ids

    def all(self) -> list[Letter]:
        """The oldest first."""
        found = [documents.load(self._store, info.name, Letter) for info in self._store.list(_FOLDER)]
        return sorted(found, key=lambda one: (one.first_seen, one.letter_id))

    def read(self, letter_id: str) -> Letter:
        """Raises Permanent where there is none of that id."""
        found = documents.find(self._store, _name(letter_id), Letter)
        if found is None:
            raise Permanent(f"there is no dead letter {letter_id}: `uball dead-letters list` tells them")
        return found

    def drop(self, letter_id: str) -> None:
        """Gone afterwards; no error if it was not there."""
        self._store.delete(_name(letter_id))

    def settle(
        self, source: str, lie_again: Collection[str], games: Collection[str], unread: Collection[str] = ()
    ) -> list[str]:
        """Drops what the source's answer has made good: its silence, documents that were read now, rows of
        the `games` that were told now; all but those that `lie_again`. Their ids. `unread`: documents that
        are as they were, and were not read."""
        settled = []
        for letter in self.all():
            is_told = set(letter.game_ids) <= set(games) and letter.where not in unread
            if letter.source == source and letter.letter_id not in lie_again and is_told:
                self.drop(letter.letter_id)
                settled.append(letter.letter_id)
        return settled


def _name(letter_id: str) -> str:
    return f"{_FOLDER}{letter_id}.json"
