"""Checks of results, models of forecasts and forecasts: usable, better than the base rate, meant as said.

Plain ones: a run covers a range of games. Where there are too few games to tell, a check passes and says so.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import dagster as dg

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.assets.forecasting.forecasts import forecasts
from uball_assets.assets.forecasting.models import outcome_model
from uball_assets.assets.league.box_score import box_score
from uball_assets.assets.league.results import results
from uball_assets.domain.forecasting.calibration import Standing, calibration
from uball_assets.domain.forecasting.gate import compare_losses
from uball_assets.domain.forecasting.kept.scored import base_rate_losses, home_chances, used
from uball_assets.domain.league.grade_table import GAME_GRADES
from uball_assets.domain.record import Family
from uball_assets.domain.serving.gate import Verdict
from uball_assets.services.forecasting.operating.following import all_scores
from uball_assets.services.league.facts import failed_games, read_held

_LATELY = timedelta(days=7)
_MOST_TOLD = 10


@dg.asset_check(
    asset=results,
    additional_deps=[box_score],  # which mends games that no source told the players of
    description="No game of the last 7 days is graded F: such a game stays out, and is asked for again.",
)
def good_grades(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
    since = (datetime.now(UTC) - _LATELY).date()
    rows = warehouse.read(GAME_GRADES, since=since)
    still = failed_games(warehouse, read_held(warehouse, since), since)
    failed = [f"{row['game_id']}: {row['reasons']}" for row in rows if row["game_id"] in still]
    more = f"; and {len(failed) - _MOST_TOLD} more" if len(failed) > _MOST_TOLD else ""
    return dg.AssetCheckResult(
        passed=not failed,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(failed[:_MOST_TOLD]) + more or f"{len(rows)} games graded, none F",
        metadata={"games": len(rows), "graded_f": len(failed)},
    )


@dg.asset_check(
    asset=outcome_model,
    description="On later games the newest model loses no more than telling the home teams' share.",
)
def beats_the_base_rate(registry: dg.ResourceParam[Registry]) -> dg.AssetCheckResult:
    newest = of_family(registry, Family.OUTCOME).latest("models")
    metrics = newest["metrics"] if newest else {}
    loss, base = metrics.get("log_loss"), metrics.get("log_loss/home share")
    if loss is None or base is None:
        return dg.AssetCheckResult(passed=True, description="cannot tell: too few later games to ask about")
    return dg.AssetCheckResult(
        passed=loss <= base,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"log loss {loss:.3f} nats a game, {base:.3f} by the home teams' share",
    )


@dg.asset_check(
    asset=forecasts,
    description="Forecasts that were used are not for sure worse than the home teams' share so far; cannot "
    "tell is allowed.",
)
def better_than_the_base_rate(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
    scores = used(all_scores(warehouse), Family.OUTCOME)
    found = compare_losses({one.game_id: one.log_loss for one in scores}, base_rate_losses(scores))
    return dg.AssetCheckResult(
        passed=found.verdict is not Verdict.WORSE,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{found.verdict}: {found}",
    )


@dg.asset_check(
    asset=forecasts,
    description="Of games told with 60 % about 60 of 100 are won, within 5 points; cannot tell is allowed.",
)
def calibrated(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
    found = calibration(*home_chances(used(all_scores(warehouse), Family.OUTCOME)))
    return dg.AssetCheckResult(
        passed=found.standing is not Standing.BEYOND,
        severity=dg.AssetCheckSeverity.WARN,
        description=str(found),
    )


checks: Sequence[dg.AssetChecksDefinition] = [
    good_grades,
    beats_the_base_rate,
    better_than_the_base_rate,
    calibrated,
]
