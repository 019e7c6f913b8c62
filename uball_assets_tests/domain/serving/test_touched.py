"""What a bad model touched is told whole: its turns, games, what people made of them, who learned of it."""

from __future__ import annotations

from typing import Any

from uball_assets.domain.serving.touched import Turn, touched


def model(name: str, parent: str | None = None, day: int = 1, games: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"name": name, "parent": parent, "recorded_at": at(day), "game_ids": [*games]}


def at(day: int) -> str:
    return f"2026-03-{day:02}T12:00:00+00:00"


def route(day: int, shadow: str | None = None, **shares: float) -> dict[str, Any]:
    routes = [{"model": name, "weight_percent": share} for name, share in shares.items()]
    return {"recorded_at": at(day), "routes": routes, "shadow": shadow, "reason": f"day {day}"}


def annotated(game_id: str, by: str | None, day: int, plays: int = 30) -> dict[str, Any]:
    return {"game_id": game_id, "model": by, "recorded_at": at(day), "play_count": plays}


def decision(game_id: str, day: int, action: str = "accept", kind: str = "machine") -> dict[str, Any]:
    after = [] if action == "reject" else [{"id": "p"}]
    decided_at = at(day).replace("+00:00", "Z")
    shown = {"kind": kind}
    return {
        "game_id": game_id,
        "action": action,
        "decided_at": decided_at,
        "shown": shown,
        "rows_after": after,
    }


MODELS = [model("v1"), model("v2", "v1", 3), model("v3", "v2", 9, ("g1",)), model("v4", "v1", 9, ("g2",))]


def told(routes: Any = (), annotations: Any = (), decisions: Any = (), name: int = 1) -> Any:
    return touched(MODELS[name], MODELS, routes, annotations, decisions)


def test_a_model_that_never_served_touched_nothing() -> None:
    found = told([route(1, v1=100)], [annotated("g1", "v1", 2)])
    assert (found.turns, found.games, found.learned, found.serves) == ([], [], [], False)
    assert found.before is None


def test_turns_are_told_with_their_share_and_one_that_goes_on_is_one() -> None:
    rows = [
        route(1, v1=100),
        route(2, shadow="v2", v1=100),
        route(3, v1=90, v2=10),
        route(4, v2=100),
        route(5, shadow="v3", v2=100),
        route(6, v1=100),
    ]
    found = told(rows)
    assert found.turns == [
        Turn(at(2), at(3), 0.0, "day 2"),
        Turn(at(3), at(4), 10, "day 3"),
        Turn(at(4), at(6), 100, "day 4"),
    ]
    assert not found.serves
    assert found.before == "v1"
    assert told(rows[:4]).serves
    assert not told(rows[:2]).serves


def test_a_games_words_stand_until_another_model_has_answered() -> None:
    rows = [annotated("g1", "v2", 4, 31), annotated("g2", "v2", 4), annotated("g2", "v1", 5, 8)]
    found = told([], [*rows, annotated("g3", "v1", 5)])
    assert [(game.game_id, game.stands, game.plays) for game in found.games] == [
        ("g1", True, 31),
        ("g2", False, 30),
    ]
    assert found.standing == ["g1"]


def test_what_people_decided_counts_while_its_words_stood_and_was_about_them() -> None:
    rows = [annotated("g1", "v1", 1), annotated("g1", "v2", 4), annotated("g1", "v1", 8)]
    taken = [
        decision("g1", 2),
        decision("g1", 5),
        decision("g1", 6),
        decision("g1", 6, "reject"),
        decision("g1", 6, "undo"),
        decision("g1", 6, kind="person"),
        decision("g1", 9),
        decision("g9", 5),
    ]
    (game,) = told([], rows, taken).games
    assert game.decided == {"accept": 2, "reject": 1}


def test_models_that_learned_of_its_words_and_those_that_go_on_from_it_are_named() -> None:
    rows = [annotated("g1", "v2", 4), annotated("g2", "v2", 4)]
    found = told([], rows, [decision("g1", 5), decision("g2", 6, "reject")])
    assert found.learned == ["v3"]
    assert found.heirs == ["v3"]
    assert told(name=0).heirs == ["v2", "v3", "v4"]


def test_a_model_trained_before_the_decision_learned_nothing_of_it() -> None:
    found = told([], [annotated("g1", "v2", 4)], [decision("g1", 10)])
    assert found.learned == []
