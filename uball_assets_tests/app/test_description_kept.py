"""The application keeps to its own description: drawn requests, and no answer that is not described.

Event streams are left out: they go on until a job is over. Belongs here: requests that a program draws. Not
here: what an answer should hold (the tests of each route).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis.strategies import SearchStrategy
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from uball_assets.adapters.access.keys import SCOPES
from uball_assets.app.application import build_app
from uball_assets.app.context import open_context
from uball_assets.automation.instance import Instance
from uball_assets_tests.app.conftest import HERE, fill, settings_of

CASES = 5
"""Of each operation, and the same every time."""
CHECKS = (
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
"""Any 5xx but 501 and 503, which say what is missing, is described nowhere."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    settings = settings_of(tmp_path_factory.mktemp("league"), requests_a_minute=1_000_000)
    fill(settings)
    with Instance.ephemeral() as instance, open_context(settings, instance) as context:
        app = build_app(context)
        app.router.lifespan_context = _idle  # a client of each request would start and end its threads
        yield app


@asynccontextmanager
async def _idle(_: FastAPI) -> AsyncIterator[None]:
    yield


def _is_stream(operation: dict[str, Any]) -> bool:
    return "text/event-stream" in operation["responses"].get("200", {}).get("content", {})


@pytest.mark.filterwarnings("ignore:Coercing Subquery object")  # Dagster's own query of runs by tag
def test_every_drawn_request_is_answered_as_described(app: FastAPI) -> None:
    key = app.state.context.keys.add("draws", SCOPES, days=1)
    schema = schemathesis.openapi.from_dict(app.openapi())
    schema.app = app
    failures: dict[str, str] = {}
    asked = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if not _is_stream(operation.definition.raw):
            asked += 1
            try:
                _ask(operation.as_strategy(), {"Authorization": f"Bearer {key}"})
            except (AssertionError, FailureGroup) as error:
                failures[operation.label] = str(error)
    assert failures == {}
    assert asked > 15


def _ask(strategy: SearchStrategy[schemathesis.Case[Any]], headers: dict[str, str]) -> None:
    @given(case=strategy)
    @hypothesis_settings(max_examples=CASES, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    def ask(case: schemathesis.Case[Any]) -> None:
        response = case.call(headers=headers, base_url=HERE)
        case.validate_response(response, checks=list(CHECKS))

    ask()
