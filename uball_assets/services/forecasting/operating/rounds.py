"""Rounds of forecasts: from which facts, and by whose routes, they were made last.

Belongs here: the state that another round follows from, and its entry. Not here: whether one is due
(`domain.league.operating.refresh`).
"""

from __future__ import annotations

from uball_assets.adapters.record.family import of_family
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.routes import current_routing
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.league.tables import FIXTURES, PLAYER_LINES, ROSTER_MOVES, TEAM_LINES
from uball_assets.domain.record import FORECASTING, ROUNDS

FACTS = (FIXTURES, TEAM_LINES, PLAYER_LINES, ROSTER_MOVES)
Round = dict[str, str]


def round_now(warehouse: Warehouse, registry: Registry) -> Round:
    """To be taken before the facts are read: what changes meanwhile is then due again."""
    routings = {family: current_routing(of_family(registry, family)) for family in FORECASTING}
    routes = {f"{family}_routes": str(one.generation if one else 0) for family, one in routings.items()}
    return {"facts": warehouse.stamp(FACTS), **routes}


def enter_round(registry: Registry, seen: Round) -> Entry:
    return registry.append_change(ROUNDS, seen)


def is_stale(registry: Registry, now: Round) -> bool:
    """Whether forecasts were made from another state last, or never."""
    last = registry.latest(ROUNDS)
    return last is None or any(last.get(name) != value for name, value in now.items())
