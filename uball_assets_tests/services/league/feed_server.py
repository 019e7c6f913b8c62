"""A web server on this machine that sends what a test tells it to, broken in every way a server can be."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    announced: int | None = None
    """Bytes that it says it sends."""
    stalls: bool = False
    """It sends the headers, and then nothing until the server ends."""


def rows(*values: Mapping[str, Any], **beside: Any) -> Answer:
    return Answer(json.dumps({"data": values, **beside} if beside else list(values)).encode())


@dataclass
class FeedServer:
    url: str
    answers: dict[str, Answer | Callable[[dict[str, list[str]]], Answer]]
    """By the path's last part; a kind that is not there is 404."""
    asked: list[str]
    """Paths with their queries, in order."""


@contextmanager
def feed_server() -> Iterator[FeedServer]:
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            parts = urlsplit(self.path)
            found = server.answers.get(parts.path.rpartition("/")[2].partition(".")[0], Answer(status=404))
            answer = found(parse_qs(parts.query)) if callable(found) else found
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            length = len(answer.body) if answer.announced is None else answer.announced
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(answer.body)
            if answer.stalls:
                self.wfile.flush()
                over.wait(5)

        def log_message(self, *_: object) -> None:
            pass

    class Listening(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hung up is what some tests are about: nothing is printed of it."""
            if not isinstance(sys.exception(), ConnectionError):
                super().handle_error(request, client_address)

    listening = Listening(("127.0.0.1", 0), Handler)
    server = FeedServer(f"http://127.0.0.1:{listening.server_port}/v1", {}, [])
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        over.set()
        listening.shutdown()
        thread.join()
        listening.server_close()
