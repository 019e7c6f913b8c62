"""A web server with ranges behind a line of a given latency and rate, in a process of its own.

Belongs here: the line and what went through it. Not here: who asks. Every byte of a body leaves when a line
of that rate would have carried it, whatever the number of connections; the latency is waited once a request.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from uball_assets.adapters.machine.processes import stop

BLOCK_BYTES = 256 * 1024
CREDIT_S = 0.004
"""A line that was late, because a sleep was, may catch up by this much."""
COUNTS_PATH, RESET_PATH = "/counts", "/reset"


@dataclass(frozen=True)
class Line:
    latency_s: float
    """0.03 is a bucket in the same country."""
    bytes_per_s: float
    """125e6 is 1 Gbit/s; 0 is a line without limit."""


@dataclass(frozen=True)
class Counts:
    requests: int
    connections: int
    body_bytes: int


class Meter:
    """When a line of a fixed rate has carried the next bytes; shared by all connections."""

    def __init__(
        self,
        bytes_per_s: float,
        now_s: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._bytes_per_s, self._now_s, self._sleep = bytes_per_s, now_s, sleep
        self._free_s = 0.0
        self._lock = threading.Lock()

    def pass_through(self, size_bytes: int) -> None:
        """Waits until the line has carried these bytes after all that were asked for before."""
        if not self._bytes_per_s:
            return
        with self._lock:
            now_s = self._now_s()
            self._free_s = max(self._free_s, now_s - CREDIT_S) + size_bytes / self._bytes_per_s
            wait_s = self._free_s - now_s
        if wait_s > 0:
            self._sleep(wait_s)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, files: dict[str, str], line: Line) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.line, self.meter = files, line, Meter(line.bytes_per_s)
        self.counts = {"requests": 0, "connections": 0, "body_bytes": 0}
        self.lock = threading.Lock()

    def count(self, **more: int) -> None:
        with self.lock:
            for name, number in more.items():
                self.counts[name] += number


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.is_counted = False

    def do_GET(self) -> None:
        if self.path in (COUNTS_PATH, RESET_PATH):
            self._tell_counts()
            return
        time.sleep(self.server.line.latency_s)
        path = self.server.files.get(self.path.partition("?")[0].lstrip("/"))
        if path is None:
            self.send_error(404)
            return
        with Path(path).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            byte_range = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            begin = int(byte_range[1]) if byte_range else 0
            end = min(size, int(byte_range[2]) + 1) if byte_range and byte_range[2] else size
            self.send_response(206 if byte_range else 200)
            self.send_header("ETag", f'"{size}"')
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(end - begin))
            if byte_range:
                self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{size}")
            self.end_headers()
            new = 0 if self.is_counted else 1
            self.is_counted = True
            self.server.count(requests=1, connections=new)
            self._send(file.fileno(), begin, end)

    def _send(self, descriptor: int, begin: int, end: int) -> None:
        """Straight from the page cache to the socket, so that the server leaves the cores to the cutter."""
        self.wfile.flush()
        while begin < end:
            block = min(BLOCK_BYTES, end - begin)
            self.server.meter.pass_through(block)
            until = begin + block
            self.server.count(body_bytes=block)  # before: who has read a body finds it counted
            try:
                while begin < until:
                    begin += os.sendfile(self.connection.fileno(), descriptor, begin, until - begin)
            except ConnectionError:
                self.server.count(body_bytes=begin - until)
                self.close_connection = True
                return

    def _tell_counts(self) -> None:
        with self.server.lock:
            body = json.dumps(self.server.counts).encode()
            if self.path == RESET_PATH:
                self.server.counts = dict.fromkeys(self.server.counts, 0)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Remote:
    """A running server, as its user sees it."""

    def __init__(self, port: int) -> None:
        self._root = f"http://127.0.0.1:{port}"

    def url(self, name: str) -> str:
        return f"{self._root}/{name}"

    def counts(self) -> Counts:
        """Since the last call; sets them to 0."""
        with urllib.request.urlopen(self._root + RESET_PATH) as answer:  # noqa: S310 (our own server)
            answered: dict[str, Any] = json.load(answer)
        return Counts(**answered)


@contextmanager
def serving(files: dict[str, Path], line: Line) -> Iterator[Remote]:
    """Serves each file under its name until the block ends; several names may be one file."""
    arguments = {"files": {name: str(path) for name, path in files.items()}, "line": vars(line)}
    command = [sys.executable, "-m", "benchmarks.server", json.dumps(arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Remote(int(process.stdout.readline()))
        finally:
            stop(process)


if __name__ == "__main__":
    answered = json.loads(sys.argv[1])
    with Server(answered["files"], Line(**answered["line"])) as server:
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()
