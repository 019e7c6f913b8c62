"""What a processed game still lacks."""

from __future__ import annotations

from typing import Any

from uball_assets.domain.learning.lacking import lacks

WHOLE: dict[str, Any] = {"grade": "A", "rows": 240, "clips_lost": None, "lost_hash": None}


def said(states: dict[str, dict[str, Any]], **words: Any) -> dict[str, str]:
    return {game: lack.said for game, lack in lacks(states, **words).items()}


def league(count: int, **others: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {**{f"g{number}": WHOLE for number in range(count)}, **others}


def test_a_refused_game_and_one_with_lost_clips_lack_something_and_others_nothing() -> None:
    assert said(
        league(
            2,
            refused=WHOLE | {"grade": "F"},
            one=WHOLE | {"clips_lost": 1, "lost_hash": "x"},
            both=WHOLE | {"grade": "F", "clips_lost": 2, "lost_hash": "y"},
            to_annotate=WHOLE | {"grade": "F", "rows": 0},
            removed={"removed": True, "grade": "F", "clips_lost": 3},
            older={"grade": "B", "rows": 200},
        )
    ) == {"refused": "grade F", "one": "a clip was lost", "both": "grade F, 2 clips were lost"}


def test_other_lost_clips_are_another_lack() -> None:
    def name(lost_hash: str) -> str:
        return lacks({"g": WHOLE | {"clips_lost": 2, "lost_hash": lost_hash}})["g"].name

    assert name("x") == name("x")
    assert name("x") != name("y")


def test_a_game_that_nobody_annotated_lacks_the_clips_of_windows_that_were_lost() -> None:
    states = {"new": WHOLE | {"rows": 0, "grade": "F"}}
    annotated = {"new": {"clips_lost": 2, "lost_hash": "x"}, "gone": {"clips_lost": 1, "lost_hash": "y"}}
    assert said(states, annotated=annotated) == {"new": "2 clips were lost"}
    assert said(states, annotated={"new": {"clips_lost": None, "lost_hash": None}}) == {}
    assert said(states, annotated={"new": {"model": "an entry of before"}}) == {}
    other = {"new": {"clips_lost": 2, "lost_hash": "z"}}
    assert lacks(states, annotated=annotated)["new"].name != lacks(states, annotated=other)["new"].name


def test_a_stub_that_was_graded_while_the_league_was_small_is_found_when_it_has_grown() -> None:
    stub = WHOLE | {"rows": 3}
    assert said(league(7, stub=stub)) == {}
    assert said(league(8, stub=stub)) == {"stub": "3 plays are far too few for a game"}
    assert said(league(8, stub=stub), short_games=("stub",)) == {}
    assert said(league(8, half=WHOLE | {"rows": 121})) == {}
