"""A model on trial: both answer the same plays, one is used, and the pairs decide with no hand."""

from __future__ import annotations

import pytest

from uball_assets.adapters.record.pauses import pause, resume
from uball_assets.adapters.record.routes import cause_of, current_routing
from uball_assets.assets.record.queries import game_targets, processed_targets
from uball_assets.automation.retraining.explaining import explain_models
from uball_assets.domain.footage import object_names
from uball_assets.domain.serving.routing import model_for
from uball_assets.services.sources import source_hashes
from uball_assets_tests.assets.serving.scripted import (
    NOTHING,
    V1,
    V2,
    WRONG,
    Scripted,
    serving_of,
    with_scripted,
)
from uball_assets_tests.automation.ticking import Ticker
from uball_assets_tests.league import Platform, failure, metadata

GAMES = tuple(f"new{number}" for number in range(12))


@pytest.fixture
def league(undecided: Platform) -> tuple[Platform, Scripted]:
    """v1 serves, v2 waits; whoever is asked is right, unless a test says otherwise."""
    return with_scripted(undecided)


def arrive(platform: Platform, scripted: Scripted, game_id: str) -> None:
    platform.add_game(game_id)
    scripted.labels = {
        **scripted.labels,
        **{row["id"]: row["classification"] for row in platform.rows(game_id)},
    }


def annotated_by(platform: Platform, game_id: str) -> str:
    newest = platform.resources.registry.newest("annotations", game_id)
    assert newest
    return str(newest["model"])


def canary_games(platform: Platform, count: int) -> list[str]:
    """Ids of games that are the canary's."""
    routing = current_routing(platform.resources.registry)
    assert routing
    names = (f"game{number}" for number in range(1000))
    return [name for name in names if model_for(routing, name) == routing.canary][:count]


def test_a_shadow_answers_the_same_plays_and_only_the_champion_s_answers_are_used(
    league: tuple[Platform, Scripted],
) -> None:
    platform, scripted = league
    serving_of(platform).shadow(platform.entries("models")[1], "ann", "a look")
    arrive(platform, scripted, "new1")
    result = platform.run_game("new1")
    assert scripted.asked.count(V1) == scripted.asked.count(V2) > 0
    assert annotated_by(platform, "new1") == V1
    assert platform.resources.plays_db.annotations("new1", V2) == []
    assert (platform.training / object_names.shadowed("new1", V2)).exists()
    [pairs] = platform.entries("shadow_pairs")
    assert (pairs["challenger"], pairs["champion"], pairs["used"]) == (V2, V1, V1)
    assert list(pairs["plays"].values()) == [["right", "right"]] * 4
    assert (
        f"{V2} beside {V1}: cannot tell yet (0 gained and 0 lost"
        in metadata(result, "annotations")["compared"]
    )
    platform.run_game("new1")
    assert len(platform.entries("shadow_pairs")) == 1


def test_a_shadow_is_not_asked_about_a_game_that_it_has_learned_from(
    league: tuple[Platform, Scripted],
) -> None:
    platform, scripted = league
    serving_of(platform).shadow(platform.entries("models")[1], "ann", "a look")
    result = platform.run_game("g2")
    assert "has learned from this game" in metadata(result, "annotations")["compared"]
    assert V2 not in scripted.asked


def test_a_shadow_that_is_better_takes_over_and_one_that_is_worse_is_out(
    league: tuple[Platform, Scripted],
) -> None:
    platform, scripted = league
    serving_of(platform).shadow(platform.entries("models")[1], "ann", "a look")
    scripted.manners[V1] = WRONG
    for game_id in GAMES[:2]:
        arrive(platform, scripted, game_id)
        platform.run_game(game_id)
    assert str(current_routing(platform.resources.registry)) == f"{V2} 100 %"
    cause = cause_of(platform.entries("routes")[-1])
    assert (cause.who, str(cause.what)) == ("the rule for trials", "promotion")
    assert cause.why.startswith("better: evidence")
    serves = {row["name"]: row["status"] for row in platform.resources.plays_db.model_versions()}
    assert serves == {V1: "retired", V2: "serving"}

    serving_of(platform).shadow(platform.entries("models")[0], "ann", "the old one, for a look")
    for game_id in GAMES[2:4]:
        arrive(platform, scripted, game_id)
        platform.run_game(game_id)
    assert str(current_routing(platform.resources.registry)) == f"{V2} 100 %"
    assert cause_of(platform.entries("routes")[-1]).why.startswith(f"{V1}: worse: evidence")


