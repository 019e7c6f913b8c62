"""Whom a word means: teams or players by their id or their name, and those that come nearest.

Belongs here: the rule. Not here: who there is (`league.fixtures`, `league.rosters`), which league it is
(`services.predicting`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

_NEAREST = 3


@dataclass(frozen=True)
class Directory:
    """Of teams, or of players."""

    names: Mapping[str, str]
    """By id; '' where no name is known."""

    def find(self, word: str) -> str | None:
        """The id that is meant: as it is written, else the one name that is the same but for case and
        spaces. A name that two have means neither."""
        if word in self.names:
            return word
        found = self._ids.get(_plain(word), [])
        return found[0] if len(found) == 1 else None

    def nearest(self, word: str) -> list[str]:
        """What may have been meant, best first: names, and the ids of those that share one."""
        near = get_close_matches(_plain(word), list(self._ids), _NEAREST, cutoff=0.5)
        ids = dict.fromkeys(one_id for plain in near for one_id in self._ids[plain])
        return [self._told(one_id) for one_id in list(ids)[:_NEAREST]]

    def name_of(self, one_id: str) -> str:
        """The id itself where no name is known."""
        return self.names.get(one_id) or one_id

    def _told(self, one_id: str) -> str:
        name = self.name_of(one_id)
        return name if self.find(name) == one_id else one_id

    @cached_property
    def _ids(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for one_id, name in self.names.items():
            for word in dict.fromkeys((_plain(one_id), _plain(name or one_id))):
                found[word].append(one_id)
        return found


def _plain(word: str) -> str:
    return " ".join(word.casefold().split())
