from __future__ import annotations

from typing import Any

import pytest

from uball_assets.domain.learning.lineage import StartFrom, games_learned_by, line_of, start_of, traces


def model(name: str, parent: str | None, *game_ids: str) -> dict[str, Any]:
    return {"name": name, "parent": parent, "game_ids": list(game_ids)}


MODELS = [
    model("v1", None, "a", "gone"),
    model("v2", "v1", "a", "b"),
    model("v3", None, "a", "b", "c"),
    model("v4", "v2", "a", "b", "d"),
]


def test_a_model_has_learned_what_every_parent_in_its_line_has() -> None:
    assert [entry["name"] for entry in line_of(MODELS, "v4")] == ["v4", "v2", "v1"]
    assert games_learned_by(MODELS, "v4") == {"a", "b", "d", "gone"}
    assert games_learned_by(MODELS, "v3") == {"a", "b", "c"}
    assert games_learned_by(MODELS, None) == frozenset()


def test_a_line_that_bites_its_tail_ends() -> None:
    assert len(line_of([model("v1", "v2"), model("v2", "v1")], "v1")) == 2


def test_a_withdrawn_game_is_told_through_the_whole_line_and_an_edited_one_where_it_was_edited() -> None:
    told = traces(MODELS, "v4", {"a", "b", "d"}, {"b"})
    assert [(trace.game_id, trace.what) for trace in told] == [("b", "edited"), ("gone", "withdrawn")]
    assert all("--from-base" in trace.effect for trace in told)


def test_a_model_from_its_base_has_no_trace_of_anything() -> None:
    assert traces(MODELS, None, {"a"}, {"a"}) == []


OLD, CHAMPION, REFUSED = (
    {"name": name, "base": base} for name, base in (("v1", "b0"), ("v4", "b1"), ("v5", "b1"))
)


@pytest.mark.parametrize(
    ("way", "newest", "champion", "is_base_asked", "parent", "words"),
    [
        ("champion", None, None, False, None, "the first model"),
        ("champion", CHAMPION, CHAMPION, False, "v4", "v4 serves"),
        ("champion", REFUSED, CHAMPION, False, "v4", "v5, the newest, does not"),
        ("newest", REFUSED, CHAMPION, False, "v5", "serving or not"),
        ("base", REFUSED, CHAMPION, False, None, "UBALL_START_FROM"),
        ("champion", REFUSED, CHAMPION, True, None, "a person asked"),
        ("champion", CHAMPION, None, False, "v4", "none serves yet"),
        ("champion", REFUSED, OLD, False, None, "another base, b0"),
    ],
)
def test_a_training_goes_on_from_whom_the_league_trusts(
    way: StartFrom,
    newest: dict[str, str] | None,
    champion: dict[str, str] | None,
    is_base_asked: bool,
    parent: str | None,
    words: str,
) -> None:
    start = start_of(way, newest, champion, "b1", is_base_asked=is_base_asked)
    assert (start.parent["name"] if start.parent else None) == parent
    assert words in start.reason


def test_a_training_that_does_not_go_on_from_the_newest_is_another_one() -> None:
    def apart(way: StartFrom, champion: dict[str, str], *, is_base_asked: bool = False) -> str:
        return start_of(way, REFUSED, champion, "b1", is_base_asked=is_base_asked).sets_apart

    assert apart("champion", REFUSED) == apart("newest", CHAMPION) == ""
    assert apart("champion", CHAMPION) == "v4"
    assert apart("base", CHAMPION) == apart("champion", OLD) == "base"
    assert apart("champion", CHAMPION, is_base_asked=True) == ""
