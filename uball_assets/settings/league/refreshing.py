"""How often the league's sources are asked by themselves.

Belongs here: that. Not here: which sources there are (`results`), the sensors' interval (`automation`).
"""

from __future__ import annotations

from pydantic import BaseModel, Field, PositiveFloat


class RefreshSettings(BaseModel):
    results_look_s: PositiveFloat = Field(
        default=3600.0,
        description="How long the sources of results are left alone in a season, in seconds, where nothing "
        "is missing: games are moved, players are hurt. Missing results are asked for sooner; in the "
        "off-season nobody is asked.",
    )
