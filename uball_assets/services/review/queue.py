"""The queue: what of all games is worth a decision most, a page at a time, without reading every game.

An index keeps each game's best items. A game is read again when the record tells of it anew (its run, its
audit), when something of it is decided here, and when a page shows it: so what others decided, or the
league's app changed, is seen before anybody is asked. The first pass over a league goes on from call to
call.

Belongs here: which games are read for a page. Not here: an item's worth (`domain.review.worth`), one game
(`game`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from uball_assets.adapters.access.review_index import IndexedGame, Place, ReviewIndex
from uball_assets.adapters.record.following import newest_followed
from uball_assets.domain.record import LABEL_AUDITS
from uball_assets.domain.review.items import Item, by_worth, rank
from uball_assets.domain.review.worth import drawn
from uball_assets.services.review.game import ReviewedGame
from uball_assets.services.review.sources import Sources

READ_FOR_S = 0.5
"""So long a call reads games that the index does not know, one at least."""
_MOST_GAMES_A_PAGE = 200
"""Where an index is all wrong, as after a day of another server's decisions, it is mended from page to
page."""
_KNOWN_A_PAGE = 0.1
"""Known answers, of the items on a page, at most."""


@dataclass(frozen=True)
class QueuePage:
    items: list[tuple[ReviewedGame, Item]]
    """Best first; known answers among them, where they were drawn to."""
    left: int
    """Open items, as far as games were read."""
    next: Place | None
    """Behind it the next page begins; None: there is no more."""
    unread_games: int = 0
    """That the index does not know yet, or not as they are."""


@dataclass(frozen=True)
class ReviewQueue:
    sources: Sources
    index: ReviewIndex
    read_for_s: float = READ_FOR_S

    def page(self, reviewer: str, limit: int, after: Place | None = None) -> QueuePage:
        """The best of all games."""
        tokens = self._tokens()
        unread = self._catch_up(tokens)
        seen: dict[str, ReviewedGame] = {}
        while True:
            places = self.index.best(after, limit + 1)
            new = {place.game_id for place in places[:limit]} - seen.keys()
            if not new or len(seen) > _MOST_GAMES_A_PAGE:
                break
            seen |= self._read_all(sorted(new), tokens)
        shown = [place for place in places[:limit] if place.game_id in seen]
        at = {item.item_id: (game, item) for game in seen.values() for item in game.open_items}
        items = [at[place.item_id] for place in shown if place.item_id in at]
        games = [seen[game_id] for game_id in sorted({place.game_id for place in shown})]
        more = shown[-1] if shown and len(places) > len(shown) else None
        dropped = tokens.keys() - self.index.tokens().keys()  # decided in while this page was made
        left = self.index.open_count()
        return QueuePage(self._with_known(items, games, reviewer), left, more, len(dropped | {*unread}))

    def game_page(self, reviewer: str, game_id: str, limit: int, after: Place | None = None) -> QueuePage:
        """The best of one game, which is read whole."""
        game = self._read_all([game_id], self._tokens())[game_id]
        waiting = by_worth(game.open_items)
        behind = [item for item in waiting if after is None or place_of(item, game_id) > after]
        items = [(game, item) for item in behind[:limit]]
        more = place_of(behind[limit - 1], game_id) if len(behind) > limit else None
        return QueuePage(self._with_known(items, [game], reviewer), len(waiting), more)

    def changed(self, game_id: str) -> None:
        """Something of the game was decided: the next page reads it again."""
        self.index.drop([game_id])

    def _catch_up(self, tokens: Mapping[str, str]) -> list[str]:
        """Reads games that the record tells of anew, as long as there is time; those that are left."""
        known = self.index.tokens()
        if gone := known.keys() - tokens.keys():
            self.index.drop(gone)
        stale = [game_id for game_id, token in tokens.items() if known.get(game_id) != token]
        ends = time.monotonic() + self.read_for_s
        left = iter(stale)

        def in_time() -> Iterator[str]:
            for game_id in left:
                yield game_id
                if time.monotonic() > ends:
                    return

        if stale:
            self._read_all(in_time(), tokens)
        return [*left]

    def _tokens(self) -> dict[str, str]:
        """By game that was annotated or audited: which entries of the record tell of it; the newest first."""
        registry = self.sources.registry
        annotated, games, audits = (
            newest_followed(registry, kind) for kind in ("annotations", "games", LABEL_AUDITS)
        )
        numbers = {
            game_id: [
                kind[game_id]["number"] if game_id in kind else 0 for kind in (annotated, games, audits)
            ]
            for game_id in {**annotated, **audits}
            if game_id in games and not games[game_id].get("removed")
        }
        newest = sorted(numbers.items(), key=lambda each: -max(each[1]))
        return {game_id: "-".join(map(str, of_game)) for game_id, of_game in newest}

    def _read_all(self, game_ids: Iterable[str], tokens: Mapping[str, str]) -> dict[str, ReviewedGame]:
        """As they are now, which the index then knows."""
        games, indexed = {}, []
        for game_id in game_ids:
            games[game_id] = game = ReviewedGame(self.sources, game_id)
            places = tuple(place_of(item, game_id) for item in game.open_items)
            indexed.append(IndexedGame(game_id, tokens.get(game_id, ""), places))
        self.index.put(indexed)
        return games

    def _with_known(
        self, items: list[tuple[ReviewedGame, Item]], games: Iterable[ReviewedGame], reviewer: str
    ) -> list[tuple[ReviewedGame, Item]]:
        """With known answers between them, each as if it were worth what a drawn one of them is."""
        if not items:
            return items
        there = {item.item_id for _, item in items}
        known = [(game, item) for game in games for item in game.known_items(reviewer)]
        known = [(game, item) for game, item in known if item.item_id not in there]
        known.sort(key=lambda each: drawn(f"first {each[1].item_id} {reviewer}"))
        worths = [item.worth.worth for _, item in items]
        for game, item in known[: max(1, round(len(items) * _KNOWN_A_PAGE))]:
            worth = worths[int(drawn(f"place {item.item_id} {reviewer}") * len(worths))]
            items.append((game, replace(item, worth=replace(item.worth, worth=worth))))
        return sorted(items, key=lambda each: rank(each[1]))


def place_of(item: Item, game_id: str) -> Place:
    return Place(-item.worth.worth, item.item_id, game_id)
