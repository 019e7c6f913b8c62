"""Deciding on the newest model, once for each evaluation set, and opening the route that follows.

Belongs here: who is compared with whom, the decision on the record, the row of routes. Not here: the rule
(`domain.serving.promotion`), the run (`assets.endpoint`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.routes import (
    OvertakenError,
    change,
    current_routing,
    is_carried_out,
    routings,
)
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.common import refused
from uball_assets.assets.record.queries import step_of
from uball_assets.domain.answers.metrics import Scores
from uball_assets.domain.errors import Transient
from uball_assets.domain.serving.promotion import Candidate, Promotion, Step, decide
from uball_assets.domain.serving.routing import (
    Cause,
    Change,
    Routing,
    earlier_champions,
    promoted,
    with_shadow,
    without_trial,
)
from uball_assets.services.serving import Serving, champion, model_named
from uball_assets.services.trials import games_of_plays

GATE = "the gate"
"""Who changes the routes after an evaluation."""
_TRIES = 5


def decided(
    training: ObjectStore,
    serving: Serving,
    challenger: Entry,
    manifest: Entry,
    failed_lines: Sequence[str] = (),
) -> Entry:
    """The decision on the record, taken once for each challenger and evaluation set; once more where the
    champion does not answer any more. `failed_lines`: of the gate's table, in words."""
    registry, yardstick = serving.registry, manifest["yardstick_hash"]
    rival, silent = _rival(serving, challenger, yardstick)
    key = f"{challenger['name']}:{yardstick}" + (f":{silent} does not answer" if silent else "")
    known = registry.find("promotions", key)
    if known:
        return known
    made = decide(
        _candidate(training, registry, challenger, yardstick),
        _candidate(training, registry, rival, yardstick) if rival else None,
        games_of_plays(training, manifest["yardstick_name"]),
        silent=silent,
        failed_lines=failed_lines,
    )
    entry = {
        "challenger": challenger["name"],
        "champion": rival["name"] if rival else None,
        "silent": silent,
        "step": str(made.step),
        "promote": made.step is Step.PROMOTE,
        "reason": made.reason,
        **_numbers(made),
        "failed_lines": list(failed_lines),
        "yardstick_hash": yardstick,
        "yardstick_name": manifest["yardstick_name"],
    }
    return registry.append("promotions", entry, key=key)


def carry_out(serving: Serving, decision: Entry) -> None:
    """One more row of routes, unless this decision has its row already: a later rollback is never undone
    here. Nothing where another champion serves by now than the one that it was taken on."""
    for _ in range(_TRIES):
        routing = current_routing(serving.registry)
        following = _following(routing, decision)
        if following is None or is_carried_out(serving.registry, decision):
            return
        _require_answer(serving, following[0])
        cause = Cause(GATE, following[1], decision["reason"])
        try:
            change(serving.registry, following[0], cause, decision=decision["key"])
        except OvertakenError:
            continue
        return


def _rival(serving: Serving, challenger: Entry, yardstick: str) -> tuple[Entry | None, str | None]:
    """The model to be compared with, and the champion that does not answer: then the last one that does, and
    was scored."""
    serves = champion(serving.registry)
    if serves is None or serves["name"] == challenger["name"] or serving.answers(serves):
        return serves, None
    for name in earlier_champions(routings(serving.registry)):
        model = model_named(serving.registry, name)
        is_scored = serving.registry.find("evaluations", f"{name}:{yardstick}")
        if name != challenger["name"] and is_scored and serving.answers(model):
            return model, serves["name"]
    return None, serves["name"]


def _candidate(training: ObjectStore, registry: Registry, model: Entry, yardstick: str) -> Candidate:
    scored = registry.find("evaluations", f"{model['name']}:{yardstick}")
    if scored is None:
        raise refused(
            f"{model['name']} has no evaluation on the newest evaluation set: materialise evaluation first"
        )
    return Candidate(model["name"], documents.load(training, scored["scores_name"], Scores).right)


def _numbers(made: Promotion) -> dict[str, Any]:
    found = made.found
    if found is None:
        return {"p_value": None}
    return {
        "p_value": round(min(found.p_better_plays, found.p_worse_plays), 6),
        "p_better_games": None if found.p_better_games is None else round(found.p_better_games, 6),
        "verdict": str(found.verdict),
        "gained": found.gained,
        "lost": found.lost,
        "play_count": found.play_count,
        "game_count": found.game_count,
    }


def _following(routing: Routing | None, decision: Entry) -> tuple[Routing, Change] | None:
    """The generation that the decision leads to; None where it leads to none, or was taken on another
    champion."""
    challenger, step = decision["challenger"], step_of(decision)
    serves = routing.champion if routing else None
    silent = decision.get("silent")
    if serves != (silent or decision["champion"]) or serves == challenger:
        return None
    if step is Step.PROMOTE:
        return promoted(routing, challenger), Change.PROMOTION
    if routing is None:
        return None
    base = routing
    if silent:
        base = replace(promoted(routing, decision["champion"]), generation=routing.generation)
    if step is Step.SHADOW and not base.canary and base.shadow != challenger:
        return with_shadow(base, challenger), Change.SHADOW
    if silent:
        return without_trial(base), Change.ROLLBACK
    if step is Step.REFUSE and base.on_trial == challenger:
        return without_trial(base), Change.TRIAL_ENDED
    return None


def _require_answer(serving: Serving, following: Routing) -> None:
    for name in filter(None, (following.champion, following.shadow)):
        if not serving.answers(model_named(serving.registry, name)):
            raise Transient(f"{name} does not answer: its route is not opened")
