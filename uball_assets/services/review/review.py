"""The review of a league: queue, items, decisions, agreement, for whoever asks.

Belongs here: what the routes call. Not here: HTTP (`app.review`), one game (`game`), order (`queue`), writing
(`deciding`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from uball_assets.adapters.access.review_index import ReviewIndex
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.games import is_valid_game_id, valid_game_id
from uball_assets.domain.review.decisions import Wish
from uball_assets.domain.review.items import Item
from uball_assets.domain.review.known_answers import Agreement, agreement
from uball_assets.domain.review.ledger import Decision, Kind, place_of
from uball_assets.services.review.deciding import Asked, Decider
from uball_assets.services.review.game import ReviewedGame
from uball_assets.services.review.queue import ReviewQueue
from uball_assets.services.review.sources import Sources

Found = tuple[ReviewedGame, Item]


class Review:
    """Safe to share between threads."""

    def __init__(self, sources: Sources, index: ReviewIndex) -> None:
        self.sources = sources
        self.queue = ReviewQueue(sources, index)

    @cached_property
    def decider(self) -> Decider:
        return Decider(self.sources)

    def game(self, game_id: str) -> ReviewedGame | None:
        """None where the database has no such game."""
        game = ReviewedGame(self.sources, valid_game_id(game_id))
        return game if game.row is not None else None

    def find(self, item_id: str) -> Found | None:
        game_id = self._game_id(item_id)
        if game_id is None:
            return None
        game = ReviewedGame(self.sources, game_id)
        item = game.item(item_id)
        return (game, item) if item else None

    def decide(self, item_id: str, version: str, wish: Wish, asked: Asked) -> Found | None:
        """The item as it stands afterwards; what is refused is raised (`deciding`)."""
        game_id = self._game_id(item_id)
        item = self.decider.decide(game_id, item_id, version, wish, asked) if game_id else None
        return self._afterwards(game_id, item)

    def add(self, game_id: str, side: Side, changes: Mapping[str, Any], asked: Asked) -> Found | None:
        return self._afterwards(game_id, self.decider.add(game_id, side, changes, asked))

    def close(self, game_id: str, asked: Asked, *, reject_rest: bool) -> bool | None:
        is_closed = self.decider.close(game_id, asked, reject_rest=reject_rest)
        self.queue.changed(game_id)
        return is_closed

    def agreement(self) -> list[Agreement]:
        rows = self.sources.plays_db.decisions(kind=Kind.CHECK)
        return agreement(Decision.from_row(row) for row in rows)

    def _afterwards(self, game_id: str | None, item: Item | None) -> Found | None:
        if game_id is None or item is None:
            return None
        self.queue.changed(game_id)
        return ReviewedGame(self.sources, game_id), item

    def _game_id(self, item_id: str) -> str | None:
        """The game that an item is of; None for what names nothing."""
        place = place_of(item_id)
        if place is not None:
            return place[0] if self._is_game(place[0]) else None
        owners = self.sources.plays_db.games_of([item_id])
        if item_id in owners:
            return owners[item_id]
        decided = self.sources.plays_db.decisions(play_id=item_id)
        return str(decided[0]["game_id"]) if decided else None

    def _is_game(self, game_id: str) -> bool:
        return is_valid_game_id(game_id) and self.sources.plays_db.game(game_id) is not None
