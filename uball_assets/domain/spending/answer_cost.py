"""What answers cost: an estimate before a model is asked, the bill from the tokens that it counted.

Belongs here: tokens of questions and answers, times their prices. Not here: the prices (`cost`) or tokens of
a training (`tuning_plan`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from uball_assets.domain.spending.base_models import BaseModel
from uball_assets.domain.spending.cost import Price, price_of, usd
from uball_assets.domain.spending.preflight import LETTERS_A_TOKEN

Way = Literal["online", "batch"]

ANSWER_TOKENS = 200
"""Of one answer: a play with a sentence and two events has some 500 letters, four to a token, and room."""


@dataclass(frozen=True)
class Tokens:
    """Counted by the service, for one way of asking."""

    way: Way
    input: int
    output: int


def estimated_tokens(
    durations_s: Iterable[float], prompt_letters: int, base: BaseModel, resolution: str, way: Way
) -> Tokens:
    """A question a clip: its prompt, and a frame a second of its clip (`tokens_per_frame`)."""
    frame_tokens = base.tokens_per_frame.get(resolution, 0)
    costs = [
        math.ceil(prompt_letters / LETTERS_A_TOKEN) + max(1, math.ceil(duration_s)) * frame_tokens
        for duration_s in durations_s
    ]
    return Tokens(way, sum(costs), len(costs) * ANSWER_TOKENS)


def answers_usd(tokens: Iterable[Tokens], base: BaseModel, prices: Sequence[Price]) -> float:
    """Raises Permanent for a price that nobody knows."""
    return sum(
        usd(count, price_of(base.name, f"{each.way}_{direction}", prices))
        for each in tokens
        for direction, count in (("input", each.input), ("output", each.output))
        if count
    )
