"""Every route of the application, whoever added it: let in by the right key alone, and by no trick."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from uball_assets.adapters.access.keys import SCOPES
from uball_assets.app.application import build_app
from uball_assets.app.context import AppContext, open_context
from uball_assets.app.describing import RouteFacts, routes_of
from uball_assets.automation.instance import Instance
from uball_assets_tests.app.conftest import HERE, fill, settings_of

WITHOUT_A_KEY = {("GET", "/login"), ("POST", "/login"), ("POST", "/logout"), ("GET", "/api/health")}
"""Who is not let in must be able to come in, and whoever watches from outside has no key."""
QUESTIONS = {("POST", "/predict/game"), ("POST", "/predict/player")}
"""Sent as POST for their bodies' sake; they change nothing, and have no row in the audit."""
NARROWER = {"read": [], "review": ["operate"], "operate": ["review"]}
PAGE = {"Accept": "text/html"}
TRICKS = (
    "../../../../etc/passwd",
    "..\\..\\app.db",
    "/etc/passwd",
    "%2e%2e%2fapp.db",
    "\x00",
    "é" * 3000,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "g1\r\nSet-Cookie: a=b",
)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppContext]:
    settings = settings_of(tmp_path_factory.mktemp("league"), requests_a_minute=1_000_000)
    fill(settings)
    with Instance.ephemeral() as instance, open_context(settings, instance) as context:
        yield context


@pytest.fixture(scope="module")
def app(context: AppContext) -> FastAPI:
    return build_app(context)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> TestClient:
    """Nobody yet; what breaks is told as it is told to the world."""
    return TestClient(app, HERE, follow_redirects=False, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def strangers(context: AppContext) -> dict[str, dict[str, str]]:
    """Headers of those who must not come in, whatever they ask."""
    ended = context.keys.add("ended", SCOPES, days=-1)
    revoked = context.keys.add("revoked", SCOPES, days=1)
    context.keys.revoke("revoked")
    good = context.keys.add("good", SCOPES, days=1)
    return {
        "no key": {},
        "an empty key": _bearer(""),
        "a wrong key": _bearer("uball_" + "x" * 43),
        "an ended key": _bearer(ended),
        "a revoked key": _bearer(revoked),
        "a good key in a wrong scheme": {"Authorization": f"Basic {good}"},
        "a good key's first letters": _bearer(good[:12]),
        "a good key as a login": {"Cookie": f"uball_session={good}"},
        "a key in capitals": _bearer(good.upper()),
    }


@pytest.fixture(scope="module")
def everything(context: AppContext, strangers: dict[str, dict[str, str]]) -> dict[str, str]:
    assert strangers, "made first: the first key closes the league"
    return _bearer(context.keys.add("everything", SCOPES, days=1))


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def _asked(route: RouteFacts, value: str = "g1") -> str:
    """The route's path with this in place of each parameter."""
    parts = route.path.replace("{", "\0").replace("}", "\0").split("\0")
    return "".join(part if number % 2 == 0 else quote(value, safe="") for number, part in enumerate(parts))


def test_only_these_routes_ask_nobody_for_a_key(app: FastAPI) -> None:
    assert {(route.method, route.path) for route in routes_of(app) if route.scope is None} == WITHOUT_A_KEY


def test_what_changes_something_needs_more_than_reading(app: FastAPI) -> None:
    writing = [route for route in routes_of(app) if route.method not in ("GET", "HEAD")]
    assert len(writing) > 5
    by_readers = {(route.method, route.path) for route in writing if route.scope == "read"}
    assert by_readers == QUESTIONS == {(route.method, route.path) for route in writing if route.asks_only}


def test_nobody_comes_in_without_a_good_key(
    app: FastAPI, client: TestClient, strangers: dict[str, dict[str, str]]
) -> None:
    for route in routes_of(app):
        for who, headers in strangers.items():
            if route.scope is not None:
                told = client.request(route.method, _asked(route), headers=headers)
                assert told.status_code == 401, f"{who}: {route}"
                assert told.headers["www-authenticate"] == "Bearer"
                page = client.request(route.method, _asked(route), headers={**headers, **PAGE})
                assert page.status_code in (401, 303), f"{who}: {route}"


def test_a_key_for_something_else_is_refused(
    app: FastAPI, client: TestClient, context: AppContext, strangers: dict[str, dict[str, str]]
) -> None:
    assert strangers
    narrow = {
        scope: _bearer(context.keys.add(f"not {scope}", others, days=1)) for scope, others in NARROWER.items()
    }
    for route in routes_of(app):
        if route.scope is not None:
            told = client.request(route.method, _asked(route), headers=narrow[route.scope])
            assert (told.status_code, told.json()["code"]) == (403, "key_too_narrow"), route


def test_no_trick_in_a_path_leads_out_or_breaks_a_route(
    app: FastAPI, client: TestClient, everything: dict[str, str], context: AppContext
) -> None:
    for route in routes_of(app):
        if "{" in route.path and route.scope is not None:
            for trick in TRICKS:
                told = client.request(route.method, _asked(route, trick), headers=everything)
                assert told.status_code in (400, 404, 405, 422, 428), f"{route} {trick!r}: {told.text[:200]}"
                assert "root:" not in told.text
                assert str(context.settings.home) not in told.text


@pytest.mark.parametrize(
    "path", ["/static/../app/context.py", "/static/%2e%2e/context.py", "/static//etc/passwd"]
)
def test_files_are_served_from_their_folder_alone(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_teams_name_that_is_html_stays_text(
    app: FastAPI, client: TestClient, everything: dict[str, str]
) -> None:
    pages = 0
    for route in routes_of(app):
        if route.method == "GET" and not route.path.startswith("/api"):
            page = client.get(_asked(route, "g2"), headers={**everything, **PAGE})
            pages += page.headers.get("content-type", "").startswith("text/html")
            assert page.status_code < 500, f"{route}: {page.text[:300]}"
            assert "<script>alert(1)" not in page.text, route
    assert pages > 0


def test_a_method_that_a_route_does_not_have_is_told_as_a_problem(
    client: TestClient, everything: dict[str, str]
) -> None:
    told = client.request("PATCH", "/api/jobs", headers=everything)
    assert (told.status_code, told.headers["content-type"]) == (405, "application/problem+json")


def test_what_breaks_tells_nothing_of_the_inside(
    context: AppContext, everything: dict[str, str], tmp_path: Path
) -> None:
    app = build_app(context)

    @app.get("/breaks")
    def breaks() -> None:
        raise RuntimeError(f"a secret in {tmp_path}")

    client = TestClient(app, HERE, raise_server_exceptions=False)
    for headers in (everything, {**everything, **PAGE}):
        told = client.get("/breaks", headers=headers)
        assert told.status_code == 500
        assert "secret" not in told.text
        assert "Traceback" not in told.text
        assert told.headers["x-content-type-options"] == "nosniff"
