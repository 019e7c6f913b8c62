"""Vertex AI on this machine: tuning, answering and batches over the wire format of google-genai 3.4. Prints
its port.

Belongs here: addresses, tokens, faults of requests. Not here: what is done there (`vertex_service`) and what
a request may hold (`vertex_wire`). Buckets are those of STORAGE_EMULATOR_HOST.

It refuses what the real service refuses, with the same error JSON. Its models are the project's own small
networks: a tuning trains them on the clips of the JSONL, with the platform's default seed, so the weights are
those of the local trainer. Nothing is kept when it ends.

POST /control {"reset": true, "faults": […], "state_s": 0.05, "limits": {…}}: each part by itself; see
`vertex_faults` and `vertex_dataset.Limits`. GET /control: what has been asked and spent.
"""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from uball_assets_tests.cloud.vertex_server.vertex_jobs import Jobs
from uball_assets_tests.cloud.vertex_server.vertex_service import Answer, Vertex
from uball_assets_tests.cloud.vertex_server.vertex_wire import Refusal


@dataclass(frozen=True)
class Asked:
    name: str
    """The address without what is done with it: a job, a model, or the place where one is to be."""
    query: dict[str, str]
    body: Any


def page_of(jobs: Jobs, kind: str, asked: Asked) -> Answer:
    views, token = jobs.page(f"{asked.name}/{kind}", asked.query)
    return {kind: views} | ({"nextPageToken": token} if token else {})


def cancel(jobs: Jobs, asked: Asked) -> Answer:
    jobs.get(asked.name).cancel()
    return {}


_PLACE = r"projects/[^/]+/locations/[^/]+"
_PUBLISHED = rf"(?:{_PLACE}/)?publishers/google/models/[^/:]+"
_ANSWERING = rf"{_PLACE}/endpoints/[^/:]+|{_PUBLISHED}"
ROUTES: tuple[tuple[str, Callable[[Vertex, Asked], Answer]], ...] = (
    (rf"POST ({_PLACE})/tuningJobs", lambda vertex, asked: vertex.tune(asked.name, asked.body)),
    (rf"GET ({_PLACE})/tuningJobs", lambda vertex, asked: page_of(vertex.tunings, "tuningJobs", asked)),
    (rf"GET ({_PLACE}/tuningJobs/[^/:]+)", lambda vertex, asked: vertex.tunings.get(asked.name).view()),
    (rf"POST ({_PLACE}/tuningJobs/[^/:]+):cancel", lambda vertex, asked: cancel(vertex.tunings, asked)),
    (rf"POST ({_PLACE})/batchPredictionJobs", lambda vertex, asked: vertex.predict(asked.name, asked.body)),
    (
        rf"GET ({_PLACE})/batchPredictionJobs",
        lambda vertex, asked: page_of(vertex.batches, "batchPredictionJobs", asked),
    ),
    (
        rf"GET ({_PLACE}/batchPredictionJobs/[^/:]+)",
        lambda vertex, asked: vertex.batches.get(asked.name).view(),
    ),
    (
        rf"POST ({_PLACE}/batchPredictionJobs/[^/:]+):cancel",
        lambda vertex, asked: cancel(vertex.batches, asked),
    ),
    (rf"POST ({_ANSWERING}):generateContent", lambda vertex, asked: vertex.generate(asked.name, asked.body)),
    (rf"POST ({_ANSWERING}):countTokens", lambda vertex, asked: vertex.count_tokens(asked.name, asked.body)),
    (rf"GET ({_PLACE}/models/[^/:]+|{_PUBLISHED})", lambda vertex, asked: vertex.model(asked.name)),
    (rf"GET ({_PLACE}/endpoints/[^/:]+)", lambda vertex, asked: vertex.endpoint(asked.name)),
    (
        rf"POST ({_PLACE}/endpoints/[^/:]+):undeployModel",
        lambda vertex, asked: vertex.undeploy(asked.name, asked.body),
    ),
    (rf"GET ({_PLACE}/models/[^/:@]+):listVersions", lambda vertex, asked: vertex.versions(asked.name)),
    (rf"GET ({_PLACE}/operations/[^/:]+)", lambda vertex, asked: vertex.operation(asked.name)),
    (
        (
            rf"DELETE ({_PLACE}/(?:endpoints|models)/[^/:@]+|{_PLACE}/models/[^/:@]+@\d+(?=:deleteVersion))"
            r"(?::deleteVersion)?"
        ),
        lambda vertex, asked: vertex.delete(asked.name),
    ),
)


