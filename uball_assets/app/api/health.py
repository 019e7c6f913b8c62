"""`/api/health` and `/api/system/health`: whether the platform works, and which part of it does not.

Each answers at once, with the last word of each part and its age: nothing is looked at while somebody waits.
Belongs here: routes and their forms. Not here: looking (`automation.operating.health`).
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Response
from pydantic import BaseModel, Field

from uball_assets.adapters.access.health_changes import KEPT, HealthChanges
from uball_assets.app.api.params import Context, Reads
from uball_assets.app.context import AppContext
from uball_assets.domain.operating.health import State, overall


@asynccontextmanager
async def watching(app: FastAPI) -> AsyncIterator[None]:
    """As long as the server runs."""
    context: AppContext = app.state.context
    context.health.start()
    yield
    context.health.stop()


router = APIRouter(tags=["health"], lifespan=watching)


class Health(BaseModel):
    status: Annotated[State, Field(description="`down` where the database, the store or the keys are.")]
    parts: Annotated[dict[str, State], Field(examples=[{"database": "ok", "daemon": "down"}])]


class PartHealth(BaseModel):
    part: str
    state: State
    said: Annotated[str, Field(description="What was seen of it.")]
    remedy: Annotated[str, Field(description="What to do; empty where nothing is.")]
    age_s: Annotated[float, Field(description="Seconds since that was seen.")]


class SystemHealth(BaseModel):
    status: State
    league: str
    at: datetime
    parts: list[PartHealth]


class HealthChange(BaseModel):
    at: datetime
    part: str
    state: State
    said: str


class HealthHistory(BaseModel):
    changes: Annotated[list[HealthChange], Field(description="The newest first.")]


_DOWN: dict[int | str, dict[str, Any]] = {
    503: {"model": Health, "description": "The database, the store or the keys are down."}
}


@router.get("/api/health", response_model=Health, responses=_DOWN)
async def health(context: Context, response: Response) -> Health:
    """For who checks from outside, without a key: 200 while the league is served, 503 where it is down."""
    states = {part: word.state for part, (word, _) in context.health.words().items()}
    status = overall(states)
    response.status_code = 503 if status is State.DOWN else 200
    return Health(status=status, parts=states)


@router.get("/api/system/health", response_model=SystemHealth)
async def system_health(context: Context, _: Reads) -> SystemHealth:
    """Part by part: what was seen, how long ago, and what to do."""
    words = context.health.words()
    return SystemHealth(
        status=overall({part: word.state for part, (word, _) in words.items()}),
        league=context.settings.league,
        at=datetime.fromtimestamp(time.time(), UTC),
        parts=[
            PartHealth(part=part, state=word.state, said=word.said, remedy=word.remedy, age_s=round(age_s, 1))
            for part, (word, age_s) in words.items()
        ],
    )


@router.get("/api/system/health/history", response_model=HealthHistory)
def history(context: Context, _: Reads, limit: Annotated[int, Query(ge=1, le=KEPT)] = 100) -> HealthHistory:
    """When which part changed its state; the newest thousand changes are kept."""
    changes = HealthChanges(context.db).newest(limit)
    return HealthHistory(
        changes=[
            HealthChange(
                at=datetime.fromtimestamp(each.at_s, UTC),
                part=each.part,
                state=State(each.state),
                said=each.said,
            )
            for each in changes
        ]
    )
