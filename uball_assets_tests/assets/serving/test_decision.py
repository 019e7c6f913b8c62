"""What becomes of a new version, on the record and in the routes."""

from __future__ import annotations

import pytest

from uball_assets.adapters.record.routes import cause_of, current_routing
from uball_assets.assets.serving.decision import carry_out, decided
from uball_assets_tests.assets.serving.scripted import (
    V1,
    V2,
    WRONG,
    serving_of,
    with_scripted,
    write_scores,
)
from uball_assets_tests.league import Platform, metadata

BETTER = {1: "-" * 6 + "+" * 14, 2: "+" * 20}
WORSE = {1: "+" * 20, 2: "-" * 6 + "+" * 14}
OPEN = {1: "-" + "+" * 19, 2: "+" * 20}


def decide(platform: Platform) -> dict[str, object]:
    result = platform.materialize("endpoint", game_id="g2")
    assert result.success
    assert metadata(result, "endpoint")["decision"] == platform.entries("promotions")[-1]["reason"]
    return platform.entries("promotions")[-1]


@pytest.mark.parametrize(
    ("scores", "step", "routing", "generations"),
    [
        (BETTER, "promote", f"{V2} 100 %", 2),
        (WORSE, "refuse", f"{V1} 100 %", 1),
        (OPEN, "shadow", f"{V1} 100 %, {V2} in shadow", 2),
    ],
    ids=["better", "worse", "cannot tell"],
)
def test_a_new_version_takes_over_is_refused_or_answers_in_shadow(
    undecided: Platform, scores: dict[int, str], step: str, routing: str, generations: int
) -> None:
    write_scores(undecided, scores)
    assert decide(undecided)["step"] == step
    assert str(current_routing(undecided.resources.registry)) == routing
    assert len(undecided.entries("routes")) == generations


def test_the_row_of_a_decision_says_who_what_and_why_and_is_written_once(undecided: Platform) -> None:
    write_scores(undecided, BETTER)
    decision = decide(undecided)
    cause = cause_of(undecided.entries("routes")[-1])
    assert (cause.who, str(cause.what), cause.why) == ("the gate", "promotion", decision["reason"])
    decide(undecided)
    assert (len(undecided.entries("promotions")), len(undecided.entries("routes"))) == (2, 2)


def test_a_run_killed_between_the_decision_and_its_row_is_carried_out_by_the_next(
    undecided: Platform,
) -> None:
    write_scores(undecided, BETTER)
    decide(undecided)
    (undecided.training / "record/routes/000002.json").unlink()
    decide(undecided)
    assert str(current_routing(undecided.resources.registry)) == f"{V2} 100 %"


def test_a_decision_is_not_carried_out_over_another_champion_than_it_was_taken_on(
    undecided: Platform,
) -> None:
    write_scores(undecided, BETTER)
    decide(undecided)
    serving_of(undecided).rollback(None, "ann", "v2 misreads free throws")
    decide(undecided)
    assert str(current_routing(undecided.resources.registry)) == f"{V1} 100 %"


def test_a_dead_champion_gives_up_its_place_to_a_challenger_that_answers(undecided: Platform) -> None:
    """The evaluation set is new, and nobody can ask the dead one about it."""
    (undecided.training / f"models/{V1}/model.safetensors").unlink()
    for entry in undecided.training.glob("record/evaluations/*.json"):
        if V1 in entry.read_text():
            entry.write_text(entry.read_text().replace(V1, "basketball-model-v0-0games"))
    decision = decide(undecided)
    assert (decision["step"], decision["silent"], decision["champion"]) == ("promote", V1, None)
    assert f"{V1} does not answer and gives up its place to {V2}" in str(decision["reason"])
    assert str(current_routing(undecided.resources.registry)) == f"{V2} 100 %"
    assert undecided.entries("routes")[-1]["reason"] == decision["reason"]


def test_a_dead_champion_gives_up_its_place_to_the_last_route_that_answers(undecided: Platform) -> None:
    """v1 served before v2, which is dead; v3 is worse than v1."""
    platform, scripted = with_scripted(undecided)
    serving_of(platform).promote(platform.entries("models")[1], "ann", "a try")
    platform.add_game("g3")
    assert platform.run_game("g3").success
    for asset in ("training_set", "tuned_model", "evaluation"):
        assert platform.materialize(asset, game_id="g3").success
    write_scores(platform, {1: "+" * 20, 2: "+" * 20, 3: "-" * 6 + "+" * 14})
    scripted.dead.add(V2)
    decision = decide(platform)
    assert (decision["step"], decision["silent"], decision["champion"]) == ("refuse", V2, V1)
    assert str(current_routing(platform.resources.registry)) == f"{V1} 100 %"
    assert str(cause_of(platform.entries("routes")[-1]).what) == "rollback"


def test_a_promotion_by_the_older_rule_is_read_on(undecided: Platform) -> None:
    """Its entry has no step, and its row no cause and the old key."""
    registry = undecided.resources.registry
    yardstick = undecided.entries("manifests")[-1]["yardstick_hash"]
    old = {"challenger": V2, "champion": V1, "promote": True, "reason": "as many", "p_value": 1.0}
    registry.append("promotions", {**old, "yardstick_hash": yardstick}, key=f"{V2}:{yardstick}")
    route = {"generation": 2, "routes": [{"model": V2, "weight_percent": 100}], "reason": "as many"}
    registry.append("routes", route, key=f"promote:{V2}")
    back = {"generation": 3, "routes": [{"model": V1, "weight_percent": 100}], "reason": "by hand"}
    registry.append("routes", back, key="by-hand-3")
    assert decide(undecided)["reason"] == "as many"
    assert len(undecided.entries("routes")) == 3
    told = [(row["status"], row["reason"]) for row in undecided.resources.plays_db.model_versions()]
    assert told == [("serving", "by hand"), ("retired", "by hand")]


@pytest.mark.parametrize(
    ("scores", "step", "routing"),
    [(BETTER, "stay", f"{V1} 100 %"), (OPEN, "shadow", f"{V1} 100 %, {V2} in shadow")],
    ids=["better", "cannot tell"],
)
def test_a_failed_line_holds_a_promotion_now_and_by_a_trial(
    undecided: Platform, scores: dict[int, str], step: str, routing: str
) -> None:
    platform, scripted = with_scripted(undecided, "new1", "new2")
    write_scores(platform, scores)
    serving, training = serving_of(platform), platform.resources.training
    newest, manifest = platform.entries("models")[-1], platform.entries("manifests")[-1]
    decision = decided(training, serving, newest, manifest, ["no points beside v1-1games"])
    carry_out(serving, decision)
    assert (decision["step"], decision["failed_lines"]) == (step, ["no points beside v1-1games"])
    assert str(current_routing(platform.resources.registry)) == routing
    scripted.manners[V1] = WRONG
    for game_id in ("new1", "new2"):
        assert platform.run_game(game_id).success
    assert str(current_routing(platform.resources.registry)) == routing
