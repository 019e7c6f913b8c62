"""The queue's index: by game the best items that are open, so that a page of the queue reads few games.

What it holds may be old: whoever takes items from it reads their games anew, and puts back what is so. It can
be lost: games are put in again one after another. Belongs here: reading and writing it. Not here: which items
are open, and when a game is read again (`services.review`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from uball_assets.adapters.access.app_db import AppDb

BEST_A_GAME = 40
"""Of 10,000 games 400,000 rows; the others of a game come in when these are decided."""


@dataclass(frozen=True, order=True)
class Place:
    """Where an item stands in the queue: the highest worth first, then by id."""

    minus_worth: float
    item_id: str
    game_id: str = field(default="", compare=False)


@dataclass(frozen=True)
class IndexedGame:
    game_id: str
    token: str
    """Of what it was read."""
    open_items: tuple[Place, ...]


@dataclass(frozen=True)
class ReviewIndex:
    db: AppDb

    def tokens(self) -> dict[str, str]:
        """By game: of what it was read."""
        rows = self.db.rows("SELECT game_id, token FROM review_games")
        return {row["game_id"]: row["token"] for row in rows}

    def put(self, games: Iterable[IndexedGame]) -> None:
        """In place of what was there of them."""
        with self.db.writing() as connection:
            for game in games:
                connection.execute("DELETE FROM review_items WHERE game_id = ?", (game.game_id,))
                connection.execute(
                    "INSERT OR REPLACE INTO review_games VALUES (?, ?, ?)",
                    (game.game_id, game.token, len(game.open_items)),
                )
                best = sorted(game.open_items)[:BEST_A_GAME]
                connection.executemany(
                    "INSERT OR REPLACE INTO review_items VALUES (?, ?, ?)",
                    [(place.minus_worth, place.item_id, game.game_id) for place in best],
                )

    def drop(self, game_ids: Iterable[str]) -> None:
        with self.db.writing() as connection:
            for game_id in game_ids:
                connection.execute("DELETE FROM review_items WHERE game_id = ?", (game_id,))
                connection.execute("DELETE FROM review_games WHERE game_id = ?", (game_id,))

    def best(self, after: Place | None, limit: int) -> list[Place]:
        """The first behind that place."""
        behind = after or Place(-1e9, "")
        rows = self.db.rows(
            "SELECT minus_worth, item_id, game_id FROM review_items "
            "WHERE (minus_worth, item_id) > (?, ?) ORDER BY minus_worth, item_id LIMIT ?",
            behind.minus_worth,
            behind.item_id,
            limit,
        )
        return [Place(row["minus_worth"], row["item_id"], row["game_id"]) for row in rows]

    def open_count(self) -> int:
        """Of all games that are in it."""
        (row,) = self.db.rows("SELECT coalesce(sum(open_count), 0) AS total FROM review_games")
        return int(row["total"])