def route(vertex: Vertex, method: str, path: str, query: dict[str, str], body: Any) -> Answer:
    for pattern, act in ROUTES:
        if found := re.fullmatch(pattern, f"{method} {path}"):
            return act(vertex, Asked(found[1], query, body))
    raise Refusal(404, f"The requested URL {path} was not found on this server.")


class Handler(BaseHTTPRequestHandler):
    vertex: Vertex
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def log_message(self, *_: Any) -> None:
        """Nothing: a test's output is the test's."""

    def _answer(self, method: str) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            self._send(*self._said(method, unquote(address.path), dict(parse_qsl(address.query)), body))
        except ConnectionError:  # ordered, or the client has gone
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

    def _said(self, method: str, path: str, query: dict[str, str], body: bytes) -> tuple[int, Answer]:
        try:
            if path == "/control":
                return 200, self.vertex.control(json.loads(body) if method == "POST" else {})
            return 200, self._served(method, path, query, body)
        except Refusal as refusal:
            return refusal.code, refusal.body

    def _served(self, method: str, path: str, query: dict[str, str], body: bytes) -> Answer:
        """Raises ConnectionAbortedError where a cut was ordered."""
        versioned = re.fullmatch(r"/v1(?:beta1)?/(.+)", path)
        if not versioned:
            raise Refusal(404, f"The requested URL {path} was not found on this server.")
        where, faults, resets = f"{method} {path}", self.vertex.faults, self.vertex.resets
        self.vertex.count(f"{method} {_kind(path)}")
        if refusal := faults.take("refuse", where):
            raise Refusal(refusal.code, refusal.message)
        self._authorise()
        self._disturb(where, "before")
        if self.vertex.resets != resets:  # a late request of an earlier test is nobody's any more
            raise ConnectionAbortedError
        try:
            read = json.loads(body) if body else {}
        except ValueError:
            raise Refusal(400, "Invalid JSON payload received.") from None
        answer = route(self.vertex, method, versioned[1], query, read)
        self._disturb(where, "after")
        return answer

    def _disturb(self, where: str, when: str) -> None:
        if delay := self.vertex.faults.take("delay", where, when):
            time.sleep(delay.seconds)
        if self.vertex.faults.take("cut", where, when):
            raise ConnectionAbortedError

    def _authorise(self) -> None:
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        if token and self.vertex.faults.take("token_expires"):
            self.vertex.expired.add(token)
        if scheme != "Bearer" or not token or token in self.vertex.expired:
            raise Refusal(
                401, "Request had invalid authentication credentials. Expected OAuth 2 access token."
            )

    def _send(self, code: int, answer: Answer) -> None:
        data = json.dumps(answer).encode()
        self.send_response(code)
        self.send_header("content-type", "application/json; charset=UTF-8")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _kind(path: str) -> str:
    """An address without its ids, for counting: `tuningJobs/*:cancel`."""
    short = re.sub(r"^/v1(?:beta1)?/(?:projects/[^/]+/locations/[^/]+/)?", "", path)
    return re.sub(r"/[^/:]+(?=$|:)", "/*", short)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with tempfile.TemporaryDirectory(prefix="vertex-") as folder:
        Handler.vertex = Vertex(Path(folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()
