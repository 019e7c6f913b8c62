"""What every plays database does with a reviewer's decision: the row and its play at once, or neither."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.domain.errors import Permanent
from uball_assets_tests.contracts.test_plays_db import (
    DATABASES,
    G1,
    G2,
    GAME,
    PLAY,
    A,
    B,
    Database,
    an_id,
    play,
    unstamped,
)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> Database:
    made: Database = request.param(request)
    return made


@pytest.fixture
def db(database: Database) -> PlaysDb:
    return database.open()


def a_decision(name: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "decision_id": an_id(name),
        "game_id": G1,
        "play_id": A,
        "chain": A,
        "number": number,
        "kind": "decision",
        "action": "accept",
        "reviewer": "Ann",
        "decided_at": "2026-11-29T10:00:00+00:00",
        "shown": {"note": "<b>Ömer</b>'; drop table plays; --"},
        "rows_before": [],
        "rows_after": [],
        **changes,
    }


def test_a_decision_and_its_play_come_together_and_the_play_is_dated(db: PlaysDb) -> None:
    db.add_game(GAME, [], [])
    new = {column: value for column, value in PLAY.items() if column not in ("created_at", "updated_at")}
    assert db.decide(a_decision("first"), [], [new])
    [row] = db.plays(G1)
    assert {column: row[column] for column in new} == new
    assert row["updated_at"]
    [entered] = db.decisions(game_id=G1)
    assert entered["shown"] == a_decision("first")["shown"]
    assert db.decisions(play_id=A) == db.decisions(decision_id=an_id("first")) == [entered]
    assert db.decisions(kind="check") == db.decisions(game_id=G2) == db.decisions(play_id="no uuid") == []
    before = db.play_versions()
    assert db.decide(a_decision("second", 2), [row], [{**row, "note": "corrected"}])
    [changed] = db.plays(G1)
    assert changed["note"] == "corrected"
    assert changed["updated_at"] > row["updated_at"]
    assert db.play_versions() != before


def test_a_decision_that_changes_nothing_leaves_the_play_as_it_is(db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [])
    before = db.plays(G1)
    assert db.decide(a_decision("sound"), before, before)
    assert db.plays(G1) == before


def test_a_play_is_taken_out_and_others_come_in_its_place(db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [])
    rows = db.plays(G1)
    parts = [{**rows[0], "end_timestamp": 13.0}, play(B, start_timestamp=13.0)]
    assert db.decide(a_decision("split", action="split"), rows, parts)
    assert [(row["id"], row["end_timestamp"]) for row in db.plays(G1)] == [(A, 13.0), (B, 16.0)]
    assert db.decide(a_decision("none", 2, action="reject"), db.plays(G1), [])
    assert db.plays(G1) == []


@pytest.mark.parametrize("late", ["the chain", "the play", "the play is gone", "a new play"])
def test_who_comes_second_changes_nothing(database: Database, db: PlaysDb, late: str) -> None:
    db.add_game(GAME, [PLAY], [])
    seen = db.plays(G1)
    number, becomes = 1, [{**seen[0], "note": "mine"}]
    if late == "the chain":
        assert db.decide(a_decision("theirs"), [], [])
    elif late == "the play":
        database.sql("update plays set note = 'theirs', updated_at = '2027-01-01T00:00:00+00:00'")
    elif late == "the play is gone":
        database.sql("delete from plays")
    else:
        seen = []
    before, entered = db.plays(G1), db.decisions(game_id=G1)
    assert not db.decide(a_decision("mine", number), seen, becomes)
    assert (db.plays(G1), db.decisions(game_id=G1)) == (before, entered)


def test_the_same_decision_again_is_there_and_done_once(db: PlaysDb) -> None:
    db.add_game(GAME, [], [])
    for _ in range(2):
        assert db.decide(a_decision("first"), [], [play(A)])
    assert len(db.decisions(game_id=G1)) == len(db.plays(G1)) == 1


def test_of_many_who_decide_at_once_one_does(database: Database, db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [])
    seen = db.plays(G1)

    def one(number: int) -> bool:
        becomes = [{**seen[0], "note": f"by {number}"}]
        return database.open().decide(a_decision(f"by {number}"), seen, becomes)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(16))) == 1
    [entered] = db.decisions(game_id=G1)
    assert an_id(db.plays(G1)[0]["note"]) == entered["decision_id"]


def test_a_game_is_in_review_from_its_first_decided_play_until_somebody_closes_it(db: PlaysDb) -> None:
    for game_id in (G1, G2):
        db.add_game({"id": game_id}, [], [])
    assert db.games_in_review() == []
    assert db.decide(a_decision("first", game_review="open"), [], [play(A)])
    assert db.decide(a_decision("second", chain=B, play_id=B, game_review="open"), [], [play(B)])
    assert [row["game_review"] for row in db.decisions(game_id=G1)].count("open") == 1
    assert db.games_in_review() == [G1]
    closed = a_decision("closed", chain=f"game {G1}", kind="game", play_id=None, game_review="closed")
    assert db.decide(closed, [], [])
    assert db.decide(a_decision("third", 2, game_review="open"), [], [])
    assert db.games_in_review() == []


def test_a_refused_decision_leaves_no_play_and_a_removed_game_no_decision(db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [])
    db.add_game({"id": G2}, [], [])
    with pytest.raises(Permanent):
        db.decide(a_decision("odd", colour="red"), [], [play(B)])
    with pytest.raises(Permanent):
        db.decide(a_decision("another game's"), [], [play(B, game_id=G2)])
    assert unstamped(db.plays(G1)) == unstamped([PLAY])
    assert db.decide(a_decision("kept"), [], [])
    db.remove_game(G1)
    assert db.decisions(game_id=G1) == []
