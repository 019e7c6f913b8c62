"""Videos over HTTP, against a real server that misbehaves on demand."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from uball_assets.adapters.videos.http_ranges import HEAD_BYTES, CannotRange, HttpRanges
from uball_assets.domain.errors import Permanent, Transient

CONTENT = np.random.default_rng(11).bytes(300_000)
NO_WAITS_S = (0.0, 0.0)


class Server(ThreadingHTTPServer):
    """Serves `content` at every path; the fields say how it misbehaves."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = CONTENT
        self.sends_etag = True
        self.knows_if_range = True
        self.knows_ranges = True
        self.off_by = 0
        self.statuses: list[int] = []
        """Answered first, one a request; 1 stands for a connection cut in the middle of the body."""
        self.retry_after = ""
        self.requests: list[str] = []
        self.connections: set[tuple[str, int]] = set()

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.content).hexdigest()}"'

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/game/FAR_LEFT.mp4?signature=secret"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        server = self.server
        server.requests.append(self.headers.get("Range", ""))
        server.connections.add(self.client_address)
        status = server.statuses.pop(0) if server.statuses else 0
        if status > 1:
            self._answer(status, b"x", {"Retry-After": server.retry_after} if server.retry_after else {})
            return
        changed = server.knows_if_range and self.headers.get("If-Range", server.etag) != server.etag
        etag = {"ETag": server.etag} if server.sends_etag else {}
        if not server.knows_ranges or changed:
            self._answer(200, server.content, etag, is_cut=status == 1)
            return
        begin, last = (int(number) for number in self.headers["Range"].removeprefix("bytes=").split("-"))
        if begin >= len(server.content):
            self._answer(416, b"", {"Content-Range": f"bytes */{len(server.content)}"})
            return
        begin, end = begin + server.off_by, min(last + 1, len(server.content)) + server.off_by
        place = {"Content-Range": f"bytes {begin}-{end - 1}/{len(server.content)}"}
        self._answer(206, server.content[begin:end], etag | place, is_cut=status == 1)

    def _answer(self, status: int, body: bytes, headers: dict[str, str], *, is_cut: bool = False) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body[: len(body) // 2] if is_cut else body)
        except ConnectionError:
            self.close_connection = True
        if is_cut:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def opened(server: Server) -> HttpRanges:
    return HttpRanges(server.url, waits_s=NO_WAITS_S)


def test_size_and_head_cost_one_request(server: Server) -> None:
    with opened(server) as video:
        assert video.size_bytes == len(CONTENT)
        assert video.read_range(8, 100) == CONTENT[8:108]
        assert video.local_path is None
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [
        (100_000, 5, CONTENT[100_000:100_005]),
        (HEAD_BYTES - 2, 4, CONTENT[HEAD_BYTES - 2 : HEAD_BYTES + 2]),
        (len(CONTENT) - 3, 100, CONTENT[-3:]),
        (len(CONTENT), 10, b""),
        (len(CONTENT) + 999, 10, b""),
        (100_000, 0, b""),
    ],
    ids=["middle", "across the head", "over the end", "at the end", "beyond", "nothing"],
)
def test_a_range_is_those_bytes(server: Server, offset: int, length: int, expected: bytes) -> None:
    with opened(server) as video:
        assert video.read_range(offset, length) == expected


def test_a_video_shorter_than_the_head_is_read(server: Server) -> None:
    server.content = b"short"
    with opened(server) as video:
        assert (video.size_bytes, video.read_range(1, 99)) == (5, b"hort")


def test_many_threads_share_few_kept_open_connections(server: Server) -> None:
    with HttpRanges(server.url, connections=4) as video, ThreadPoolExecutor(16) as threads:
        offsets = [HEAD_BYTES + 1000 * number for number in range(64)]
        parts = list(threads.map(lambda offset: video.read_range(offset, 1000), offsets))
    assert parts == [CONTENT[offset : offset + 1000] for offset in offsets]
    assert len(server.connections) <= 4


def test_names_and_messages_leave_the_signature_out(server: Server) -> None:
    with opened(server) as video:
        assert video.name.endswith("/game/FAR_LEFT.mp4")
    server.statuses = [404]
    with pytest.raises(Permanent) as caught:
        opened(server)
    assert "FAR_LEFT.mp4" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_login_in_the_url_is_left_out_too(server: Server) -> None:
    with HttpRanges(server.url.replace("http://", "http://user:hidden@")) as video:
        assert "hidden" not in video.name


@pytest.mark.parametrize("status", [401, 403, 404, 410, 418])
def test_a_refusal_is_permanent_and_asked_once(server: Server, status: int) -> None:
    server.statuses = [status]
    with pytest.raises(Permanent, match="cannot read"):
        opened(server)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 1])
def test_a_hiccup_is_tried_again(server: Server, status: int) -> None:
    with opened(server) as video:
        server.statuses = [status, status]
        assert video.read_range(100_000, 150_000) == CONTENT[100_000:250_000]


def test_a_server_that_stays_down_is_transient(server: Server) -> None:
    server.statuses = [503] * 3
    with pytest.raises(Transient, match="after 3 tries: status 503"):
        opened(server)
    assert len(server.requests) == 3


def test_nobody_listening_is_transient_and_keeps_the_signature() -> None:
    with pytest.raises(Transient) as caught:
        HttpRanges("http://127.0.0.1:1/video.mp4?signature=secret", waits_s=NO_WAITS_S)
    assert "secret" not in str(caught.value)


def test_retry_after_is_waited_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.statuses, server.retry_after = [429], "7"
    slept_s: list[float] = []
    monkeypatch.setattr("uball_assets.adapters.videos.http_ranges.time.sleep", slept_s.append)
    opened(server).close()
    assert slept_s == [7.0]


def test_a_server_without_ranges_says_so_before_the_body_is_read(server: Server) -> None:
    server.knows_ranges = False
    with pytest.raises(CannotRange, match="download it"):
        opened(server)


@pytest.mark.parametrize(
    ("sends_etag", "knows_if_range", "content"),
    [
        (True, True, CONTENT[::-1]),
        (True, False, CONTENT[::-1]),
        (False, False, CONTENT + b"more"),
        (True, True, b"tiny"),
    ],
    ids=["If-Range", "only an ETag", "only the size", "shorter than the range"],
)
def test_a_video_replaced_in_the_middle_is_not_mixed(
    server: Server, sends_etag: bool, knows_if_range: bool, content: bytes
) -> None:
    server.sends_etag, server.knows_if_range = sends_etag, knows_if_range
    with opened(server) as video:
        assert video.read_range(100_000, 10) == CONTENT[100_000:100_010]
        server.content = content
        with pytest.raises(Transient, match="replaced"):
            video.read_range(100_000, 10)


def test_other_bytes_than_asked_are_refused(server: Server) -> None:
    with opened(server) as video:
        server.off_by = 1
        with pytest.raises(Permanent, match="other bytes than asked"):
            video.read_range(100_000, 10)


@pytest.mark.parametrize("url", ["http://", "no scheme at all", "ftp://host/video.mp4"])
def test_what_is_no_url_is_permanent(url: str) -> None:
    with pytest.raises(Permanent, match="no URL of a video"):
        HttpRanges(url, waits_s=NO_WAITS_S)


def test_an_empty_object_is_permanent(server: Server) -> None:
    server.content = b""
    with pytest.raises(Permanent, match="empty"):
        opened(server)
