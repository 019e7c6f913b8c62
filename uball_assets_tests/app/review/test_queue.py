"""The queue of a league: few games are read for a page, and none is missed when it changes."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fastapi.testclient import TestClient

from uball_assets.adapters.access.review_index import IndexedGame, Place, ReviewIndex
from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.app.context import AppContext
from uball_assets.domain.record import LABEL_AUDITS
from uball_assets.services.review.queue import ReviewQueue
from uball_assets.services.review.sources import Sources
from uball_assets_tests.app.conftest import context_of
from uball_assets_tests.app.review.conftest import MODEL

GAMES = 30


class Counting:
    """The database, and how often each game's plays were read."""

    def __init__(self, database: PlaysDb) -> None:
        self._database = database
        self.read: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def plays(self, game_id: str) -> list[dict[str, Any]]:
        self.read[game_id] += 1
        return self._database.plays(game_id)


def add_games(context: AppContext) -> None:
    """Each with two plays of the machine's; the later the game, the surer."""
    for number in range(GAMES):
        game_id = f"x{number:03d}"
        context.plays_db.add_game({"id": game_id}, [], [])
        rows = [
            {
                "play_key": f"k{moment_s}",
                "angle": "LEFT",
                "start_timestamp": moment_s - 2,
                "end_timestamp": moment_s + 2,
                "timestamp_seconds": moment_s,
                "classification": "FOUL",
                "confidence": 0.2 + number / 100,
                "agreed": True,
            }
            for moment_s in (10.0, 30.0)
        ]
        context.plays_db.write_annotations(game_id, MODEL, rows)
        entered(context, "games", game_id, rows=0)
        entered(context, "annotations", game_id, model=MODEL)


def entered(context: AppContext, kind: str, game_id: str, **state: Any) -> None:
    context.registry.append_change(kind, {"game_id": game_id, **state}, subject="game_id")


def test_a_page_reads_its_own_games_and_what_the_record_tells_of_anew(reviewing: TestClient) -> None:
    context = context_of(reviewing)
    add_games(context)
    database = Counting(context.plays_db)
    sources = Sources(context.training, context.registry, database)
    queue = ReviewQueue(sources, ReviewIndex(context.db), read_for_s=60.0)
    first = queue.page("Ann", 10)
    assert first.unread_games == 0
    assert first.left >= 2 * GAMES
    assert len(database.read) == GAMES + 2

    database.read.clear()
    again = queue.page("Ann", 10)
    assert [item.item_id for _, item in again.items] == [item.item_id for _, item in first.items]
    assert 0 < len(database.read) <= 10
    shown = {game.game_id for game, _ in again.items}

    database.read.clear()
    quiet = next(f"x{number:03d}" for number in range(GAMES) if f"x{number:03d}" not in shown)
    rows = context.plays_db.annotations(quiet, MODEL)
    context.plays_db.write_annotations(quiet, MODEL, [{**rows[0], "confidence": 0.0, "agreed": False}])
    entered(context, LABEL_AUDITS, quiet, document_hash="another")
    after = queue.page("Ann", 2 * GAMES)
    assert quiet in {game.game_id for game, _ in after.items}
    assert after.left == first.left - 1


def test_a_league_that_is_new_to_the_index_is_read_from_page_to_page(reviewing: TestClient) -> None:
    context = context_of(reviewing)
    add_games(context)
    sources = Sources(context.training, context.registry, context.plays_db)
    queue = ReviewQueue(sources, ReviewIndex(context.db), read_for_s=0.0)
    left = [queue.page("Ann", 1).unread_games for _ in range(3)]
    assert GAMES + 2 > left[0] > left[1] > left[2] > 0
    assert ReviewQueue(sources, ReviewIndex(context.db), read_for_s=60.0).page("Ann", 1).unread_games == 0


def test_what_another_server_decided_is_not_asked_again_though_the_index_has_it(
    reviewing: TestClient,
) -> None:
    def queue() -> list[str]:
        return [one["item_id"] for one in reviewing.get("/api/review/queue").json()["items"]]

    first, *others = queue()
    context = context_of(reviewing)
    decided = reviewing.get(f"/api/review/items/{first}").json()
    places = ReviewIndex(context.db).best(None, 100)
    headers = {"If-Match": decided["version"]}
    reviewing.put(f"/api/review/items/{first}/decision", json={"action": "reject"}, headers=headers)
    of_game = [place for place in places if place.game_id == decided["game_id"]]
    token = context_token(context, decided["game_id"])
    ReviewIndex(context.db).put([IndexedGame(decided["game_id"], token, tuple(of_game))])
    assert queue() == others


def context_token(context: AppContext, game_id: str) -> str:
    return ReviewQueue(context.review.sources, ReviewIndex(context.db))._tokens()[game_id]


def test_a_game_that_is_decided_in_while_a_page_is_made_is_said_to_be_unread(reviewing: TestClient) -> None:
    """Else the page would seem to be the last of the league."""
    context = context_of(reviewing)

    class Decided(ReviewIndex):
        def best(self, after: Place | None, limit: int) -> list[Place]:
            self.drop(["m1", "p1"])
            return super().best(after, limit)

    sources = Sources(context.training, context.registry, context.plays_db)
    page = ReviewQueue(sources, Decided(context.db)).page("ada", 50)
    assert (page.items, page.next, page.unread_games) == ([], None, 2)
