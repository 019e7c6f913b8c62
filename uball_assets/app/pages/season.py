"""`/seasons`: the league month by month.

Belongs here: the route, and what of the record it rests on. Not here: the sums (`domain.showing.months`).
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from uball_assets.adapters.access.keys import Key
from uball_assets.adapters.record.following import followed
from uball_assets.app.context import AppContext, app_context
from uball_assets.app.guard.scopes import needs
from uball_assets.app.pages.league_index import index_of
from uball_assets.app.rendering import render
from uball_assets.domain.record import DRIFT, UNSEEN
from uball_assets.domain.showing.months import SeasonFacts, months, shown_labels

router = APIRouter(prefix="/seasons", include_in_schema=False)


@router.get("")
def seasons(
    request: Request,
    context: Annotated[AppContext, Depends(app_context)],
    _: Annotated[Key, Depends(needs("read"))],
) -> HTMLResponse:
    now, unseen = index_of(context).now(), followed(context.registry, UNSEEN)
    facts = SeasonFacts(
        games=now.games,
        unseen=unseen,
        drift=followed(context.registry, DRIFT),
        models=now.models,
        costs=followed(context.registry, "costs"),
        labels={entry["game_id"]: entry.get("labels", {}) for entry in unseen},
    )
    found = months(facts)
    return render(request, "pages/seasons.html", months=found, labels=shown_labels(found))
