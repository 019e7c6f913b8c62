"""The asset `form_features`: what was known of a game's teams and players before it.

Belongs here: the run, and what a person is shown of it. Not here: reckoning features (`domain.form`), which
games (`services.forecasting.operating.features`).
"""

from datetime import UTC, datetime

import dagster as dg

from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.assets.league.box_score import box_score
from uball_assets.assets.league.common import LEAGUE
from uball_assets.assets.league.results import results
from uball_assets.domain.form.columns import GAME_FEATURES, PLAYER_FEATURES
from uball_assets.services.forecasting.operating.features import make_features
from uball_assets.services.league.facts import read_facts


@dg.asset(
    **LEAGUE,
    deps=[results, box_score],
    kinds={"table"},
    description="Features of a game that was played as of its tip-off, of every game to come as of now: only "
    "what was known by then. In the warehouse: form_features, player_features; docs/features.md "
    "says what each column is.",
)
def form_features(
    context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
) -> dg.MaterializeResult[None]:
    facts = read_facts(warehouse)
    made = make_features(warehouse, facts, context.partition_keys, datetime.now(UTC), context.run.run_id)
    return dg.MaterializeResult(
        metadata={
            "played": made.played,
            "to_come": made.coming,
            "changed": made.changed,
            "player_rows": made.player_rows,
            "features_of_a_game": len(GAME_FEATURES),
            "features_of_a_player": len(PLAYER_FEATURES),
        }
    )
