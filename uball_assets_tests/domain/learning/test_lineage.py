from __future__ import annotations

from typing import Any

from uball_assets.domain.learning.lineage import games_learned_by, line_of, traces


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
