"""The league's games as a list that a person searches: one light row a game, filtered, ordered, in pages.

Belongs here: what is asked of the list and what of it is shown. Not here: where the rows come from
(`app.pages.league_index`). All is in memory, so a page of ten thousand games asks nothing of any store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PAGE = 50


@dataclass(frozen=True)
class GameRow:
    game_id: str
    title: str
    day: str
    """`2026-03-07`; '' where nobody entered it."""
    teams: str
    state: str
    """Its grade; `waiting`, `to annotate`."""
    plays: int
    """People's, sound."""
    annotated: int | None
    """The model's; None where none annotated it."""
    to_review: int
    annotated_by: str
    """A version's label; '' where none did."""
    learned_by: str
    """The first version that learned from it; ''."""
    left_out: int
    cameras: int

    @property
    def searched(self) -> str:
        return f"{self.title} {self.game_id} {self.annotated_by}".casefold()


STATES = {
    "": "all",
    "waiting": "waiting",
    "to annotate": "without plays",
    "review": "to review",
    "A": "grade A",
    "B": "grade B",
    "C": "grade C",
    "F": "grade F",
}
"""What the list can be limited to, and its name."""


@dataclass(frozen=True)
class GamePage:
    rows: tuple[GameRow, ...]
    found: int
    page: int
    """From 1."""
    pages: int
    counts: Mapping[str, int]
    """By the names of `STATES`, of all games that the words find."""


def game_page(rows: Sequence[GameRow], words: str = "", state: str = "", page: int = 1) -> GamePage:
    """`rows`: newest first. Every word must occur; a page beyond the last is the last."""
    wanted = words.casefold().split()
    found = [row for row in rows if all(word in row.searched for word in wanted)] if wanted else list(rows)
    counts = Counter(row.state for row in found)
    counts["review"] = sum(row.to_review > 0 for row in found)
    counts[""] = len(found)
    shown = [row for row in found if not state or _is(row, state)]
    pages = max(1, -(-len(shown) // PAGE))
    page = min(max(1, page), pages)
    part = tuple(shown[(page - 1) * PAGE : page * PAGE])
    return GamePage(part, len(shown), page, pages, {name: counts[name] for name in STATES})


def newest_first(rows: Sequence[GameRow]) -> list[GameRow]:
    """By day, then id; those without a day last."""
    return sorted(sorted(rows, key=lambda row: row.game_id), key=lambda row: row.day, reverse=True)


def _is(row: GameRow, state: str) -> bool:
    return row.to_review > 0 if state == "review" else row.state == state
