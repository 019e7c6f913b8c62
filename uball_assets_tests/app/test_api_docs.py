"""The API's own description: complete for programs, and a page for people that is made of it."""

from __future__ import annotations

from fastapi.testclient import TestClient

from uball_assets.app.describing import routes_of


def test_the_description_names_the_scope_of_every_route(client: TestClient) -> None:
    description = client.get("/api/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    told = {
        (method.upper(), path): operation["security"]
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }
    scopes = {(route.method, route.path): route.scope for route in routes_of(client.app)}  # type: ignore[arg-type]
    assert told == {each: [{"key": [scopes[each]]}] if scopes[each] else [] for each in told}
    assert {"read", "operate"} <= set(scopes.values())


def test_every_form_that_is_named_is_described(client: TestClient) -> None:
    text = client.get("/api/openapi.json").text
    forms = client.get("/api/openapi.json").json()["components"]["schemas"]
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(forms)
    assert "ProblemDetails" in named


def test_the_page_shows_every_route_with_a_line_to_try(client: TestClient) -> None:
    page = client.get("/api").text
    for path, methods in client.get("/api/openapi.json").json()["paths"].items():
        assert f"<code>{path}</code>" in page, methods
    assert "curl -X POST" in page
