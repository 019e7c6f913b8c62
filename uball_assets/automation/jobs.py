"""The jobs people and sensors start: one game's chain, and the model chain.

Belongs here: which assets run together, and what bounds a run. Not here: when (`sensors`).
"""

from __future__ import annotations

import dagster as dg

_BOUNDED = {"dagster/max_runtime": "14400"}
"""A run that hangs ends after four hours. How often one is tried: `executor`."""

game_job = dg.define_asset_job(
    "game_job",
    selection=dg.AssetSelection.groups("game", "annotation"),
    tags=_BOUNDED,
    description="One game: videos, plays, clips, examples, annotations.",
)
retrain_job = dg.define_asset_job(
    "retrain_job",
    selection=dg.AssetSelection.assets("training_set", "tuned_model", "evaluation", "endpoint"),
    tags=_BOUNDED,
    description="One model for all games that are due. Any due game's partition starts it.",
)
jobs = [game_job, retrain_job]
