"""OpenAPI of the application: FastAPI's own, with the scope that each route needs and the form of a problem.

Belongs here: what FastAPI cannot know. Not here: the page that shows it (`pages.api_docs`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from uball_assets.adapters.access.keys import SCOPES
from uball_assets.app.guard.scopes import needs
from uball_assets.app.problems import ProblemDetails

_QUESTION = needs("read", asks_only=True)
_SCOPE_OF = {**{needs(scope): scope for scope in SCOPES}, _QUESTION: "read"}


class RouteFacts(NamedTuple):
    method: str
    path: str
    scope: str | None
    """None where nobody is asked for a key."""
    asks_only: bool = False
    """A question that is sent as POST."""


def routes_of(app: FastAPI) -> Iterator[RouteFacts]:
    """Every route of every router; mounted files are none."""
    for route in iter_route_contexts(app.routes):
        dependant: Dependant | None = getattr(route, "dependant", None)
        methods: set[str] | None = getattr(route, "methods", None)
        if dependant is not None and methods:
            for method in sorted(methods):
                door = _door_of(dependant)
                scope = _SCOPE_OF[door] if door else None
                yield RouteFacts(method, str(getattr(route, "path", "")), scope, door is _QUESTION)


def _door_of(dependant: Dependant) -> Callable[..., Any] | None:
    for dependency in dependant.dependencies:
        if dependency.call in _SCOPE_OF:
            return dependency.call
        if found := _door_of(dependency):
            return found
    return None


def describe(app: FastAPI) -> None:
    """`app.openapi()` is complete from here on."""
    generated = app.openapi

    def openapi() -> dict[str, Any]:
        schema = generated()
        parts = schema.setdefault("components", {})
        form = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
        parts.setdefault("schemas", {}).update({**form.pop("$defs", {}), "ProblemDetails": form})
        parts["securitySchemes"] = {
            "key": {
                "type": "http",
                "scheme": "bearer",
                "description": "A key of `uball keys add`; the word is the scope that it needs.",
            }
        }
        for route in routes_of(app):
            operation = schema["paths"].get(route.path, {}).get(route.method.lower())
            if operation is not None:
                operation["security"] = [{"key": [route.scope]}] if route.scope else []
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
