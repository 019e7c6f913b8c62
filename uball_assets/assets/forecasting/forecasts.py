"""The asset `forecasts`: each game to come told before tip-off, and scored once it was played.

Belongs here: the run, and what a person is shown of it. Not here: making (`services.forecasting.operating`),
when one is made anew and how it is scored (`domain.forecasting.kept`).
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import dagster as dg
from pydantic import Field

from uball_assets.adapters.models.endpoint import Endpoint
from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.assets.common import described
from uball_assets.assets.forecasting.forecast_endpoint import forecast_routes, serving_now
from uball_assets.assets.league.common import LEAGUE
from uball_assets.assets.league.form_features import form_features
from uball_assets.domain.forecasting.kept.scored import WEEK, Record
from uball_assets.domain.forecasting.made import ForecastScore, MadeForecast
from uball_assets.domain.record import FORECASTING, Family
from uball_assets.services.forecasting.operating.answering import serving_of
from uball_assets.services.forecasting.operating.following import all_scores, follow
from uball_assets.services.forecasting.operating.holding import held_forecasts
from uball_assets.services.forecasting.operating.making import Made, make_forecasts
from uball_assets.services.forecasting.operating.rounds import enter_round, round_now
from uball_assets.services.forecasting.operating.scoring import score_played
from uball_assets.services.league.facts import read_facts
from uball_assets.services.league.names import TeamNames
from uball_assets.settings import Settings

FORECAST_SCHEMA = described(
    {
        "game": ("string", "tip-off (UTC), home - away"),
        "home": ("string", "the home team's chance"),
        "score": ("string", "expected"),
        "because": ("string", "why it was made now"),
    }
)
HISTORY_DAYS = 30
_MOST_TOLD = 20
_AFTER_THE_MODELS = {"dagster/priority": "-1"}
"""In one run with them, forecasts are made by the model that serves when they have been decided on."""


class ForecastsConfig(dg.Config):
    history_days: int = Field(
        default=0, description=f"Games of so many days back are scored; 0: of {HISTORY_DAYS}."
    )
    return_predictions: bool = Field(
        default=False, description="Whether the run's page has every forecast that was made, as JSON."
    )


@dg.asset(
    **LEAGUE,
    deps=[form_features, forecast_routes],
    kinds={"table"},
    op_tags=_AFTER_THE_MODELS,
    description="Win chances, expected score and players' lines of every game to come: made when it appears, "
    "and again when a roster, a result or the model changes; never after tip-off. Scored when it was played. "
    "In the warehouse: forecasts, player_forecasts, forecast_scores.",
)
def forecasts(
    context: dg.AssetExecutionContext,
    config: ForecastsConfig,
    warehouse: dg.ResourceParam[Warehouse],
    training: dg.ResourceParam[ObjectStore],
    registry: dg.ResourceParam[Registry],
    model_endpoint: dg.ResourceParam[Endpoint],
    plays_db: dg.ResourceParam[PlaysDb],
    settings: dg.ResourceParam[Settings],
) -> dg.MaterializeResult[None]:
    seen = round_now(warehouse, registry)
    run, facts, now = context.run.run_id, read_facts(warehouse), datetime.now(settings.zone)
    made = make_forecasts(warehouse, registry, training, facts, lambda: datetime.now(UTC), run)
    new = score_played(warehouse, facts, now, config.history_days or HISTORY_DAYS, run)
    scores = all_scores(warehouse)
    held = held_forecasts(registry, settings.windows, settings.calendar, now)
    for family in FORECASTING:
        serving = serving_of(family, registry, training, model_endpoint)
        follow(serving, family, scores, now, settings.trial_idle_days, held)
    enter_round(registry, seen)
    told = _metadata(made, new, scores, now, TeamNames(plays_db).of)
    if config.return_predictions:
        told["predictions"] = dg.MetadataValue.json([_prediction(one) for one in made.games])
    return dg.MaterializeResult(metadata=told | serving_now(registry))


def _metadata(
    made: Made,
    new: Sequence[ForecastScore],
    scores: Sequence[ForecastScore],
    now: datetime,
    team_name: Callable[[str], str],
) -> dict[str, Any]:
    lately, always = (Record.of(scores, Family.OUTCOME, since) for since in (now - WEEK, None))
    players = Record.of(scores, Family.PLAYER)
    return {
        "to_come": made.coming,
        "made": len(made.games),
        "player_lines_made": len(made.players),
        "scored": len(new),
        "without_features": ", ".join(made.without_features[:_MOST_TOLD]) or "none",
        "last_7_days": str(lately),
        "since_the_start": str(always),
        **_numbers("accuracy/7_days", lately.accuracy),
        **_numbers("accuracy/since_the_start", always.accuracy),
        **_numbers("log_loss/7_days", lately.log_loss),
        **_numbers("log_loss/since_the_start", always.log_loss),
        **_numbers("score_error_points", always.points_error),
        **_numbers("score_within_80", always.covered),
        **_numbers("player_points_error", players.points_error),
        **_numbers("player_within_80", players.covered),
        "forecasts": dg.MetadataValue.table(
            [_record(one, team_name) for one in made.games if one.making.is_used][:_MOST_TOLD],
            schema=FORECAST_SCHEMA,
        ),
    }


def _numbers(name: str, value: float | None) -> dict[str, float]:
    return {} if value is None else {name: round(value, 4)}


def _record(made: MadeForecast, team_name: Callable[[str], str]) -> dg.TableRecord:
    making, told = made.making, made.told
    home, away = team_name(making.home_team), team_name(making.away_team)
    return dg.TableRecord(
        {
            "game": f"{making.tip_off:%Y-%m-%d %H:%M}, {home} - {away}",
            "home": f"{told.home_win:.0%}",
            "score": f"{told.home_points.mean:.0f} : {told.away_points.mean:.0f}",
            "because": making.because,
        }
    )


def _prediction(made: MadeForecast) -> dict[str, Any]:
    making, told = made.making, made.told
    return {
        "game_id": making.game_id,
        "tip_off": making.tip_off.isoformat(),
        "home_team": making.home_team,
        "away_team": making.away_team,
        "model": making.model,
        "is_used": making.is_used,
        "home_win": round(told.home_win, 4),
        "home_points": round(told.home_points.mean, 1),
        "away_points": round(told.away_points.mean, 1),
        "because": making.because,
    }
