"""The jobs that a person presses in the UI to change who serves; `uball promote` and its like do the same.

Belongs here: the form that is filled in, and the run. Not here: what a change takes (`services.serving`), the
rules that change routes by themselves (`assets.serving`, `services.trials`).
"""

import dagster as dg
from pydantic import Field

from uball_assets.adapters.models.endpoint import Endpoint
from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.routes import routing_of
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.record.queries import model_versions
from uball_assets.services.serving import Serving, model_called

_BOUNDED = {"dagster/max_runtime": "600"}
_MODEL = "Its name, its label (v3-10games) or its version (v3)."


class Change(dg.Config):
    because: str = Field(description="The reason, kept on the record.")
    by: str = Field(default="a person in the UI", description="Who decides, kept on the record.")


class ChangeTo(Change):
    model: str = Field(description=_MODEL)


class ChangeToShare(ChangeTo):
    percent: int = Field(default=10, description="Of the games, 1 to 49: whole games, each by one model.")


class ChangeBack(Change):
    model: str = Field(
        default="", description=f"{_MODEL} Empty: a trial ends, or the last champion before serves again."
    )


@dg.op(description="Every game to this model, once it has proved that it answers.")
def promote(
    context: dg.OpExecutionContext,
    config: ChangeTo,
    registry: dg.ResourceParam[Registry],
    training: dg.ResourceParam[ObjectStore],
    model_endpoint: dg.ResourceParam[Endpoint],
    plays_db: dg.ResourceParam[PlaysDb],
) -> None:
    model = model_called(registry, config.model)
    row = Serving(registry, model_endpoint).promote(model, config.by, config.because)
    _tell(context, row, registry, training, plays_db)


@dg.op(description="A share of the games to this model, until they tell; the champion answers beside it.")
def canary(
    context: dg.OpExecutionContext,
    config: ChangeToShare,
    registry: dg.ResourceParam[Registry],
    training: dg.ResourceParam[ObjectStore],
    model_endpoint: dg.ResourceParam[Endpoint],
    plays_db: dg.ResourceParam[PlaysDb],
) -> None:
    model = model_called(registry, config.model)
    row = Serving(registry, model_endpoint).canary(model, config.percent, config.by, config.because)
    _tell(context, row, registry, training, plays_db)


@dg.op(description="This model answers the plays of new games beside the champion, unused, until they tell.")
def shadow(
    context: dg.OpExecutionContext,
    config: ChangeTo,
    registry: dg.ResourceParam[Registry],
    training: dg.ResourceParam[ObjectStore],
    model_endpoint: dg.ResourceParam[Endpoint],
    plays_db: dg.ResourceParam[PlaysDb],
) -> None:
    model = model_called(registry, config.model)
    row = Serving(registry, model_endpoint).shadow(model, config.by, config.because)
    _tell(context, row, registry, training, plays_db)


@dg.op(description="Back to the model before, or to a named one, once it has proved that it answers.")
def rollback(
    context: dg.OpExecutionContext,
    config: ChangeBack,
    registry: dg.ResourceParam[Registry],
    training: dg.ResourceParam[ObjectStore],
    model_endpoint: dg.ResourceParam[Endpoint],
    plays_db: dg.ResourceParam[PlaysDb],
) -> None:
    model = model_called(registry, config.model) if config.model else None
    row = Serving(registry, model_endpoint).rollback(model, config.by, config.because)
    _tell(context, row, registry, training, plays_db)


def _tell(
    context: dg.OpExecutionContext, row: Entry, registry: Registry, training: ObjectStore, plays_db: PlaysDb
) -> None:
    """The league's app, and the run's page."""
    plays_db.write_model_versions(model_versions(registry, training))
    context.log.info("generation %d: %s", row["generation"], routing_of(row))
    context.add_output_metadata({"generation": row["generation"], "serves": str(routing_of(row))})


@dg.job(
    tags=_BOUNDED, description="Every game to a model. Work that has begun ends on the model it began with."
)
def promote_job() -> None:
    promote()


@dg.job(tags=_BOUNDED, description="Some percent of the games to a model; it is rolled back by itself.")
def canary_job() -> None:
    canary()


@dg.job(tags=_BOUNDED, description="A model answers new games beside the champion, unused.")
def shadow_job() -> None:
    shadow()


@dg.job(tags=_BOUNDED, description="Back to the model before, or to a named one.")
def rollback_job() -> None:
    rollback()


route_jobs = [promote_job, canary_job, shadow_job, rollback_job]
