"""What a refused request is told: problem details (RFC 9457), never anything of the inside.

Belongs here: the exception that routes raise, what other exceptions become, how both look as JSON and as a
page. Not here: why something is refused (the route).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from uball_assets.adapters.plays.plays_db import NoPlaysDatabase
from uball_assets.app.guard.headers import SECURITY_HEADERS
from uball_assets.app.rendering import render
from uball_assets.domain.errors import Permanent, Transient

_log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 10


class Problem(Exception):  # noqa: N818 - as RFC 9457 calls it
    """Raised by a route: `raise Problem(409, "already_trained", "v7 has learned from this play")`.

    `code` is a word for programs, `detail` a sentence for people; `more` are further members of the answer.
    """

    def __init__(
        self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.headers, self.more = dict(headers or {}), more

    @property
    def members(self) -> dict[str, Any]:
        title = self.code.replace("_", " ").capitalize()
        known = {"type": f"urn:uball:{self.code}", "title": title, "status": self.status}
        return {**self.more, **known, "code": self.code, "detail": self.detail}


class FieldFault(BaseModel):
    """One field that cannot be as it is."""

    field: str
    message: str


class ProblemDetails(BaseModel):
    """RFC 9457. `errors` names fields that cannot be as they are."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldFault] | None = None


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses=`: these of its answers are problems."""
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in statuses
    }


def later(detail: str, after_s: int = RETRY_AFTER_S) -> Problem:
    """Something that is needed is not there now."""
    return Problem(503, "not_available_now", detail, {"Retry-After": str(after_s)})


def not_found(what: str) -> Problem:
    return Problem(404, "not_found", f"there is no {what}")


def add_problems(app: FastAPI) -> None:
    """Whatever is raised within a route comes out as a problem."""

    @app.exception_handler(Problem)
    def of_problem(request: Request, problem: Problem) -> Response:
        return _answer(request, problem)

    @app.exception_handler(RequestValidationError)
    def of_fields(request: Request, error: RequestValidationError) -> Response:
        faults = [
            FieldFault(
                field=".".join(map(str, fault["loc"][1:])) or str(fault["loc"][0]), message=fault["msg"]
            )
            for fault in error.errors()
        ]
        told = "; ".join(f"{fault.field}: {fault.message}" for fault in faults)
        errors = [fault.model_dump() for fault in faults]
        return _answer(request, Problem(422, "invalid", told, errors=errors))

    @app.exception_handler(HTTPException)
    def of_framework(request: Request, error: HTTPException) -> Response:
        phrase = HTTPStatus(error.status_code).phrase
        code = phrase.lower().replace(" ", "_").replace("-", "_").replace("'", "")
        return _answer(request, Problem(error.status_code, code, f"{phrase}.", error.headers))

    @app.exception_handler(Transient)
    def of_passing_trouble(request: Request, error: Transient) -> Response:
        _log.warning("%s %s: %s", request.method, request.url.path, error)
        return _answer(request, later("a part that this needs is not there now; try again"))

    @app.exception_handler(NoPlaysDatabase)
    def of_no_games(request: Request, _: Exception) -> Response:
        told = "no game was filmed yet, for there is no plays database: uball import brings in the first"
        return _answer(request, Problem(404, "no_plays_database", told))

    @app.exception_handler(Permanent)
    def of_refusal(request: Request, error: Permanent) -> Response:
        _log.error("%s %s: %s", request.method, request.url.path, error)
        return _answer(request, _failed())

    @app.exception_handler(Exception)
    def of_anything(request: Request, _: Exception) -> Response:
        answer = _answer(request, _failed())
        answer.headers.update(SECURITY_HEADERS)
        return answer


def _failed() -> Problem:
    return Problem(500, "failed", "something went wrong here; the server's log says what")


def _answer(request: Request, problem: Problem) -> Response:
    if not is_for_people(request):
        return JSONResponse(problem.members, problem.status, problem.headers, MEDIA_TYPE)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        place = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(place)}", HTTPStatus.SEE_OTHER)
    page = render(request, "problem.html", status=problem.status, problem=problem.members)
    page.headers.update(problem.headers)
    return page


def is_for_people(request: Request) -> bool:
    """Whether a browser asks for a page, and not a program for data."""
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted and not request.url.path.startswith("/api/")
