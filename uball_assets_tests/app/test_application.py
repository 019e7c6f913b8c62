"""What holds for every answer of the application, whatever its route."""

from __future__ import annotations

from fastapi.testclient import TestClient

from uball_assets.app.guard.headers import SECURITY_HEADERS


def test_every_answer_tells_the_browser_what_to_refuse(client: TestClient) -> None:
    for path in ("/static/base.css", "/nothing", "/static/../application.py"):
        headers = client.get(path).headers
        assert SECURITY_HEADERS.items() <= {name: headers.get(name) for name in SECURITY_HEADERS}.items()
        assert "access-control-allow-origin" not in headers


def test_what_is_not_there_is_told_to_programs_as_a_problem_and_to_people_as_a_page(
    client: TestClient,
) -> None:
    told = client.get("/api/nothing")
    assert (told.status_code, told.headers["content-type"]) == (404, "application/problem+json")
    assert told.json()["status"] == 404
    page = client.get("/nothing", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "<h1>Not found</h1>" in page.text


def test_a_request_for_another_name_is_refused(client: TestClient) -> None:
    """Somebody's page can let its own name point to this machine."""
    told = client.get("/static/base.css", headers={"Host": "evil.example:8000"})
    assert (told.status_code, told.json()["code"]) == (421, "wrong_host")
    for name in ("localhost:8000", "127.0.0.1", "[::1]:8000"):
        assert client.get("/static/base.css", headers={"Host": name}).status_code == 200
