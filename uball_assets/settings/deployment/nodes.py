"""What several machines do for one game.

Belongs here: how many. Not here: when it is worth it (`domain.clipping.parts`), how a node is asked
(`automation.nodes`).
"""

from __future__ import annotations

from pydantic import BaseModel, Field, PositiveInt


class NodeSettings(BaseModel):
    clip_nodes: PositiveInt = Field(
        default=1,
        le=64,
        description="Nodes of Ray that cut one game's clips at once, at most, that of its run among them: on "
        "each other one a run's place, while it is free. 1: that of its run alone. More pays where one long "
        "game must be fast (deploy/ray/README.md), not where many wait. Clips are the same.",
    )
