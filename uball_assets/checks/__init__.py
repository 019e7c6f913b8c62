"""What the assets found, shown as verdicts: one module for each assets module, by the same name.

The checks of `training_examples` are given by the asset itself (`assets.examples_verdicts` says why).
"""

from uball_assets.checks import annotations, clips, forecasting, games, model

all_checks = [
    *games.checks,
    *clips.checks,
    *annotations.checks,
    *model.checks,
    *forecasting.checks,
]
