from __future__ import annotations

import numpy as np
import pytest

from uball_assets.domain.serving.e_value import PROMOTE_AT, e_value


@pytest.mark.parametrize(
    ("more", "less", "evidence"),
    [(0, 0, 1.0), (5, 0, 10.5), (3, 2, 0.70), (10, 2, 9.44), (0, 30, 1 / 31)],
)
def test_the_evidence_is_as_computed_elsewhere(more: int, less: int, evidence: float) -> None:
    assert e_value(more, less) == pytest.approx(evidence, rel=2e-3)


def test_equal_models_looked_at_after_every_play_are_called_better_in_at_most_one_of_twenty() -> None:
    tosses = np.random.default_rng(7).integers(0, 2, (400, 120)).cumsum(axis=1)
    reached = sum(
        any(e_value(int(more), at + 1 - int(more)) >= PROMOTE_AT for at, more in enumerate(row))
        for row in tosses
    )
    assert reached / len(tosses) <= 0.05


def test_thousands_of_plays_do_not_overflow() -> None:
    assert e_value(3_000, 2_000) > 1e30
    assert e_value(2_000, 3_000) < 0.01
