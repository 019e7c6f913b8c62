"""The jobs of the league: a quick refresh without training, and the whole pipeline.

Belongs here: which assets run together, and what bounds a run. Not here: when (`sensors`), the form that is
filled in (`assets.league.run_form`).
"""

import dagster as dg

from uball_assets.assets import ours
from uball_assets.assets.run_words import LEAGUE_TAGS, PIPELINE_JOB, REFRESH_JOB

_BOUNDED = {"dagster/max_runtime": "7200", **LEAGUE_TAGS}
FACTS = ("results", "box_score", "form_features")
MODELS = ("outcome_model", "player_model", "forecast_endpoint")

quick_refresh = dg.define_asset_job(
    REFRESH_JOB,
    selection=ours.selected(*FACTS, "forecasts"),
    tags=_BOUNDED,
    description="Results, box scores, features and forecasts, without a training. Any game's partition "
    "starts it.",
)
forecast_pipeline = dg.define_asset_job(
    PIPELINE_JOB,
    selection=ours.selected(*FACTS, *MODELS, "forecasts"),
    tags=_BOUNDED,
    description="The same with the models: trained where that is due, decided on, and asked.",
)
league_jobs = [quick_refresh, forecast_pipeline]
