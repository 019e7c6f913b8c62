"""Whose weights a training goes on from: nobody's who was refused."""

from __future__ import annotations

from typing import Any

import pytest

from uball_assets_tests.league import Platform


def third_version(platform: Platform, **settings: Any) -> dict[str, Any]:
    """v1 serves, v2 of g1 and g2 does not; then g3 comes."""
    learned, *_, measured = platform.rows("g3")
    platform.add_game("g3", [learned, measured])
    changed = platform.with_settings(**settings)
    assert changed.run_game("g3").success
    assert changed.materialize("training_set", "tuned_model", game_id="g3").success
    return dict(changed.entries("models")[-1])


@pytest.mark.parametrize(
    ("start_from", "parent", "new_games", "words"),
    [
        ("champion", "basketball-model-v1-1games", ["g2", "g3"], "v2-2games, the newest, does not"),
        ("newest", "basketball-model-v2-2games", ["g3"], "serving or not"),
        ("base", None, ["g1", "g2", "g3"], "every version starts from its base"),
    ],
)
def test_what_a_refused_version_learned_is_new_again_to_who_goes_on_from_the_champion(
    undecided: Platform, start_from: str, parent: str | None, new_games: list[str], words: str
) -> None:
    model = third_version(undecided, start_from=start_from, train_on="new_plus_replay")
    assert (model["version"], model["parent"]) == (3, parent)
    assert model["lessons"]["new_games"] == new_games
    assert words in model["starts"]


def test_a_version_that_was_refused_and_a_set_that_comes_back_never_meet_as_one_training(
    undecided: Platform,
) -> None:
    first = third_version(undecided)
    undecided.instance.delete_dynamic_partition("games", "g3")
    assert undecided.materialize("training_set", "tuned_model", game_id="g2").success
    again = undecided.entries("models")[-1]
    second = undecided.entries("models")[1]
    assert again["manifest_hash"] == second["manifest_hash"]
    assert again["parent"] == first["parent"] == second["parent"] == "basketball-model-v1-1games"
    assert again["version"] == 4
