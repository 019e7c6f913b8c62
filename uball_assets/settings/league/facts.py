"""What counts as a fact of a game.

Belongs here: from what a box score may be made. Not here: where results come from (`results`).
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class FactsSettings(BaseModel):
    box_scores_from: Literal["plays", "plays_or_annotations"] = Field(
        default="plays",
        description="What box scores are counted from: plays, people's alone; plays_or_annotations, a "
        "model's too where people wrote none. Else a feed's lines stand. Each line says whose it is.",
    )
