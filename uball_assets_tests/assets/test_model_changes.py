"""When models may not change, and a model whose run ended before it was decided on."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from uball_assets.adapters.record.pauses import pause, resume
from uball_assets.assets import evaluation as evaluation_module
from uball_assets.automation.situation import why
from uball_assets.domain.errors import Permanent
from uball_assets.services.asking.annotator import Annotator
from uball_assets_tests.league import Platform, failure, metadata

UNTIL = datetime(2099, 1, 1, tzinfo=UTC)


def reason(platform: Platform) -> str:
    return why(platform.settings, platform.resources.registry, platform.notes)


def test_in_a_pause_no_model_is_trained_and_a_game_is_annotated_all_the_same(processed: Platform) -> None:
    registry = processed.resources.registry
    pause(registry, "ann", "playoffs", UNTIL)
    said = failure(processed.retrain("g1"), "tuned_model")
    assert said.startswith("no model changes: paused by ann until 2099-01-01 00:00 UTC (playoffs); to do:")
    assert processed.entries("models") == []
    assert processed.run_game("g1").success
    resume(registry, "ann", "they are over")
    assert processed.retrain("g1").success


def test_in_a_freeze_window_nothing_is_promoted_and_it_is_decided_when_that_ends(undecided: Platform) -> None:
    frozen = undecided.with_settings(freeze_windows=("2000-01-01..2098-12-31",))
    before = frozen.entries("routes")
    held = frozen.materialize("endpoint", game_id="g1")
    assert held.success
    assert "freeze window" in metadata(held, "endpoint")["decision"]
    assert frozen.entries("routes") == before
    assert "freeze window" in reason(frozen)
    assert reason(undecided) == "due: v2-2games is scored, and nobody has decided on it"


def test_a_killed_evaluation_is_made_up_by_a_run_that_trains_nothing(
    trained: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained.add_game("g2")
    trained.run_game("g2")
    with monkeypatch.context() as patch:
        patch.setattr(evaluation_module, "score", _stopped)
        assert not trained.retrain("g2").success
    assert len(trained.entries("models")) == 2
    assert reason(trained) == "due: v2-2games is trained, and has no score yet"
    assert trained._run("scoring_job", "g1", {}).success
    assert len(trained.entries("models")) == 2
    assert trained.entries("promotions")[-1]["challenger"] == trained.entries("models")[-1]["name"]
    assert reason(trained).startswith("up to date")


def test_the_newest_model_and_the_champion_are_scored_first_and_a_ceiling_then_costs_only_the_others(
    undecided: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The serving model lost its score on the newest set, for others were asked before it."""
    for number in (3, 4):
        undecided.edit(undecided.rows("g1")[0], note=f"once more {number}")
        undecided.run_game("g1")
        asked: list[str] = []
        with monkeypatch.context() as patch:
            patch.setattr(Annotator, "annotate", _asking(Annotator.annotate, asked, most=2))
            result = undecided.retrain("g1")
        assert result.success, json.dumps(asked)
    newest = undecided.entries("models")[-1]["name"]
    assert asked[0] == newest


def _stopped(*_: object) -> None:
    raise Permanent("the ceiling is reached")


def _asking(real, asked: list[str], most: int):  # type: ignore[no-untyped-def]
    def annotate(self, model, *arguments):  # type: ignore[no-untyped-def]
        if len(asked) == most:
            raise Permanent("the ceiling is reached")
        asked.append(model.name)
        return real(self, model, *arguments)

    return annotate
