"""A model of forecasts on trial: its pairs on the record, the verdict on them, and what follows.

Belongs here: keeping pairs, ending a trial by the rule. Not here: the rule
(`domain.forecasting.kept.evidence`), the trial of a video model (`services.trials`).
"""

from __future__ import annotations

from datetime import datetime

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.routes import current_routing
from uball_assets.domain.forecasting.kept.evidence import judge
from uball_assets.domain.learning.due.freeze import Held
from uball_assets.domain.record import PAIRS
from uball_assets.domain.serving.routing import Routing
from uball_assets.domain.serving.shadow import Idle
from uball_assets.services.serving import Serving, model_named
from uball_assets.services.trials import Trial, carry_out, idle_of


def enter_pair(registry: Registry, routing: Routing, game_id: str, losses: tuple[float, float]) -> Entry:
    """The challenger's and the champion's log loss of a game that both had told, nats; once, unless the
    result was corrected. `registry`: the family's; `routing`: with one on trial."""
    of_challenger, of_champion = (round(loss, 6) for loss in losses)
    entry = {
        "game_id": game_id,
        "challenger": routing.on_trial,
        "champion": routing.champion,
        "challenger_loss": of_challenger,
        "champion_loss": of_champion,
    }
    key = f"{routing.on_trial}:{routing.champion}:{game_id}:{of_challenger}:{of_champion}"
    return registry.append(PAIRS, entry, key=key)


def trial_of(registry: Registry, routing: Routing, idle: Idle | None = None) -> Trial | None:
    """None: nobody is on trial."""
    if routing.on_trial is None:
        return None
    entries = registry.about(PAIRS, routing.on_trial)
    pairs = {entry["game_id"]: entry for entry in entries if entry["champion"] == routing.champion}
    verdict = judge(
        {game: entry["challenger_loss"] for game, entry in pairs.items()},
        {game: entry["champion_loss"] for game, entry in pairs.items()},
        is_same_recipe=is_same_recipe(registry, routing.on_trial, routing.champion),
        idle=idle,
    )
    return Trial(routing.on_trial, routing.champion, tuple(map(_words, pairs.values())), verdict)


def look_at_trial(serving: Serving, now: datetime, most_days: float, held: Held | None) -> Entry | None:
    """The row that ends the trial, where its games or the time without any do; None where it goes on."""
    routing = current_routing(serving.registry)
    if routing is None or routing.on_trial is None:
        return None
    trial = trial_of(serving.registry, routing, idle_of(serving.registry, routing, now, most_days))
    return carry_out(serving, routing, trial, held) if trial else None


def is_same_recipe(registry: Registry, one: str, other: str) -> bool:
    """The same candidate, with other weights."""
    return bool(model_named(registry, one)["base"] == model_named(registry, other)["base"])


def _words(pair: Entry) -> str:
    return f"game {pair['game_id']}: {pair['challenger_loss']:.3f} and {pair['champion_loss']:.3f} nats"
