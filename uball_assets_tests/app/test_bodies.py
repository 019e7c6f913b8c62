"""Bodies that are too long, or too slow, are refused before a route waits for them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from uball_assets.app.guard.bodies import BodyLimits

LIMIT_BYTES = 64_000


def test_a_long_body_is_a_problem_whether_its_length_was_said_or_not(client: TestClient) -> None:
    def piecemeal() -> Iterator[bytes]:
        for _ in range(LIMIT_BYTES // 1000 + 1):
            yield b"x" * 1000

    for body in (b"x" * (LIMIT_BYTES + 1), piecemeal()):
        told = client.post("/login", content=body)
        assert (told.status_code, told.json()["code"]) == (413, "body_too_long")
        assert told.headers["content-type"] == "application/problem+json"
    assert client.post("/login", content=b"x" * LIMIT_BYTES).status_code == 401


@pytest.mark.parametrize("length", ["-1", "99999999999999999999", "1e9", "\u0663"])
def test_a_length_that_is_none_helps_nobody(length: str) -> None:
    sent = asyncio.run(_sent([b"x" * 20], length=length, limit_bytes=10))
    assert sent[0]["status"] == 413


def test_a_body_that_comes_a_byte_at_a_time_is_given_up() -> None:
    sent = asyncio.run(_sent([b"x"] * 1000, every_s=0.01, limit_s=0.05))
    assert sent[0]["status"] == 408
    assert json.loads(sent[1]["body"])["code"] == "body_too_slow"


def test_who_goes_away_within_a_body_is_answered_nothing() -> None:
    assert asyncio.run(_sent([b"x"], goes_away=True)) == []


def test_the_route_gets_the_whole_body() -> None:
    sent = asyncio.run(_sent([b"a", b"b", b"c"]))
    assert sent[1]["body"] == b"abc"


async def _sent(
    pieces: list[bytes],
    *,
    length: str = "",
    every_s: float = 0.0,
    limit_bytes: int = 10_000,
    limit_s: float = 10.0,
    goes_away: bool = False,
) -> list[Message]:
    """What is answered where a body comes in these pieces and the route echoes it."""
    sent: list[Message] = []
    messages = _messages(pieces, every_s, goes_away)

    async def receive() -> Message:
        return await anext(messages)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-length", length.encode())] if length else []
    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    await BodyLimits(_echo, limit_bytes, limit_s)(scope, receive, send)
    return sent


async def _messages(pieces: list[bytes], every_s: float, goes_away: bool) -> AsyncIterator[Message]:
    for number, piece in enumerate(pieces):
        await asyncio.sleep(every_s)
        is_last = number == len(pieces) - 1 and not goes_away
        yield {"type": "http.request", "body": piece, "more_body": not is_last}
    yield {"type": "http.disconnect"}


async def _echo(_: Scope, receive: Receive, send: Send) -> None:
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})