def test_a_trial_without_games_is_ended_by_a_tick_with_its_reason(league: tuple[Platform, Scripted]) -> None:
    platform, _ = league
    serving_of(platform).canary(platform.entries("models")[1], 10, "ann", "a look")
    Ticker(platform, "retrain_sensor").tick()
    assert len(platform.entries("routes")) == 2
    late = platform.with_settings(trial_idle_days=1e-6)
    Ticker(late, "retrain_sensor").tick()
    row = platform.entries("routes")[-1]
    assert (row["routes"], row["generation"]) == ([{"model": V1, "weight_percent": 100}], 3)
    assert cause_of(row).who == "the rule for trials"
    assert cause_of(row).why.startswith(f"{V2}: no traffic for 0 days")
    told = explain_models(late.settings, platform.resources.registry, platform.notes)["trial"]
    assert told.so == f"ended: {cause_of(row).why}"
    Ticker(late, "retrain_sensor").tick()
    assert len(platform.entries("routes")) == 3


def test_a_better_shadow_waits_while_no_model_may_change_and_takes_over_with_the_next_game(
    league: tuple[Platform, Scripted],
) -> None:
    platform, scripted = league
    registry = platform.resources.registry
    serving_of(platform).shadow(platform.entries("models")[1], "ann", "a look")
    scripted.manners[V1] = WRONG
    pause(registry, "ann", "the playoffs", until=None)
    for game_id in GAMES[:2]:
        arrive(platform, scripted, game_id)
        compared = metadata(platform.run_game(game_id), "annotations")["compared"]
    assert "the playoffs" in compared
    assert V1 in str(current_routing(registry))

    resume(registry, "ann", "they are over")
    arrive(platform, scripted, GAMES[2])
    platform.run_game(GAMES[2])
    assert str(current_routing(registry)) == f"{V2} 100 %"


def test_a_canary_that_gets_worse_is_rolled_back_with_no_hand(league: tuple[Platform, Scripted]) -> None:
    platform, scripted = league
    serving_of(platform).canary(platform.entries("models")[1], 20, "ann", "try it")
    first, second, third = canary_games(platform, 3)
    arrive(platform, scripted, first)
    assert platform.run_game(first).success
    assert annotated_by(platform, first) == V2
    scripted.manners[V2] = WRONG
    for game_id in (second, third):
        arrive(platform, scripted, game_id)
        assert platform.run_game(game_id).success
        assert annotated_by(platform, game_id) == V2
    assert [pairs["used"] for pairs in platform.entries("shadow_pairs")] == [V2] * 3
    assert str(current_routing(platform.resources.registry)) == f"{V1} 100 %"
    cause = cause_of(platform.entries("routes")[-1])
    assert (cause.who, str(cause.what)) == ("the rule for trials", "trial ended")
    assert "worse: evidence" in cause.why


def test_a_canary_s_share_is_whole_games_and_the_others_are_the_champion_s_alone(
    league: tuple[Platform, Scripted],
) -> None:
    platform, scripted = league
    serving_of(platform).canary(platform.entries("models")[1], 20, "ann", "try it")
    routing = current_routing(platform.resources.registry)
    assert routing
    other = next(game_id for game_id in GAMES if model_for(routing, game_id) == V1)
    arrive(platform, scripted, other)
    assert platform.run_game(other).success
    assert (annotated_by(platform, other), V2 in scripted.asked) == (V1, False)


