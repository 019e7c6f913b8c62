"""`GET /api/ml/performance` and `/api/ml/feature-importance`: how good forecasts are, and what they rest on.

What was measured before a model served stands on its card; what came of its forecasts, in the warehouse.
Belongs here: the routes. Not here: measuring (`domain.forecasting`), forms (`measured`).
"""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.routes import current_routing
from uball_assets.app.api.params import Context, Reads
from uball_assets.app.context import AppContext
from uball_assets.app.forecasts.measured import (
    Card,
    FamilyImportance,
    Importance,
    OutcomePerformance,
    Performance,
    PlayerPerformance,
)
from uball_assets.domain.forecasting.kept.scored import WEEK, Record, used
from uball_assets.domain.record import FORECASTING, Family
from uball_assets.domain.serving.routing import Routing
from uball_assets.services.forecasting.models import read_card

router = APIRouter(prefix="/api/ml", tags=["forecasts"])


@router.get("/performance", response_model=Performance)
def performance(context: Context, _: Reads) -> Performance:
    """By family of models: the numbers of the serving version's evaluation beside the baselines' ones, how
    well it is calibrated, and how what was told came out, over the last seven days and since the start."""
    scores, since = context.forecast_scores.all(), datetime.now(UTC) - WEEK
    outcome, player = (
        (*_serving(context, family), Record.of(scores, family, since), Record.of(scores, family))
        for family in FORECASTING
    )
    told = used(scores, Family.OUTCOME)
    return Performance(outcome=OutcomePerformance.of(*outcome, told), player=PlayerPerformance.of(*player))


@router.get("/feature-importance", response_model=Importance)
def feature_importance(context: Context, _: Reads) -> Importance:
    """What the serving versions rest on: of each feature the mean size of what it adds (SHAP), the largest
    first. Of one forecast, `/predict/game` and `/predict/player` tell it."""
    outcome, player = (_serving(context, family)[1] for family in FORECASTING)
    of_points = player.get("stats", {}).get("points", {})
    return Importance(
        families=[
            FamilyImportance.of(
                Family.OUTCOME, "log odds of the home team", outcome, outcome.get("importance", {})
            ),
            FamilyImportance.of(
                Family.PLAYER, "points of the player", player, of_points.get("importance", {})
            ),
        ]
    )


def _serving(context: AppContext, family: Family) -> tuple[Routing | None, Card]:
    """The routes, and the champion's card; empty before the first model serves."""
    routing = current_routing(of_family(context.registry, family))
    return routing, (read_card(context.training, routing.champion) if routing else {})
