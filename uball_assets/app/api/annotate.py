"""`POST /api/annotate`: games are annotated by the model that serves, again or for the first time.

Belongs here: the route. Not here: reading what was annotated (`plays`), who serves (`uball routes`).
"""

from __future__ import annotations

from fastapi import APIRouter, Response

from uball_assets.adapters.record.routes import current_routing
from uball_assets.app.api.forms import JobDetail, WishedGames
from uball_assets.app.api.launching import done_once, launched, ordered, refuse_unknown
from uball_assets.app.api.params import Context, OnlyOnce, Operates
from uball_assets.app.context import AppContext
from uball_assets.app.problems import Problem, answers
from uball_assets.automation.api_jobs.launching import ANNOTATE

router = APIRouter(prefix="/api", tags=["annotations"])


@router.post("/annotate", status_code=202, response_model=JobDetail, responses=answers(404, 409))
def annotate(context: Context, body: WishedGames, key: Operates, once: OnlyOnce) -> Response:
    """Asks the serving model for each of these games. An answer once given is kept: what the same model was
    asked of the same clip is not asked, and paid, again. The games must have been processed (409)."""

    def work(request_id: str) -> tuple[int, JobDetail]:
        refuse_unknown(context, body.game_ids)
        _refuse_unprepared(context, body.game_ids)
        order = ordered("annotation", ANNOTATE, body.game_ids, key, body.because)
        return launched(context, order, request_id)

    return done_once(once, work)


def _refuse_unprepared(context: AppContext, game_ids: list[str]) -> None:
    registry = context.registry.at_one_look()
    if current_routing(registry) is None:
        told = "no video model serves yet: POST /api/training/pipeline trains the first one"
        raise Problem(409, "no_model_serves", told)
    if raw := [game for game in game_ids if registry.newest("games", game) is None]:
        told = f"not processed yet: {', '.join(raw)}; POST /api/data/quick-refresh or /api/training/pipeline"
        raise Problem(409, "not_processed", told, game_ids=raw)