@pytest.mark.parametrize("has_plays", [True, False], ids=["annotated by people", "by nobody"])
@pytest.mark.parametrize("fault", ["dead", "says nothing"])
def test_a_canary_that_fails_is_out_and_its_game_is_the_champion_s(
    league: tuple[Platform, Scripted], fault: str, has_plays: bool
) -> None:
    platform, scripted = league
    serving_of(platform).canary(platform.entries("models")[1], 20, "ann", "try it")
    [game_id] = canary_games(platform, 1)
    if has_plays:
        arrive(platform, scripted, game_id)
    else:
        platform.add_game(game_id, [])
    if fault == "dead":
        scripted.dead.add(V2)
    else:
        scripted.manners[V2] = NOTHING
    assert platform.run_game(game_id).success
    assert annotated_by(platform, game_id) == V1
    assert str(current_routing(platform.resources.registry)) == f"{V1} 100 %"
    why = cause_of(platform.entries("routes")[-1]).why
    assert ("does not answer" if fault == "dead" else "gave no valid answer to any of") in why


def test_a_shadow_that_does_not_answer_is_out_and_costs_the_game_nothing(
    league: tuple[Platform, Scripted],
) -> None:
    platform, scripted = league
    serving_of(platform).shadow(platform.entries("models")[1], "ann", "a look")
    scripted.dead.add(V2)
    arrive(platform, scripted, "new1")
    assert platform.run_game("new1").success
    assert annotated_by(platform, "new1") == V1
    assert cause_of(platform.entries("routes")[-1]).why == f"{V2} does not answer"


def test_a_champion_that_does_not_answer_fails_its_games_and_says_what_to_do(
    league: tuple[Platform, Scripted],
) -> None:
    platform, scripted = league
    scripted.dead.add(V1)
    arrive(platform, scripted, "new1")
    assert "uball rollback" in failure(platform.run_game("new1"), "annotations")


def test_a_rollback_while_a_game_is_annotated_loses_none(league: tuple[Platform, Scripted]) -> None:
    """What has begun ends on the model it began with; a game that nobody annotated is then due again."""
    platform, scripted = league
    serving = serving_of(platform)
    serving.promote(platform.entries("models")[1], "ann", "it looks better")
    rolled_back: list[int] = []

    def roll_back() -> None:
        if not rolled_back:
            rolled_back.append(serving.rollback(None, "ann", "it is not")["generation"])

    scripted.while_asked = roll_back
    platform.add_game("new1", [])
    arrive(platform, scripted, "new2")
    for game_id in ("new1", "new2"):
        assert platform.run_game(game_id).success
    assert rolled_back == [3]
    assert [annotated_by(platform, game_id) for game_id in ("new1", "new2")] == [V2, V1]
    assert len(platform.resources.plays_db.annotations("new1", V2)) > 0
    registry = platform.resources.registry
    hashes = source_hashes(
        platform.resources.video_store, platform.resources.plays_db, ["new1", "new2"], None
    )
    wanted, done = game_targets(registry, hashes, {}), processed_targets(registry)
    assert wanted["new1"] != done["new1"]
    assert platform.run_game("new1").success
    assert annotated_by(platform, "new1") == V1


def test_a_shadow_over_its_ceiling_is_not_asked_and_costs_the_game_nothing(
    league: tuple[Platform, Scripted],
) -> None:
    platform, scripted = league
    serving_of(platform).shadow(platform.entries("models")[1], "ann", "a look")
    scripted.refused = {V2: "about $9.00 is over the ceiling of shadows"}
    arrive(platform, scripted, "new1")
    result = platform.run_game("new1")
    assert result.success
    assert annotated_by(platform, "new1") == V1
    assert metadata(result, "annotations")["compared"].endswith("over the ceiling of shadows")
    assert platform.entries("shadow_pairs") == []
