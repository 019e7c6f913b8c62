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
    match_tolerance_s: PositiveFloat = Field(
        default=TOLERANCE_S,
        description="How far apart a true and an annotated event may be and still be the same one: people "
        "mark to about a second.",
    )
