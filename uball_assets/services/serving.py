"""Changing who serves: each change proves first that its model answers, and leaves one row with its cause.

Belongs here: promoting, canary, shadow, rollback, ending a trial, by a person or by a rule. Not here: the
rules (`domain.serving`), the record's form (`adapters.record.routes`).
"""

from __future__ import annotations

from dataclasses import dataclass

from uball_assets.adapters.models.endpoint import Answering, ServedModel
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.retirements import why_retired
from uball_assets.adapters.record.routes import change, current_routing, routings
from uball_assets.domain.errors import Permanent
from uball_assets.domain.serving.routing import (
    Cause,
    Change,
    Routing,
    earlier_champions,
    promoted,
    with_canary,
    with_shadow,
    without_trial,
)


def model_named(registry: Registry, name: str) -> Entry:
    """Raises Permanent for a name that no model has: a route written by hand may say anything."""
    found = next(iter(registry.about("models", name)), None)
    if found is None:
        raise Permanent(f"the record has no model {name}: correct the newest route, or train it")
    return found


def model_called(registry: Registry, word: str) -> Entry:
    """By name, by label (`v3-10games`) or by version (`v3`). Permanent, with the models there are."""
    exact = registry.about("models", word)
    models = [] if exact else registry.entries("models")
    found = exact or [each for each in models if word in (each["label"], f"v{each['version']}")]
    if not found:
        known = ", ".join(each["label"] for each in models[-5:]) or "none yet"
        raise Permanent(f"there is no model {word}: name one by its name, label or version ({known})")
    return found[0]


def served(model: Entry) -> ServedModel:
    """A model's entry as an endpoint asks for it; entries from before cloud models have one address, and a
    model of forecasts has no prompt."""
    return ServedModel(
        name=model["name"],
        model_uri=model["model_uri"],
        endpoint_uri=model.get("endpoint_uri") or model["model_uri"],
        base=model["base"],
        prompt_hash=model.get("prompt_hash", ""),
    )


def champion(registry: Registry) -> Entry | None:
    """The model with the largest weight of the current routes."""
    routing = current_routing(registry)
    return model_named(registry, routing.champion) if routing else None


@dataclass(frozen=True)
class Serving:
    """The logical endpoint in the hands of a person or a rule. `who` and `why` stand in the row.

    Permanent, and nothing is changed, for a model that does not answer, a missing name or reason, or where
    somebody else was quicker.
    """

    registry: Registry
    endpoint: Answering

    def promote(self, model: Entry, who: str, why: str) -> Entry:
        """Every game to this model."""
        routing = current_routing(self.registry)
        if routing and routing.champion == model["name"] and not routing.on_trial:
            raise Permanent(f"{model['name']} serves every game already: nothing was changed")
        self._prove(model)
        return self._change(promoted(routing, model["name"]), Change.PROMOTION, who, why)

    def canary(self, model: Entry, percent: int, who: str, why: str) -> Entry:
        """So many percent of the games, whole games, each by one model."""
        following = with_canary(self._routing(), model["name"], percent)
        self._prove(model)
        return self._change(following, Change.CANARY, who, why)

    def shadow(self, model: Entry, who: str, why: str) -> Entry:
        """It answers the plays of new games beside the champion, unused."""
        following = with_shadow(self._routing(), model["name"])
        self._prove(model)
        return self._change(following, Change.SHADOW, who, why)

    def rollback(self, model: Entry | None, who: str, why: str) -> Entry:
        """Back to `model`; without one, a trial ends, or the last champion before that answers takes over."""
        routing = self._routing()
        if model is None and routing.on_trial:
            self._prove(model_named(self.registry, routing.champion))
            return self._change(without_trial(routing), Change.ROLLBACK, who, why)
        target = model or self.last_that_answers()
        if target is None:
            raise Permanent("no earlier champion answers: nothing was changed; name another model")
        if target["name"] == routing.champion and not routing.on_trial:
            raise Permanent(f"{target['name']} serves every game already: nothing was changed")
        self._prove(target)
        return self._change(promoted(routing, target["name"]), Change.ROLLBACK, who, why)

    def end_trial(self, routing: Routing, who: str, why: str) -> Entry:
        """The champion of `routing` gets every game again."""
        return self._change(without_trial(routing), Change.TRIAL_ENDED, who, why)

    def answers(self, model: Entry) -> bool:
        """Never one that is retired, though its weights may still be there for a moment."""
        is_retired = why_retired(self.registry, model["name"])
        return not is_retired and self.endpoint.is_alive(served(model))

    def last_that_answers(self) -> Entry | None:
        """Of the earlier champions."""
        models = (model_named(self.registry, name) for name in earlier_champions(routings(self.registry)))
        return next((model for model in models if self.answers(model)), None)

    def _routing(self) -> Routing:
        routing = current_routing(self.registry)
        if routing is None:
            raise Permanent("no model serves yet: promote one first")
        return routing

    def _prove(self, model: Entry) -> None:
        retired = why_retired(self.registry, model["name"])
        if retired:
            raise Permanent(f"{retired}: nothing was changed")
        if not self.endpoint.is_alive(served(model)):
            raise Permanent(f"{model['name']} does not answer: nothing was changed")

    def _change(self, routing: Routing, what: Change, who: str, why: str) -> Entry:
        if not who.strip() or not why.strip():
            raise Permanent("a change of who serves needs a name and a reason: give --by and --because")
        return change(self.registry, routing, Cause(who.strip(), what, why.strip()))
