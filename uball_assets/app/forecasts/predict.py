"""`POST /predict/game` and `POST /predict/player`: a forecast at once, with its reasons.

Questions, though sent as POST: they change nothing. Belongs here: the routes, and why one has no answer. Not
here: forms (`predicted`), the way to an answer (`desk`).
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from uball_assets.app.api.params import Asks, Context
from uball_assets.app.context import AppContext
from uball_assets.app.forecasts.desk import Make
from uball_assets.app.forecasts.predicted import PredictedGame, PredictedPlayer, WishedGame, WishedPlayer
from uball_assets.app.problems import Problem, answers
from uball_assets.services.predicting.questions import CannotBe, NotYet, Unknown

router = APIRouter(prefix="/predict", tags=["forecasts"])


@router.post("/game", response_model=PredictedGame, responses=answers(404, 409))
async def predict_game(context: Context, body: WishedGame, _: Asks) -> Response:
    """Who wins, by how likely, with which score, and why. As of now; of a past game as of its tip-off. The
    same question is answered alike until a fact or the serving model changes, for twelve hours at most."""
    question = body.question()
    return await _answered(
        context, question, lambda predictor: _json(PredictedGame.of(predictor.game(question)))
    )


@router.post("/player", response_model=PredictedPlayer, responses=answers(404, 409))
async def predict_player(context: Context, body: WishedPlayer, _: Asks) -> Response:
    """A player's numbers against an opponent, each with what it lies between in 80 of 100 games."""
    question = body.question()
    return await _answered(
        context,
        (question, body.stats),
        lambda predictor: _json(PredictedPlayer.of(predictor.player(question), body.stats)),
    )


async def _answered(context: AppContext, question: Any, make: Make) -> Response:
    try:
        return Response(await context.forecasts.answer(question, make), media_type="application/json")
    except Unknown as error:
        raise Problem(404, f"unknown_{error.what}", str(error), nearest=list(error.nearest)) from error
    except CannotBe as error:
        fault = {"field": error.field, "message": str(error)}
        raise Problem(422, error.code, str(error), errors=[fault]) from error
    except NotYet as error:
        raise Problem(409, error.code, str(error)) from error


def _json(told: PredictedGame | PredictedPlayer) -> bytes:
    return told.model_dump_json().encode()
