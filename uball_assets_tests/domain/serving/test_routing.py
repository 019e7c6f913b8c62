"""Routing: weights, the sticky choice, promotion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.serving.routing import (
    Route,
    Routing,
    beside,
    earlier_champions,
    model_for,
    promoted,
    with_canary,
    with_shadow,
    within_reach,
    without_trial,
)

CANARY = Routing(4, (Route("old", 90), Route("new", 10)))
GAMES = [f"game-{number}" for number in range(1000)]


def test_a_game_is_routed_by_its_hash_alone() -> None:
    # `printf g1 | sha256sum` mod 100 is 24, and 85 for g5.
    at_the_border = Routing(1, (Route("a", 24), Route("b", 76)))
    one_later = Routing(1, (Route("a", 25), Route("b", 75)))
    assert [model_for(at_the_border, game_id) for game_id in ("g1", "g5")] == ["b", "b"]
    assert [model_for(one_later, game_id) for game_id in ("g1", "g5")] == ["a", "b"]


def test_games_are_shared_out_by_the_weights() -> None:
    counts = Counter(model_for(CANARY, game_id) for game_id in GAMES)
    assert 70 <= counts["new"] <= 130
    assert counts["old"] + counts["new"] == 1000


def test_raising_a_canary_moves_no_game_back_to_the_old_model() -> None:
    wider = Routing(5, (Route("old", 70), Route("new", 30)))
    new = {game_id for game_id in GAMES if model_for(CANARY, game_id) == "new"}
    assert all(model_for(wider, game_id) == "new" for game_id in new)


def test_a_route_of_no_weight_gets_no_game() -> None:
    routing = Routing(1, (Route("off", 0), Route("on", 100)))
    assert {model_for(routing, game_id) for game_id in GAMES} == {"on"}


@pytest.mark.parametrize(
    "routes",
    [
        pytest.param((), id="none"),
        pytest.param((Route("a", 90),), id="too little"),
        pytest.param((Route("a", 90), Route("b", 20)), id="too much"),
        pytest.param((Route("a", 120), Route("b", -20)), id="negative"),
        pytest.param((Route("a", 50), Route("a", 50)), id="one model twice"),
    ],
)
def test_weights_that_do_not_share_out_all_games_are_refused(routes: tuple[Route, ...]) -> None:
    with pytest.raises(Permanent, match="generation 7"):
        Routing(7, routes)


def test_a_promoted_model_gets_every_game_in_the_next_generation() -> None:
    assert promoted(CANARY, "new") == Routing(5, (Route("new", 100),))
    assert promoted(None, "first") == Routing(1, (Route("first", 100),))


@pytest.mark.parametrize(
    ("generations", "reached"),
    [
        ([], set()),
        ([{"v1": 100}], {"v1"}),
        ([{"v1": 100}, {"v2": 100}], {"v1", "v2"}),
        ([{"v1": 100}, {"v2": 100}, {"v3": 100}], {"v2", "v3"}),
        ([{"v1": 100}, {"v1": 90, "v2": 10}], {"v1", "v2"}),
        ([{"v1": 100}, {"v2": 90, "v3": 10}, {"v2": 50, "v3": 50}], {"v1", "v2", "v3"}),
        ([{"v1": 100}, {"v2": 100}, {"v1": 100}], {"v1", "v2"}),
        ([{"v1": 100}, {"v2": 100}, {"v2": 90, "v3": 10}, {"v2": 100}], {"v1", "v2", "v3"}),
    ],
    ids=[
        *("none", "the first", "a promotion", "two promotions", "a canary", "its share grows"),
        *("a rollback", "a trial that ended"),
    ],
)
def test_within_reach_are_who_serves_and_who_served_before_them(
    generations: list[dict[str, int]], reached: set[str]
) -> None:
    routings = [
        Routing(number, tuple(Route(model, weight) for model, weight in routes.items()))
        for number, routes in enumerate(generations, start=1)
    ]
    assert within_reach(routings) == reached


def test_the_champion_has_the_largest_share_and_one_model_at_most_is_on_trial() -> None:
    assert (CANARY.champion, CANARY.canary, CANARY.on_trial) == ("old", "new", "new")
    shadowed = with_shadow(CANARY, "third")
    assert shadowed == Routing(5, (Route("old", 100),), "third")
    assert (shadowed.canary, shadowed.on_trial) == (None, "third")
    assert without_trial(shadowed) == Routing(6, (Route("old", 100),))
    assert str(shadowed) == "old 100 %, third in shadow"
    with pytest.raises(Permanent, match="one model at a time is on trial"):
        Routing(5, CANARY.routes, "third")


@pytest.mark.parametrize("percent", [0, 50, 100])
def test_a_canary_gets_the_smaller_share(percent: int) -> None:
    with pytest.raises(Permanent, match="1 to 49 %"):
        with_canary(CANARY, "third", percent)
    assert with_canary(CANARY, "third", 20) == Routing(5, (Route("old", 80), Route("third", 20)))


@pytest.mark.parametrize(
    "change", [lambda: with_canary(CANARY, "old", 10), lambda: with_shadow(CANARY, "old")]
)
def test_the_champion_is_no_trial_of_itself(change: Callable[[], Routing]) -> None:
    with pytest.raises(Permanent, match="old serves already"):
        change()


def test_beside_a_champion_answers_the_shadow_and_beside_a_canary_the_champion() -> None:
    assert (beside(CANARY, "old"), beside(CANARY, "new")) == (None, "old")
    assert beside(with_shadow(CANARY, "third"), "old") == "third"
    assert beside(promoted(CANARY, "old"), "old") is None


def test_earlier_champions_are_told_the_last_one_first() -> None:
    rows = [promoted(None, "v1"), promoted(None, "v2"), CANARY, promoted(None, "v1"), promoted(None, "v3")]
    assert earlier_champions(rows) == ["v1", "old", "v2"]


def test_a_shadow_is_within_reach() -> None:
    assert within_reach([promoted(None, "v1"), with_shadow(promoted(None, "v1"), "v2")]) == {"v1", "v2"}
    assert within_reach([with_shadow(promoted(None, "v1"), "v2"), promoted(None, "v1")]) == {"v1"}
