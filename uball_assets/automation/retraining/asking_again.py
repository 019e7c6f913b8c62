"""Games that another model is to annotate again, and that the month's money lets nobody ask about now.

Belongs here: reading the bills, and which games wait. Not here: how many the money is for
(`domain.spending.asking_budget`), or whether a game is to be asked again (`domain.serving.asking_again`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from uball_assets.adapters.record.bills import COSTS
from uball_assets.adapters.record.registry import Registry
from uball_assets.domain.spending.asking_budget import asking_budget, month_before
from uball_assets.domain.spending.base_models import base_model
from uball_assets.domain.spending.spending import month_of


def without_money(
    registry: Registry,
    wanted: Collection[str],
    models: Mapping[str, str | None],
    live: Collection[str],
    month_usd: float | None,
    day: date,
) -> dict[str, str]:
    """Why each such game waits, by game; the first in order that the money is for do not.

    `wanted`: games to be asked about again. `models`: who is to annotate each. `live`: games whose run goes:
    what they take is not billed yet. `month_usd`: the month's ceiling; None: there is none. No bill is read
    where the models cost nothing.
    """
    names = sorted({name for game in wanted if (name := models[game])})
    known = [model for name in names for model in registry.about("models", name)]
    paid = {model["name"] for model in known if not base_model(model["base"]).is_local}
    asked = sorted(game for game in wanted if models[game] in paid)
    if month_usd is None or not asked:
        return {}
    month = month_of(day)
    last_month = registry.about(COSTS, month_before(day))
    budget = asking_budget(registry.about(COSTS, month), last_month, month, month_usd)
    waiting = [game for game in asked if game not in live]
    going = len(asked) - len(waiting)
    return dict.fromkeys(waiting[max(0, budget.game_count - going) :], budget.why_wait)
