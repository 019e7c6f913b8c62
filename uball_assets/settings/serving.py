"""How a model is asked and how its answers are judged.

Belongs here: questions and tolerances. Not here: which model answers (the record's routes).
"""

from __future__ import annotations

from typing import Literal

from pydantic import (
    BaseModel,
    Field,
    PositiveFloat,
)

from uball_assets.domain.answers.matching import TOLERANCE_S
from uball_assets.domain.serving.asking_again import Again


class ServingSettings(BaseModel):
    media_resolution: Literal["low", "medium", "high"] = Field(
        default="low",
        description="How closely Gemini looks at a frame, in training and in service alike. low is the "
        "cheapest and allows clips of up to 20 minutes. Changing it writes every example again.",
    )
    annotate_by: Literal["online", "batch"] = Field(
        default="batch",
        description="How vertex annotates whole games: batch costs half and has no rate limit; online "
        "answers at once.",
    )
    annotate_again: Again = Field(
        default="better",
        description="When a game that nobody annotated is asked again because another model serves. better: "
        "only by one that the gate proved better than the one that was asked, for each time costs as much as "
        "the first; always: by every other; never. Ceilings hold all the same.",
    )
    match_tolerance_s: PositiveFloat = Field(
        default=TOLERANCE_S,
        description="How far apart a true and an annotated event may be and still be the same one: people "
        "mark to about a second.",
    )
