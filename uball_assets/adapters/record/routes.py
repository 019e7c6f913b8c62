"""The logical endpoint on the record: one numbered row for each change of who serves, kept for ever.

A change is compare-and-set: it follows the generation that was seen, and where somebody else's row has that
place already nothing is changed and one is told whose it is.

Belongs here: reading rows, also those from before rows had a cause or a shadow, and changing them. Not here:
what may follow what (`domain.serving.routing`), proving that a model answers (`services.serving`).
"""

from __future__ import annotations

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.domain.errors import Permanent
from uball_assets.domain.record import ROUTES
from uball_assets.domain.serving.routing import Cause, Change, Route, Routing


class OvertakenError(Permanent):
    """Somebody changed the routes since they were looked at."""


def current_routing(registry: Registry) -> Routing | None:
    entry = registry.latest(ROUTES)
    return routing_of(entry) if entry else None


def routings(registry: Registry) -> list[Routing]:
    """All generations of routes, oldest first."""
    return [routing_of(entry) for entry in registry.entries(ROUTES)]


def routing_of(entry: Entry) -> Routing:
    routes = tuple(Route(route["model"], route["weight_percent"]) for route in entry["routes"])
    return Routing(entry["generation"], routes, entry.get("shadow"))


def cause_of(entry: Entry) -> Cause:
    """Rows from before causes tell their reason alone."""
    told = entry.get("cause")
    if told:
        return Cause(told["who"], Change(told["what"]), told["why"])
    return Cause("-", Change.UNTOLD, entry.get("reason", ""))


def change(registry: Registry, routing: Routing, cause: Cause, *, decision: str = "") -> Entry:
    """The row, once it serves; OvertakenError, and nothing is changed, where another has its place.

    `decision`: the key of the entry in `promotions` that it carries out.
    """
    row = {
        "generation": routing.generation,
        "routes": [
            {"model": route.model, "weight_percent": route.weight_percent} for route in routing.routes
        ],
        "shadow": routing.shadow,
        "cause": {"who": cause.who, "what": str(cause.what), "why": cause.why},
        "reason": cause.why,
        **({"decision": decision} if decision else {}),
    }
    entry = registry.append(ROUTES, row, key=f"generation:{routing.generation}")
    if any(entry.get(name) != value for name, value in row.items()):
        raise OvertakenError(_overtaken(registry, routing, entry))
    return entry


def is_carried_out(registry: Registry, decision: Entry) -> bool:
    """Whether a decision's row is there, whatever came after it: a rollback by hand is never undone."""
    keys = (decision["key"], f"promote:{decision['challenger']}")
    return any(
        entry.get("decision") == keys[0] or entry["key"] == keys[1] for entry in registry.entries(ROUTES)
    )


def _overtaken(registry: Registry, wanted: Routing, winner: Entry) -> str:
    won, cause, now = routing_of(winner), cause_of(winner), current_routing(registry)
    return (
        f"nothing was changed: {cause.who} was quicker with generation {won.generation} "
        f"({cause.what}, {winner['recorded_at']}: {won}; {cause.why}). Now {now} serves, and what you "
        f"wanted, {wanted}, was meant for what served before: look at `uball routes` and ask again"
    )
