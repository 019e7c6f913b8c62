from __future__ import annotations

from datetime import timedelta

import pytest

from uball_assets.domain.learning.training_config import TrainingConfig
from uball_assets.domain.spending.base_models import base_model
from uball_assets.domain.spending.rebase import rebased

ENDS = base_model("gemini-2.5-pro").retires_on


@pytest.mark.parametrize(
    ("base", "days_left", "successor", "expected", "says"),
    [
        ("gemini-2.5-pro", 76, "gemini-3.5-flash", "gemini-2.5-pro", ""),
        (
            "gemini-2.5-pro",
            75,
            "gemini-3.5-flash",
            "gemini-3.5-flash",
            "in 75 days: trained from its successor",
        ),
        ("gemini-2.5-pro", -1, "gemini-3.5-flash", "gemini-3.5-flash", "already: trained from its successor"),
        ("gemini-2.5-pro", 75, None, "gemini-2.5-pro", "set UBALL_SUCCESSOR_BASE_MODEL"),
        ("gemini-2.5-pro", 75, "gemini-2.5-pro", "gemini-2.5-pro", "set UBALL_SUCCESSOR_BASE_MODEL"),
        ("local-mlp-1", 1, "gemini-3.5-flash", "local-mlp-1", ""),
        ("a base of their own", 1, "gemini-3.5-flash", "a base of their own", ""),
    ],
)
def test_the_successor_takes_over_so_many_days_before_the_end(
    base: str, days_left: int, successor: str | None, expected: str, says: str
) -> None:
    assert ENDS is not None
    config, note = rebased(TrainingConfig(base, 1, 7, "p"), successor, 75, ENDS - timedelta(days=days_left))
    assert config.base == expected
    assert says in note
    assert bool(note) is bool(says)
