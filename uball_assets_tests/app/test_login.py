"""A person logs in with a key once; the browser keeps a login and never the key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from uball_assets_tests.app.conftest import HERE, context_of, open_client, settings_of

PAGE = {"Accept": "text/html"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with open_client(settings_of(tmp_path), follow_redirects=False) as client:
        yield client


def _key(client: TestClient) -> str:
    return context_of(client).keys.add("ana", ["review"], days=1)


def _enter(client: TestClient, key: str, place: str = "/api") -> int:
    form = {"key": key, "next": place}
    return int(client.post("/login", data=form, headers={"Origin": HERE, **PAGE}).status_code)


def test_a_page_sends_to_the_login_and_the_login_back(client: TestClient) -> None:
    key = _key(client)
    sent = client.get("/api?x=1", headers=PAGE)
    assert (sent.status_code, sent.headers["location"]) == (303, "/login?next=/api%3Fx%3D1")
    assert "Log in" in client.get(sent.headers["location"]).text
    answer = client.post("/login", data={"key": key, "next": "/api?x=1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/api?x=1")
    cookie = answer.headers["set-cookie"]
    assert key not in cookie
    assert {"HttpOnly", "SameSite=strict"} <= set(cookie.split("; "))
    page = client.get("/api", headers=PAGE)
    assert page.status_code == 200
    assert "ana" in page.text


def test_a_wrong_key_opens_nothing(client: TestClient) -> None:
    _key(client)
    for wrong in ("", "uball_wrong", "\x00", "é" * 500):
        assert _enter(client, wrong) == 401
    assert "set-cookie" not in client.post("/login", content=b"\xff\xfe", headers=PAGE).headers


def test_logging_out_ends_the_login_itself(client: TestClient) -> None:
    assert _enter(client, _key(client)) == 303
    kept = dict(client.cookies)
    assert client.post("/logout", headers={"Origin": HERE}).status_code == 303
    client.cookies.update(kept)
    assert client.get("/api", headers=PAGE).status_code == 303


def test_a_login_ends_with_its_key(client: TestClient) -> None:
    assert _enter(client, _key(client)) == 303
    context_of(client).keys.revoke("ana")
    assert client.get("/api", headers=PAGE).status_code == 303


def test_another_sites_page_logs_nobody_in_or_out(client: TestClient) -> None:
    key = _key(client)
    elsewhere = {"Origin": "https://evil.example"}
    assert client.post("/login", data={"key": key}, headers=elsewhere).status_code == 403
    assert _enter(client, key) == 303
    assert client.post("/logout", headers=elsewhere).status_code == 403


@pytest.mark.parametrize(
    "place", ["//evil.example", "/\\evil.example", "https://evil.example", "", "/\r\nx: y"]
)
def test_the_login_leads_to_no_other_site(client: TestClient, place: str) -> None:
    answer = client.post("/login", data={"key": _key(client), "next": place})
    assert answer.headers["location"] == "/"
