from __future__ import annotations

import pytest

from uball_assets.domain.learning.early_stopping import best_epoch, has_stalled, is_held_out


@pytest.mark.parametrize(
    ("losses", "best", "stalled"),
    [
        ([2.0], 1, False),
        ([2.0, 1.0, 0.5], 3, False),
        ([2.0, 1.0, 1.1], 2, False),
        ([2.0, 1.0, 1.1, 1.0], 2, True),
        ([1.0, 1.5, 2.0], 1, True),
    ],
)
def test_a_training_has_stalled_two_epochs_after_its_best(
    losses: list[float], best: int, stalled: bool
) -> None:
    assert best_epoch(losses) == best
    assert has_stalled(losses, 2) is stalled


def test_nothing_has_stalled_before_the_first_epoch() -> None:
    assert not has_stalled([], 1)


def test_a_tenth_of_the_plays_is_held_out_by_name_alone() -> None:
    held_out = [play for play in map(str, range(5000)) if is_held_out(play)]
    assert 400 < len(held_out) < 600
    assert held_out == [play for play in map(str, range(5000)) if is_held_out(play)]
