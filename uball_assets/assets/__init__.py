"""What exists, in the order the data flows."""

from uball_assets.assets.annotations import annotations
from uball_assets.assets.clips import CLIPS
from uball_assets.assets.endpoint import endpoint, routes
from uball_assets.assets.evaluation import evaluation
from uball_assets.assets.examples import training_examples
from uball_assets.assets.games import plays, raw_videos
from uball_assets.assets.model import tuned_model
from uball_assets.assets.training_set import training_set

all_assets = [
    raw_videos,
    plays,
    *CLIPS.values(),
    training_examples,
    training_set,
    tuned_model,
    evaluation,
    endpoint,
    routes,
    annotations,
]
