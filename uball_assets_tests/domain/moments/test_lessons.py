from __future__ import annotations

from typing import Any

from uball_assets.domain.moments.lessons import MOST_GAMES, newest_annotated


def state(game_id: str, plays: int = 200, **changed: Any) -> dict[str, Any]:
    return {"game_id": game_id, "plays": plays, "trainable": True, **changed}


def chosen(*states: dict[str, Any], but: str = "new") -> list[str]:
    return [each["game_id"] for each in newest_annotated(states, but)]


def test_the_newest_games_come_first() -> None:
    assert chosen(state("g1"), state("g2"), state("g3")) == ["g3", "g2", "g1"]


def test_never_the_game_that_it_is_for() -> None:
    assert chosen(state("g1"), state("new")) == ["g1"]


def test_a_games_newest_state_counts() -> None:
    assert chosen(state("g1"), state("g2"), state("g1", trainable=False)) == ["g2"]
    assert chosen(state("g1", trainable=False), state("g2"), state("g1")) == ["g1", "g2"]


def test_games_without_plays_and_refused_ones_teach_nothing() -> None:
    assert chosen(state("g1", plays=0), state("g2", trainable=False), state("g3")) == ["g3"]


def test_only_so_many_games_whatever_the_league_has() -> None:
    assert chosen(*(state(f"g{n:02}") for n in range(40))) == [
        f"g{n:02}" for n in range(39, 39 - MOST_GAMES, -1)
    ]
