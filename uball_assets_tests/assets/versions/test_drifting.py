"""Drift, through the real assets: entered once a game and model, shown, told, and a reason to train."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from click.testing import CliRunner

from uball_assets.adapters.record.registry import Registry, StoreRegistry
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.assets.versions.drifting import follow
from uball_assets.automation.situation import policy, retrain_situation
from uball_assets.cli import main
from uball_assets.domain.learning.retrain import decide
from uball_assets.domain.serving.drift import Line
from uball_assets_tests.assets.serving.scripted import V1, WRONG, Scripted, with_scripted
from uball_assets_tests.league import Platform


def was_promoted_on(registry: Registry, right: int, plays: int, model: str = V1) -> None:
    score = {"low": 0.0, "value": right / plays, "high": 1.0, "n": plays}
    entry = {"model": model, "yardstick_hash": "then", "play_accuracy": score}
    registry.append("evaluations", entry, key=f"{model}:then")
    registry.append("promotions", {"challenger": model, "yardstick_hash": "then"}, key=f"{model}:then")


def play(registry: Registry, game_id: str, right: int, count: int = 10, model: str = V1) -> None:
    accuracy = {"low": 0.0, "value": right / count, "high": 1.0, "n": count}
    entry = {"game_id": game_id, "model": model, "play_count": count, "play_accuracy": accuracy}
    registry.append("unseen_scores", entry, key=f"{game_id}:{model}")


def verdict(result: dg.ExecuteInProcessResult) -> dg.AssetCheckEvaluation:
    [found] = [
        event.asset_check_evaluation_data
        for event in result.all_events
        if event.event_type_value == "ASSET_CHECK_EVALUATION"
        and event.asset_check_evaluation_data.check_name == "drift"
    ]
    return found


@pytest.fixture
def league(trained: Platform) -> tuple[Platform, Scripted]:
    """v1 serves, was promoted on 54 of 60 plays, and gets nothing right any more."""
    was_promoted_on(trained.resources.registry, 54, 60)
    platform, scripted = with_scripted(trained, "g2", "g3")
    scripted.manners[V1] = WRONG
    return platform, scripted


def test_a_model_that_gets_worse_is_shown_told_and_a_reason_to_train(
    league: tuple[Platform, Scripted], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform, _ = league
    first, second = (verdict(platform.run_game(game_id)) for game_id in ("g2", "g3"))
    assert (first.passed, second.passed) == (True, False)
    assert "not enough yet: 46 more plays of new games until 50" in str(first.description)
    assert "gets fewer than its 90% of plays right, after 2 new games" in str(second.description)
    assert "data:image/jpeg;base64" in str(second.metadata["drift"].value)
    rows: Any = second.metadata["signs"].value
    assert "not enough yet, 13 more games needed" in {row.data["verdict"] for row in rows.records}
    assert "brightness" in str(platform.entries("unseen_scores")[0]["numbers"])

    situation = retrain_situation(
        platform.settings, platform.resources.registry, platform.notes, datetime.now(UTC)
    )
    decision = decide(situation, policy(platform.settings))
    assert decision.due
    assert decision.reason.startswith("due: 2 new games, for drift: evidence")
    monkeypatch.setenv("UBALL_HOME", str(platform.settings.home))
    status = json.loads(CliRunner().invoke(main, ["status", "--json"]).stdout)
    [told] = [one for one in status["findings"] if one["key"] == f"drift:{V1}"]
    assert (told["level"], told["what"]) == ("warning", "the serving video model has got worse")


def test_a_game_that_the_model_has_learned_tells_nothing_of_drift(trained: Platform) -> None:
    found = verdict(trained.run_game("g1"))
    assert (found.passed, trained.entries("drift")) == (True, [])
    assert "has learned from this game" in str(found.description)


def test_a_training_since_the_alarm_began_is_not_asked_for_again(trained: Platform) -> None:
    registry = trained.resources.registry
    drift = {"model": V1, "is_alarm": True, "said": "drift: so", "alarm_since": "2020-01-01T00:00:00+00:00"}
    for since, called in (("2020-01-01T00:00:00+00:00", ""), ("2100-01-01T00:00:00+00:00", "drift: so")):
        registry.append("drift", drift | {"alarm_since": since}, key=since)
        situation = retrain_situation(trained.settings, registry, trained.notes, datetime.now(UTC))
        assert situation.drift == called


def test_a_game_is_entered_once_and_what_a_killed_run_left_out_is_entered_by_the_next(
    registry: StoreRegistry,
) -> None:
    was_promoted_on(registry, 54, 60)
    for number in range(3):
        play(registry, f"g{number}", 9)
    play(registry, "other", 1, model="v2")
    assert follow(registry, V1, Line()).points[-1].games == 3
    play(registry, "g3", 9)
    play(registry, "g4", 9)
    whole = follow(registry, V1, Line())
    again = follow(registry, V1, Line())
    assert str(again) == str(whole)
    assert str(whole).startswith("no drift: 90% of the last 50 plays right")
    assert [entry["game_id"] for entry in registry.entries("drift")] == ["g0", "g1", "g2", "g3", "g4"]


def test_game_by_game_and_all_at_once_find_the_same(registry: StoreRegistry, tmp_path: Path) -> None:
    was_promoted_on(registry, 54, 60)
    play(registry, "g0", 7)
    apart = follow(registry, V1, Line())
    for number, right in enumerate((9, 4, 8, 10, 6), start=1):
        play(registry, f"g{number}", right)
        apart = follow(registry, V1, Line())
    at_once = StoreRegistry(FolderStore(tmp_path / "other"), lambda: datetime.now(UTC))
    was_promoted_on(at_once, 54, 60)
    for entry in registry.entries("unseen_scores"):
        play(at_once, entry["game_id"], round(entry["play_accuracy"]["value"] * 10))
    assert follow(at_once, V1, Line()).points == apart.points


def test_a_baseline_that_comes_later_starts_the_alarm_then_and_stays(registry: StoreRegistry) -> None:
    was_promoted_on(registry, 4, 4)
    play(registry, "g0", 0)
    assert "46 more plays in the score that it was promoted on" in str(follow(registry, V1, Line()))
    registry.append("manifests", {"yardstick_hash": "newer"}, key="newer")
    score = {"low": 0.0, "value": 0.5, "high": 1.0, "n": 80}
    entry = {"model": V1, "yardstick_hash": "newer", "play_accuracy": score}
    registry.append("evaluations", entry, key=f"{V1}:newer")
    play(registry, "g1", 5)
    followed = follow(registry, V1, Line())
    assert followed.baseline
    assert (followed.baseline.share, followed.points[-1].plays) == (0.5, 20)


def test_games_that_have_become_others_are_told_with_the_number(registry: StoreRegistry) -> None:
    was_promoted_on(registry, 54, 60)
    for number in range(20):
        accuracy = {"low": 0.0, "value": 0.9, "high": 1.0, "n": 10}
        dark = {"brightness": 40.0 + number % 3 if number >= 15 else 110.0 + number % 4}
        entry = {"game_id": f"g{number}", "model": V1, "play_count": 10, "play_accuracy": accuracy}
        registry.append("unseen_scores", {**entry, "numbers": dark}, key=f"g{number}:{V1}")
    follow(registry, V1, Line())
    newest = registry.newest("drift", V1)
    assert newest
    [told] = newest["changed"]
    assert told.startswith("brightness, 0 to 255: 111 before, 40.8 now")
