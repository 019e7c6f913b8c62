"""The jobs that a person presses in the UI to change who serves; `uball promote` and its like do the same.

Belongs here: the form that is filled in, and the run. Not here: what a change takes (`services.serving`), the
rules that change routes by themselves (`assets.serving`, `services.trials`).
"""

from collections.abc import Callable
from typing import Any

import dagster as dg
from pydantic import Field

from uball_assets.adapters.models.endpoint import Endpoint
from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.routes import routing_of
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.record.queries import model_versions
from uball_assets.domain.record import Family, family_named
from uball_assets.services.forecasting.operating.answering import serving_of
from uball_assets.services.serving import Serving, model_called

_BOUNDED = {"dagster/max_runtime": "600"}
_MODEL = "Its name, its label (v3-10games) or its version (v3)."


class Change(dg.Config):
    family: str = Field(
        default=str(Family.VIDEO),
        description="Whose models: video (they watch clips), outcome or player (they forecast games, or "
        "players' lines).",
    )
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


Press = Callable[[Serving, Any], Entry]
"""What a filled-in form does; gives the row of routes that it opened."""


def _button(name: str, form: type[Change], description: str, press: Press) -> dg.JobDefinition:
    """`press` is given the form that a person filled in."""

    @dg.op(name=name, description=description, config_schema=form.to_fields_dict())
    def change(
        context: dg.OpExecutionContext,
        registry: dg.ResourceParam[Registry],
        training: dg.ResourceParam[ObjectStore],
        model_endpoint: dg.ResourceParam[Endpoint],
        plays_db: dg.ResourceParam[PlaysDb],
    ) -> None:
        filled = form(**context.op_config)
        family = family_named(filled.family)
        row = press(serving_of(family, registry, training, model_endpoint), filled)
        if family is Family.VIDEO:
            plays_db.write_model_versions(model_versions(registry, training))
        _tell(context, row)

    @dg.job(name=f"{name}_job", description=description, tags=_BOUNDED)
    def button() -> None:
        change()

    return button


def _tell(context: dg.OpExecutionContext, row: Entry) -> None:
    """On the run's page."""
    context.log.info("generation %d: %s", row["generation"], routing_of(row))
    context.add_output_metadata({"generation": row["generation"], "serves": str(routing_of(row))})


def _promote(serving: Serving, form: ChangeTo) -> Entry:
    return serving.promote(model_called(serving.registry, form.model), form.by, form.because)


def _canary(serving: Serving, form: ChangeToShare) -> Entry:
    model = model_called(serving.registry, form.model)
    return serving.canary(model, form.percent, form.by, form.because)


def _shadow(serving: Serving, form: ChangeTo) -> Entry:
    return serving.shadow(model_called(serving.registry, form.model), form.by, form.because)


def _rollback(serving: Serving, form: ChangeBack) -> Entry:
    model = model_called(serving.registry, form.model) if form.model else None
    return serving.rollback(model, form.by, form.because)


route_jobs = [
    _button(
        "promote",
        ChangeTo,
        "Every game to this model, once it has proved that it answers. Work that has begun ends on the model "
        "it began with.",
        _promote,
    ),
    _button(
        "canary",
        ChangeToShare,
        "A share of the games to this model, until they tell; the champion answers beside it. It is rolled "
        "back by itself.",
        _canary,
    ),
    _button(
        "shadow",
        ChangeTo,
        "This model answers new games beside the champion, unused, until they tell.",
        _shadow,
    ),
    _button(
        "rollback",
        ChangeBack,
        "Back to the model before, or to a named one, once it has proved that it answers.",
        _rollback,
    ),
]
