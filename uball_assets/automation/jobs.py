"""The jobs people and sensors start: one game's chain, the model chain, its end alone, and asking for one.

Belongs here: which assets run together, and what bounds a run. Not here: when (`sensors`).
"""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.record.training_requests import ask_for_training, words_of
from uball_assets.assets import ours
from uball_assets.assets.run_words import GAME_JOB, LEAGUE_TAGS, RETRAIN_JOB, SCORING_JOB

_BOUNDED = {"dagster/max_runtime": "14400", **LEAGUE_TAGS}
"""A run that hangs ends after four hours. How often one is tried: `executor`."""

game_job = dg.define_asset_job(
    GAME_JOB,
    selection=dg.AssetSelection.groups("game", "annotation"),
    tags=_BOUNDED,
    description="One game: videos, plays, clips, examples, annotations.",
)
retrain_job = dg.define_asset_job(
    RETRAIN_JOB,
    selection=ours.selected("training_set", "tuned_model", "evaluation", "endpoint"),
    tags=_BOUNDED,
    description="One model for all games that are due. Any due game's partition starts it.",
)
scoring_job = dg.define_asset_job(
    SCORING_JOB,
    selection=ours.selected("evaluation", "endpoint"),
    tags=_BOUNDED,
    description="Scores the newest model and decides on it, without a training: for one whose run ended "
    "before that. Any game that it has learned starts it.",
)


class Asked(dg.Config):
    """What a person fills in."""

    because: str
    by: str
    from_base: bool = False


@dg.op(description="Puts the request on the record; retrain_sensor starts the training.")
def ask_for_a_training(
    context: dg.OpExecutionContext, config: Asked, registry: dg.ResourceParam[Registry]
) -> None:
    entry = ask_for_training(registry, config.by, config.because, from_base=config.from_base)
    context.log.info("on the record: %s", words_of(entry))


@dg.job(
    tags=_BOUNDED, description="Asks for a training although none is due, with who and why: as `uball train`."
)
def train_job() -> None:
    ask_for_a_training()


jobs: list[UnresolvedAssetJobDefinition | dg.JobDefinition] = [game_job, retrain_job, scoring_job, train_job]
"""What people and sensors start."""
