"""Small real servers on loopback that take messages: HTTP and SMTP, each down or slow when a test says so."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Taken:
    """What a server was sent, and how it answers."""

    port: int = 0
    answers: int = 200
    """HTTP's status; of SMTP, what it says to DATA (250: taken)."""
    slow_s: float = 0.0
    got: list[Any] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook/secret-key"


@contextmanager
def http_server() -> Iterator[Taken]:
    taken = Taken()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(taken.slow_s)
            if taken.answers == 200:
                taken.got.append(json.loads(body))
            self.send_response(taken.answers)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with _served(ThreadingHTTPServer(("127.0.0.1", 0), Handler), taken):
        yield taken


@contextmanager
def smtp_server() -> Iterator[Taken]:
    """Speaks as much of RFC 5321 as a client needs that hands over one letter."""
    taken = Taken(answers=250)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 here")
            while line := self.rfile.readline().decode().strip():
                word = line.split(" ")[0].upper()
                if word == "DATA":
                    self._say("354 go on")
                    letter = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        letter += part
                    if taken.answers == 250:
                        taken.got.append(letter.decode())
                    self._say(f"{taken.answers} so")
                elif word == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 fine")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with _served(Server(("127.0.0.1", 0), Handler), taken):
        yield taken


@contextmanager
def _served(server: socketserver.TCPServer, taken: Taken) -> Iterator[None]:
    taken.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
