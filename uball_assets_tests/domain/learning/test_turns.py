"""Whose turn it is when there are more games than a tick can take: the next tick is told little, and nobody
starves."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from uball_assets.domain.learning.pickup import Pickup
from uball_assets.domain.learning.turns import Turns, behind, next_seen, whose_turn

DUE = Pickup(True, "new game", 1)
SETTLING = Pickup(False, "still settling", is_settling=True)
CURRENT = Pickup(False, "up to date", is_current=True)
FAILED = Pickup(False, "attempt 1 failed")


def ids(count: int) -> list[str]:
    return [f"g{number:02d}" for number in range(count)]


def ticks(count: int, growing: set[str], most_watched: int, most_started: int, games: int) -> dict[str, int]:
    """How often each game was started, where each start ends at once and files of `growing` never rest."""
    turns, started_at = Turns(), dict.fromkeys(ids(games), 0)
    for tick in range(count):
        hashes = {game: f"{tick if game in growing else 0}" for game in started_at}
        decided = {
            game: DUE if turns.seen.get(game) == hashed else SETTLING for game, hashed in hashes.items()
        }
        started = whose_turn(decided, turns.started_to, most_started)
        for game in started:
            started_at[game] += 1
        seen, watched_to = next_seen(turns, hashes, decided, (), started, most_watched)
        assert len(seen) <= most_watched
        turns = replace(
            turns, seen=seen, watched_to=watched_to, started_to=started[-1] if started else turns.started_to
        )
    return started_at


def test_every_game_gets_its_turn_where_a_tick_can_watch_and_start_only_some() -> None:
    started = ticks(30, set(), most_watched=4, most_started=2, games=12)
    assert min(started.values()) >= 1


def test_games_whose_files_never_rest_keep_no_other_waiting() -> None:
    growing = set(ids(30)[:20])
    started = ticks(60, growing, most_watched=4, most_started=2, games=30)
    assert {game for game, times in started.items() if times} == set(ids(30)) - growing


def test_the_due_are_started_behind_the_last_one_and_round_to_it() -> None:
    decided = {"a": DUE, "b": CURRENT, "c": DUE, "d": DUE}
    assert whose_turn(decided, "", 2) == ["a", "c"]
    assert whose_turn(decided, "c", 2) == ["d", "a"]
    assert behind(["b", "a"], "z") == ["a", "b"]


def test_what_is_up_to_date_is_not_carried_to_the_next_tick() -> None:
    decided = {"a": CURRENT, "b": SETTLING, "c": FAILED, "d": DUE}
    seen, _ = next_seen(Turns(), dict.fromkeys(decided, "1"), decided, (), ["d"])
    assert seen == {"b": "1", "d": "1", "c": "1"}


def test_a_game_that_was_not_come_to_keeps_what_is_known_of_it() -> None:
    before = Turns(seen={"a": "1", "gone": "1"})
    seen, _ = next_seen(before, {"b": "2"}, {"b": SETTLING}, ["a"], ())
    assert seen == {"a": "1", "b": "2"}


def test_the_cursor_comes_back_as_it_was_left() -> None:
    turns = Turns({"a": "1"}, watched_to="a", started_to="b", look_from="c", settled_to="d")
    assert Turns.from_told(json.loads(json.dumps(turns.to_dict()))) == turns


def test_the_cursor_of_before_turns_were_kept_is_read_on() -> None:
    assert Turns.from_told({"a": "1", "b": "2"}) == Turns(seen={"a": "1", "b": "2"})


@pytest.mark.parametrize("told", [None, 0, [], "a", True, {"seen": 3}, {"seen": {"a": 1}, "look_from": 7}])
def test_a_cursor_that_says_something_else_costs_one_more_look(told: object) -> None:
    turns = Turns.from_told(told)
    assert turns.look_from == turns.watched_to == ""
    assert turns.seen.get("b") != "1"
