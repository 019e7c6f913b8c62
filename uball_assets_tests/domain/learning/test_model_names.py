from __future__ import annotations

from uball_assets.domain.learning.model_names import model_name, version_label


def test_a_model_is_named_by_its_version_and_its_games() -> None:
    assert version_label(3, 10) == "v3-10games"
    assert model_name(3, 10) == "basketball-model-v3-10games"
    assert model_name(1, 1) == "basketball-model-v1-1games"
