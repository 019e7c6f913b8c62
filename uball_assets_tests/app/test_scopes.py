"""The one door of all routes: who is let in with which key, from where, how often; what is written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from uball_assets.adapters.access.keys import Key
from uball_assets.app.application import build_app
from uball_assets.app.context import AppContext, open_context
from uball_assets.app.guard.scopes import COOKIE, NOBODY, needs
from uball_assets_tests.app.conftest import HERE, settings_of

READ, REVIEW, OPERATE = (Depends(needs(scope)) for scope in ("read", "review", "operate"))
QUESTION = Depends(needs("read", asks_only=True))


def _with_probes(app: FastAPI) -> FastAPI:
    @app.get("/probe")
    def look(key: Annotated[Key, READ]) -> str:
        return key.name

    @app.post("/probe/question")
    def ask(key: Annotated[Key, QUESTION]) -> str:
        return key.name

    @app.post("/probe/decision")
    def decide(key: Annotated[Key, REVIEW]) -> str:
        return key.name

    @app.post("/probe/job")
    def launch(key: Annotated[Key, OPERATE]) -> str:
        return key.name

    return app


@contextmanager
def _served(home: Path, **settings: object) -> Iterator[tuple[TestClient, AppContext]]:
    with open_context(settings_of(home, **settings)) as context:
        yield TestClient(_with_probes(build_app(context)), HERE), context


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[TestClient, AppContext]]:
    with _served(tmp_path / "home") as served:
        yield served


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_a_fresh_league_on_this_machine_needs_no_key(served: tuple[TestClient, AppContext]) -> None:
    client, _ = served
    assert client.get("/probe").json() == NOBODY
    assert client.post("/probe/decision", headers={"X-Reviewer": "Zo%C3%AB"}).json() == "Zoë"


def test_from_the_first_key_on_nobody_works_without_one(served: tuple[TestClient, AppContext]) -> None:
    client, context = served
    secret = context.keys.add("ana", ["review"], days=1)
    for refused in (client.get("/probe"), client.get("/probe", headers=_bearer("uball_wrong"))):
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert client.get("/probe", headers=_bearer(secret)).json() == "ana"
    context.keys.revoke("ana")
    assert client.get("/probe", headers=_bearer(secret)).status_code == 401
    assert client.get("/probe").status_code == 401, "revoking the only key opens nothing"


def test_a_key_ends(served: tuple[TestClient, AppContext]) -> None:
    client, context = served
    secret = context.keys.add("ana", ["read"], days=-1)
    assert client.get("/probe", headers=_bearer(secret)).status_code == 401


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [("read", {"look"}), ("review", {"look", "decide"}), ("operate", {"look", "launch"})],
)
def test_a_key_does_what_its_scope_says_and_no_more(
    served: tuple[TestClient, AppContext], scope: str, allowed: set[str]
) -> None:
    client, context = served
    headers = _bearer(context.keys.add("ana", [scope], days=1))
    asked = {
        "look": client.get("/probe", headers=headers),
        "decide": client.post("/probe/decision", headers=headers),
        "launch": client.post("/probe/job", headers=headers),
    }
    assert {word for word, answer in asked.items() if answer.status_code == 200} == allowed
    refused = [answer for word, answer in asked.items() if word not in allowed]
    assert {answer.status_code for answer in refused} == {403}


def test_the_key_itself_is_kept_nowhere(served: tuple[TestClient, AppContext]) -> None:
    _, context = served
    secret = context.keys.add("ana", ["read"], days=1)
    context.keys.open_session(context.keys.all()[0])
    kept = b"".join(path.read_bytes() for path in context.db.path.parent.glob("app.db*"))
    assert secret.encode() not in kept
    assert context.db.path.stat().st_mode & 0o077 == 0


def test_another_sites_page_cannot_write(served: tuple[TestClient, AppContext]) -> None:
    client, context = served
    elsewhere = [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
    elsewhere.append({"Origin": "http://127.0.0.1:9999", "Sec-Fetch-Site": "same-site"})
    for headers in elsewhere:
        assert client.post("/probe/job", headers=headers).status_code == 403, "without a key"
        assert client.post("/probe/question", headers=headers).status_code == 403, "not even ask"
    own = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
    assert client.post("/probe/job", headers=own).status_code == 200
    context.keys.add("ana", ["operate"], days=1)
    client.cookies.set(COOKIE, context.keys.open_session(context.keys.all()[0]))
    for headers in elsewhere:
        assert client.post("/probe/job", headers=headers).status_code == 403, "with a cookie"
    assert client.post("/probe/job", headers=own).status_code == 200


def test_what_a_proxy_passes_on_needs_a_key(served: tuple[TestClient, AppContext]) -> None:
    client, _ = served
    assert client.get("/probe", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 401


def test_who_asks_too_often_is_told_to_wait(tmp_path: Path) -> None:
    with _served(tmp_path, requests_a_minute=3) as (client, context):
        ana, ben = (_bearer(context.keys.add(name, ["read"], days=1)) for name in ("ana", "ben"))
        told = [client.get("/probe", headers=ana) for _ in range(5)]
        assert [answer.status_code for answer in told] == [200, 200, 200, 429, 429]
        assert 1 <= int(told[-1].headers["retry-after"]) <= 60
        assert client.get("/probe", headers=ben).status_code == 200
        guesses = [client.get("/probe", headers=_bearer("guess")).status_code for _ in range(4)]
        assert guesses == [401, 401, 401, 429]


def test_every_write_is_written_down_with_its_outcome_and_no_question(
    served: tuple[TestClient, AppContext],
) -> None:
    client, context = served
    headers = _bearer(context.keys.add("ana", ["review"], days=1))
    client.get("/probe", headers=headers)
    assert client.post("/probe/question", headers=headers).json() == "ana"
    client.post("/probe/decision", headers=headers)
    client.post("/probe/job", headers=headers)
    rows = [(row.who, row.method, row.path, row.outcome) for row in context.audit.newest(10)]
    assert rows == [
        ("ana", "POST", "/probe/job", 403),
        ("ana", "POST", "/probe/decision", 200),
    ]
