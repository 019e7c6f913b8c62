"""`/models`: every version beside each other, who serves and who did; `/models/{name}`: a version's card.

Belongs here: the routes. Not here: what is on a card (`assets.versions.cards`, `domain.serving.model_card`).
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from uball_assets.adapters.access.keys import Key
from uball_assets.adapters.record.registry import Entry
from uball_assets.adapters.record.routes import cause_of, routing_of
from uball_assets.app.context import AppContext, app_context
from uball_assets.app.guard.scopes import needs
from uball_assets.app.pages.dagster_links import of_asset
from uball_assets.app.pages.league_index import index_of
from uball_assets.app.problems import not_found
from uball_assets.app.rendering import render
from uball_assets.assets.record.queries import model_versions
from uball_assets.assets.versions.cards import model_card
from uball_assets.domain.answers.metrics import Interval
from uball_assets.domain.record import ROUTES
from uball_assets.domain.serving.model_card import VersionScore, standing_counts
from uball_assets.media.pictures.card_drawings import versions_drawing
from uball_assets.media.pictures.card_page import card_figures, plain_label, shown_columns

_MOST_ROUTES = 50
_SHADES = 8
router = APIRouter(prefix="/models", include_in_schema=False)
_Read = Annotated[Key, Depends(needs("read"))]
_Context = Annotated[AppContext, Depends(app_context)]


@router.get("")
def models(request: Request, context: _Context, _: _Read) -> HTMLResponse:
    registry = context.registry.at_one_look()
    versions, evaluations = model_versions(registry, context.training), registry.entries("evaluations")
    last = {entry["model"]: entry for entry in evaluations}
    newest_set = evaluations[-1]["yardstick_hash"] if evaluations else None
    labels = {version["name"]: str(version["label"]) for version in versions}
    on_newest = [
        VersionScore(
            labels[name],
            Interval(**entry["play_accuracy"]),
            Interval(**entry["three_four"]),
            entry["majority"],
        )
        for name, entry in last.items()
        if entry["yardstick_hash"] == newest_set and name in labels
    ]
    rows = registry.since(ROUTES, max(0, registry.count(ROUTES) - _MOST_ROUTES))
    return render(
        request,
        "pages/models.html",
        versions=list(reversed(versions)),
        scores=last,
        newest_set=newest_set,
        curve=Markup(versions_drawing(on_newest)),  # noqa: S704 - drawn there, labels escaped
        on_newest=on_newest,
        history=[_route(row, labels) for row in reversed(rows)],
        dagster=of_asset(context.settings, "tuned_model"),
    )


@router.get("/{name}")
def model(request: Request, context: _Context, _: _Read, name: str) -> HTMLResponse:
    registry = context.registry.at_one_look()
    entry = next((each for each in registry.entries("models") if name in (each["name"], each["label"])), None)
    if entry is None:
        raise not_found("such model")
    card = model_card(context.training, registry, entry, context.settings.gate_bounds)
    labels = {each["name"]: each["label"] for each in registry.entries("models")}
    rows = [row for row in registry.entries(ROUTES) if _is_about(row, entry["name"])]
    return render(
        request,
        "pages/model.html",
        card=card,
        standings=standing_counts(card.lines),
        figures=[(title, caption, Markup(drawing)) for title, caption, drawing in card_figures(card)],  # noqa: S704 - as above
        known={row.game_id: row.title for row in index_of(context).now().games},
        columns=shown_columns(card.scores) if card.scores else [],
        plain=plain_label,
        shade=_shade,
        history=[_route(row, labels) for row in reversed(rows)][:_MOST_ROUTES],
        dagster=of_asset(context.settings, "evaluation"),
    )


def _route(row: Entry, labels: dict[str, str]) -> dict[str, Any]:
    routing, cause = routing_of(row), cause_of(row)
    named = [(labels.get(each.model, each.model), each.weight_percent) for each in routing.routes]
    return {
        "generation": routing.generation,
        "at": row["recorded_at"],
        "routes": named,
        "shadow": labels.get(routing.shadow, routing.shadow) if routing.shadow else None,
        "what": str(cause.what),
        "who": cause.who,
        "why": cause.why,
    }


def _is_about(row: Entry, name: str) -> bool:
    return name == row.get("shadow") or any(route["model"] == name for route in row["routes"])


def _shade(count: int, cells: dict[str, int]) -> int:
    """0 to 8: how much of its row."""
    return round(_SHADES * count / max(1, sum(cells.values())))
