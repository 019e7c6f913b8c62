"""Why, of a game from its files to the model."""

from __future__ import annotations

import pytest

from uball_assets.automation.retraining.explaining import explain_models, explain_one
from uball_assets.domain.errors import Permanent
from uball_assets.domain.learning.due.explained import Explained
from uball_assets_tests.league import Platform


def why(platform: Platform, game_id: str) -> Explained:
    return explain_one(platform.settings, platform.resources.registry, platform.notes, game_id)


def test_a_game_says_how_it_stands_from_its_arrival_to_the_model(trained: Platform) -> None:
    assert why(trained, "g1").so.endswith("learned by v1-1games")
    trained.add_game("g2")
    assert why(trained, "g2").so == "new game"
    trained.run_game("g2")
    found = why(trained, "g2")
    assert "not learned yet; training: waiting: 1 new game, 4 needed for v2" in found.so
    assert found.needs.startswith("3 more new or changed games come")
    with pytest.raises(Permanent, match="there is no game g9"):
        why(trained, "g9")


def test_a_refused_game_says_its_grade_and_its_reasons(ready: Platform) -> None:
    assert "grade F" in why(ready, "g3_refused").so


def test_a_promotion_says_what_was_decided_last(trained: Platform) -> None:
    found = explain_models(trained.settings, trained.resources.registry, trained.notes)
    assert set(found) == {"training", "promotion"}
    assert found["training"].so.startswith("up to date")
    assert found["promotion"].so == trained.entries("promotions")[-1]["reason"]
