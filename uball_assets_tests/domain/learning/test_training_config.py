from __future__ import annotations

from typing import Any

import pytest

from uball_assets.domain.learning.training_config import TrainingConfig

OPTIONS = {"adapter_size": "4", "learning_rate_multiplier": "", "checkpoints": "last"}
CONFIG = TrainingConfig("gemini-3.5-flash", 1, 7, "p1", OPTIONS)
TOLD = {"base": "gemini-3.5-flash", "epochs": 1, "seed": 7, "prompt_hash": "p1", "options": OPTIONS}


@pytest.mark.parametrize(
    ("told", "differences"),
    [
        (TOLD, ()),
        ({}, ()),
        ({"name": "a model from before it was recorded", "base": "gemini-3.5-flash"}, ()),
        (TOLD | {"epochs": 3}, ("epochs 1 instead of 3",)),
        (TOLD | {"seed": 8}, ("seed 7 instead of 8",)),
        (TOLD | {"prompt_hash": "p0"}, ("another prompt",)),
        (
            TOLD | {"options": {"adapter_size": "8"}},
            ("adapter size 4 instead of 8", "checkpoints last instead of none"),
        ),
        (
            TOLD | {"base": "local-mlp-1", "options": {}, "seed": 8},
            ("base model gemini-3.5-flash instead of local-mlp-1", "seed 7 instead of 8"),
        ),
    ],
)
def test_what_a_model_was_told_otherwise_is_said_in_words(
    told: dict[str, Any], differences: tuple[str, ...]
) -> None:
    assert CONFIG.differences(told) == differences


def test_before_the_first_model_nothing_differs() -> None:
    assert CONFIG.differences(None) == ()
