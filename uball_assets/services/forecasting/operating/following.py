"""What follows from scores: drift of the model that serves, and the trial of one beside it.

Belongs here: both, for both families. Not here: scores (`scoring`), drift's entries (`drifting`), a trial's
(`trials`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from uball_assets.adapters.record.registry import Entry
from uball_assets.adapters.record.routes import current_routing
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.forecasting.made import ForecastScore
from uball_assets.domain.forecasting.tables import FORECAST_SCORES, score_of
from uball_assets.domain.learning.due.freeze import Held
from uball_assets.domain.record import Family
from uball_assets.services.forecasting.operating.drifting import follow_drift
from uball_assets.services.forecasting.operating.trials import enter_pair, look_at_trial
from uball_assets.services.serving import Serving

_LOOK_BACK = timedelta(days=60)
"""A trial is over before: it ends without games, and after 30 of them."""


def all_scores(warehouse: Warehouse) -> list[ForecastScore]:
    return [score_of(row) for row in warehouse.read(FORECAST_SCORES)]


def follow(
    serving: Serving,
    family: Family,
    scores: Sequence[ForecastScore],
    now: datetime,
    most_days: float,
    held: Held | None,
) -> Entry | None:
    """The row that ends a trial, where one ends. `scores`: all that there are."""
    lately = [one for one in scores if one.family == family and one.tip_off >= now - _LOOK_BACK]
    if family is Family.OUTCOME:
        follow_drift(serving.registry, lately)
    _enter_pairs(serving, lately)
    return look_at_trial(serving, now, most_days, held)


def _enter_pairs(serving: Serving, scores: Sequence[ForecastScore]) -> None:
    routing = current_routing(serving.registry)
    if routing is None or routing.on_trial is None:
        return
    losses: dict[str, dict[str, float]] = defaultdict(dict)
    for score in scores:
        losses[score.game_id][score.model] = score.log_loss
    for game_id, told in losses.items():
        if routing.on_trial in told and routing.champion in told:
            pair = (told[routing.on_trial], told[routing.champion])
            enter_pair(serving.registry, routing, game_id, pair)
