"""A game's plays over the API: people's and the model's, by typed filters alone."""

from __future__ import annotations

from typing import Any

import pytest

from uball_assets_tests.app.api.conftest import Api
from uball_assets_tests.app.conftest import context_of


@pytest.fixture(scope="module", autouse=True)
def annotated(api: Api) -> None:
    context = context_of(api.client)
    rows = [
        {
            "play_key": f"LEFT_{n}",
            "angle": "LEFT",
            "start_timestamp": 10.0 * n + 1,
            "end_timestamp": 10.0 * n + 5,
            "timestamp_seconds": 10.0 * n + 2,
            "classification": "FG_MAKE",
            "note": "<b>a shot</b>",
            "player_a": "Player #7 (Gray)",
            "player_b": None,
            "events": [{"label": "FG_MAKE", "playerA": "Player #7 (Gray)"}],
            "confidence": 0.8,
            "agreed": True,
            "needs_review": n == 1,
        }
        for n in range(3)
    ]
    context.plays_db.write_annotations("g1", "basketball-model-v1", rows)
    context.registry.append("annotations", {"game_id": "g1", "model": "basketball-model-v1"}, key="one")


def plays(api: Api, game_id: str = "g1", **params: Any) -> list[str]:
    answer = api.client.get(f"/api/plays/{game_id}", params=params)
    assert answer.status_code == 200, answer.text
    return [play["play_id"] for play in answer.json()["plays"]]


def test_a_game_s_plays_are_people_s_and_the_model_s_in_game_order(api: Api) -> None:
    answer = api.client.get("/api/plays/g1").json()
    assert answer["model"] == "basketball-model-v1"
    assert [(play["source"], play["start_game_s"]) for play in answer["plays"]] == [
        ("person", 0.0),
        ("model", 1.0),
        ("person", 10.0),
        ("model", 11.0),
        ("person", 20.0),
        ("model", 21.0),
    ]
    assert answer["plays"][1]["events"] == [
        {"label": "FG_MAKE", "player_a": "Player #7 (Gray)", "player_b": None}
    ]
    assert answer["next"] is None


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"source": "person"}, ["g1_p0", "g1_p1", "g1_p2"]),
        ({"source": "model"}, ["LEFT_0", "LEFT_1", "LEFT_2"]),
        ({"label": "4PT_MAKE"}, ["g1_p2"]),
        ({"label": "FG_MAKE", "source": "person"}, ["g1_p0"]),
        ({"needs_review": "true"}, ["LEFT_1"]),
        ({"from_game_s": 14, "to_game_s": 20}, ["g1_p1", "LEFT_1", "g1_p2"]),
        ({"side": "RIGHT"}, []),
        ({"model": "another", "source": "model"}, []),
    ],
)
def test_filters_all_hold(api: Api, params: dict[str, Any], expected: list[str]) -> None:
    assert plays(api, **params) == expected


def test_pages_follow_each_other_without_a_gap_or_a_double(api: Api) -> None:
    whole, seen, after = plays(api), [], None
    while True:
        page = api.client.get(
            "/api/plays/g1", params={"limit": 2} | ({"after": after} if after else {})
        ).json()
        seen += [play["play_id"] for play in page["plays"]]
        after = page["next"]
        if after is None:
            break
    assert seen == whole


@pytest.mark.parametrize(
    "params",
    [
        {"label": "eq.FG_MAKE"},
        {"label": "FG_MAKE' or 1=1 --"},
        {"select": "*"},
        {"or": "(label.eq.FG_MAKE)"},
        {"game_id": "eq.g2"},
        {"model": "m1&game_id=neq.g1"},
        {"model": "../m1"},
        {"from_game_s": "nan"},
        {"from_game_s": "gte.0"},
        {"limit": 501},
        {"after": "0.000~person~x' union select"},
    ],
)
def test_no_database_s_own_filter_passes(api: Api, params: dict[str, Any]) -> None:
    answer = api.client.get("/api/plays/g1", params=params)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("game_id", ["g9", "g1%27", "..%2Fg1", "g1%00"])
def test_a_game_that_is_not_there_is_not_found_or_refused(api: Api, game_id: str) -> None:
    assert api.client.get(f"/api/plays/{game_id}").status_code in (404, 422)


def test_a_game_without_plays_has_none(api: Api) -> None:
    answer = api.client.get("/api/plays/g2").json()
    assert (answer["plays"], answer["model"], answer["left_out"]) == ([], None, 0)
