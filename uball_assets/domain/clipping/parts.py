"""How a camera's clips are divided among machines that cut them at once.

Belongs here: which clips go together, and when it is worth it. Not here: who takes which part
(`adapters.machine.places`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from uball_assets.domain.clipping.clips import ClipPlan

FEWEST_CLIPS = 16
"""Fewer are cut before another machine has begun."""
SMALLEST_PART = 2
"""Each part costs a question and an answer, and its machine waits for the part's last clip."""


def divided(plans: Sequence[ClipPlan], machines: int) -> list[tuple[ClipPlan, ...]]:
    """Clips that are neighbours in the video, as one read serves several. The first parts are large, as each
    costs something, the last ones small, so that all machines end at about the same time."""
    left = sorted(plans, key=lambda plan: (plan.start_file_s, plan.name))
    parts = []
    while left:
        size = max(SMALLEST_PART, math.ceil(len(left) / (2 * machines)))
        parts.append(tuple(left[:size]))
        left = left[size:]
    return parts
