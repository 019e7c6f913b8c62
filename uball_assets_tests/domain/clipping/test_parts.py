"""Parts: every clip once, neighbours together, large ones first."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from uball_assets.domain.clipping.clips import ClipPlan
from uball_assets.domain.clipping.parts import SMALLEST_PART, divided
from uball_assets.domain.footage.angles import Angle


def plans(count: int) -> list[ClipPlan]:
    """Of plays one after the other, in any order."""
    found = [
        ClipPlan(f"p{at_s}", "g1", Angle.FAR_LEFT, f"p{at_s}.mp4", at_s, at_s + 5.0, None, f"k{at_s}", False)
        for at_s in range(count)
    ]
    Random(3).shuffle(found)
    return found


@pytest.mark.parametrize("machines", [1, 2, 3, 10])
@pytest.mark.parametrize("count", [0, 1, 2, 16, 97])
def test_each_clip_is_in_one_part_and_parts_follow_the_video(count: int, machines: int) -> None:
    parts = divided(plans(count), machines)
    starts_s = [plan.start_file_s for part in parts for plan in part]
    assert starts_s == sorted(plan.start_file_s for plan in plans(count))
    assert Counter(plan.name for part in parts for plan in part) == Counter(
        plan.name for plan in plans(count)
    )


@pytest.mark.parametrize(
    ("count", "machines", "sizes"),
    [
        (16, 2, [4, 3, 3, 2, 2, 2]),
        (40, 3, [7, 6, 5, 4, 3, 3, 2, 2, 2, 2, 2, 2]),
        (5, 8, [2, 2, 1]),
    ],
)
def test_the_first_parts_are_large_and_the_last_ones_small(
    count: int, machines: int, sizes: list[int]
) -> None:
    assert [len(part) for part in divided(plans(count), machines)] == sizes
    assert SMALLEST_PART == 2
