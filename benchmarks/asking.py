"""A client that is quicker than what it measures: one thread, plain sockets, ready requests, kept open.

Belongs here: sending and timing. Not here: what is asked (`predict_load`).
"""

from __future__ import annotations

import json
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass
class Told:
    took_s: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0


class Connection:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.begun_s = 0.0
        self._read = b""

    def send(self, request: bytes) -> None:
        self.begun_s = time.perf_counter()
        self.socket.sendall(request)

    def status(self) -> int | None:
        """Of the answer, once it is there whole. Raises ConnectionError where the server hung up."""
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("the server hung up")
        self._read += part
        head, end, body = self._read.partition(_END)
        if not end or len(body) < _length(head):
            return None
        self._read = b""
        return int(head[9:12])


def request_of(method: str, path: str, key: str, body: Any = None) -> bytes:
    sent = b"" if body is None else json.dumps(body).encode()
    lines = (
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {key}",
        "Content-Type: application/json",
        f"Content-Length: {len(sent)}",
    )
    return "\r\n".join(lines).encode() + _END + sent


def ask(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Told:
    """Each connection asks again as soon as it is answered, until the time or the requests are over."""
    told, waiting, selector = Told(), 0, selectors.DefaultSelector()
    begun_s = time.perf_counter()
    for _ in range(connections):
        connection = Connection(port)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(next(requests))
        waiting += 1
    while waiting:
        for key, _ in selector.select():
            connection = key.data
            status = connection.status()
            if status is None:
                continue
            now_s = time.perf_counter()
            told.took_s.append(now_s - connection.begun_s)
            told.statuses[status] += 1
            following = next(requests, None) if now_s - begun_s < seconds else None
            if following is None:
                selector.unregister(connection.socket)
                connection.socket.close()
                waiting -= 1
            else:
                connection.send(following)
    told.seconds = time.perf_counter() - begun_s
    return told


def _length(head: bytes) -> int:
    place = head.lower().find(_LENGTH)
    return int(head[place + len(_LENGTH) :].partition(b"\r\n")[0]) if place >= 0 else 0
