"""The application: the only place where routers meet, and what stands before all of them.

Belongs here: what is included, and in which order. Not here: routes (`api`, `review`, `pages`), checks
(`guard`), the server (`running`).
"""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware

from uball_assets.app.api import annotate, health, jobs, pipeline, plays, training
from uball_assets.app.context import AppContext
from uball_assets.app.describing import describe
from uball_assets.app.forecasts import listing, performance, predict
from uball_assets.app.guard.bodies import BodyLimits
from uball_assets.app.guard.headers import OwnNames, SecurityHeaders
from uball_assets.app.guard.outcomes import Outcomes
from uball_assets.app.pages import (
    api_docs,
    exports,
    fixture,
    forecasts,
    game,
    league,
    login,
    model,
    player,
    season,
    team,
)
from uball_assets.app.problems import add_problems, answers
from uball_assets.app.rendering import FOLDER
from uball_assets.app.review import clips, page, routes

ROUTERS = (
    *(predict.router, listing.router, performance.router),
    *(training.router, annotate.router, plays.router, jobs.router, pipeline.router),
    *(routes.router, clips.router),
    health.router,
    exports.router,
)
"""In the order of the docs; each is looked through for a path in turn, so what is asked most stands first."""
PAGES = (
    *(league.router, game.router, model.router, season.router),
    *(forecasts.router, fixture.router, team.router, player.router),
    *(page.router, login.router, api_docs.router),
)


def build_app(context: AppContext) -> FastAPI:
    """Pages and API of the league that the context opened, which the caller closes."""
    settings = context.settings
    app = FastAPI(
        title="uball",
        version="1",
        summary="A league's games, models, reviews and jobs.",
        telemetry={"tracing": False},
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        responses=answers(401, 403, 422, 429, 503),
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(OwnNames, settings.serve_host, settings.serve_names),
            Middleware(BodyLimits, settings.body_limit_bytes, settings.body_limit_s),
            Middleware(Outcomes, context.audit),
        ],
    )
    app.state.context = context
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), "static")
    for router in (*ROUTERS, *PAGES):
        app.include_router(router)
    add_problems(app)
    describe(app)
    return app
