"""A video on a web server, read by ranges over kept-open connections; signed bucket URLs too.

Belongs here: HTTP, its retries, and noticing that an object was replaced. Not here: what the bytes mean
(`media`). A URL's query may be its signature, so no message repeats it.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError, LocationValueError

from uball_assets.domain.errors import Permanent, Transient

HEAD_BYTES = 64 * 1024
"""Asked first: tells the size and that ranges work, and holds the boxes that every reader starts with."""
WAITS_S = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Before the second, third, … try. A server that says Retry-After is waited for as long as it says."""
LONGEST_WAIT_S = 30.0
_BLOCK_BYTES = 1024 * 1024
_TIMEOUT = urllib3.Timeout(connect=10.0, read=60.0)
_REDIRECTS = urllib3.Retry(total=None, connect=0, read=0, status=0, other=0, redirect=5)
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_REFUSED = {
    401: "it asks for a login; use a signed URL",
    403: "access is denied; a signed URL may have expired, ask for a new one",
    404: "there is nothing; correct the URL",
    410: "it was removed; correct the URL",
}


class CannotRange(Permanent):
    """The server hands out the object only as a whole: download it, then read the file."""


class HttpRanges:
    """One object behind a URL, as `media.bytes.ranges.Ranged` wants it. Safe to read from many threads at
    once.
    """

    def __init__(self, url: str, connections: int = 16, waits_s: tuple[float, ...] = WAITS_S) -> None:
        """One request. Raises CannotRange, another Permanent (no such object, refused), or Transient."""
        self._url = url
        self._waits_s = waits_s
        self._pool = urllib3.PoolManager(
            maxsize=connections, block=True, timeout=_TIMEOUT, retries=_REDIRECTS
        )
        self._version: str | None = None
        self._size_bytes: int | None = None
        self._head = b""
        self._head = self._fetched(0, HEAD_BYTES)

    @property
    def name(self) -> str:
        """The URL without login and query."""
        parts = urlsplit(self._url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    @property
    def size_bytes(self) -> int:
        return self._size_bytes or 0

    @property
    def local_path(self) -> Path | None:
        return None

    def read_range(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; fewer only at the end.

        Raises Transient where the object was replaced in the meantime: bytes of two files are never mixed.
        """
        wanted = max(0, min(length, self.size_bytes - offset))
        if wanted and offset + wanted > len(self._head):
            return self._fetched(offset, wanted)
        return self._head[offset : offset + wanted]

    def close(self) -> None:
        self._pool.clear()

    def __enter__(self) -> HttpRanges:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _fetched(self, offset: int, length: int) -> bytes:
        why = ""
        for wait_s in (*self._waits_s, None):
            asked_to_wait_s = 0.0
            try:
                response = self._asked(offset, length)
                try:
                    if response.status not in (429, 500, 502, 503, 504):
                        return self._body(response, offset, length)
                    why = f"status {response.status}"
                    asked_to_wait_s = _retry_after_s(response)
                finally:
                    _hand_back(response)
            except LocationValueError as error:
                raise Permanent(f"{self.name} is no URL of a video; correct it") from error
            except HTTPError as error:
                why = _without_url(error)
            if wait_s is not None:
                time.sleep(min(max(wait_s, asked_to_wait_s), LONGEST_WAIT_S))
        tries = len(self._waits_s) + 1
        raise Transient(f"{self.name} cannot be read after {tries} tries: {why}; try again later")

    def _asked(self, offset: int, length: int) -> urllib3.BaseHTTPResponse:
        headers = {"Range": f"bytes={offset}-{offset + length - 1}", "Accept-Encoding": "identity"}
        if self._version and not self._version.startswith("W/"):
            headers["If-Range"] = self._version
        return self._pool.request("GET", self._url, headers=headers, preload_content=False)

    def _body(self, response: urllib3.BaseHTTPResponse, offset: int, length: int) -> bytes:
        """Checks the answer before a byte of it is read; remembers size and version of the first one."""
        first = self._size_bytes is None
        if response.status in _REFUSED:
            raise Permanent(f"cannot read {self.name}: {_REFUSED[response.status]}")
        if response.status == 416 and first:
            raise Permanent(f"{self.name} is empty; upload the video again")
        if response.status == 200 and first:
            raise CannotRange(f"{self.name} cannot be read by ranges; download it and cut the file")
        if response.status in (200, 416):
            raise self._replaced()
        if response.status != 206:
            raise Permanent(f"cannot read {self.name}: the server answers with status {response.status}")
        found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if found is None:
            raise CannotRange(f"{self.name} answers a range without its size; download it and cut the file")
        begin, end, size_bytes = map(int, found.groups())
        version = response.headers.get("ETag") or response.headers.get("Last-Modified")
        if not first and (size_bytes, version) != (self._size_bytes, self._version):
            raise self._replaced()
        wanted = min(length, size_bytes - offset)
        if (begin, end) != (offset, offset + wanted - 1):
            raise Permanent(f"{self.name} answers with other bytes than asked; download it and cut the file")
        data = response.read(decode_content=False)
        if len(data) != wanted:
            raise HTTPError(f"{len(data)} of {wanted} bytes came")
        self._size_bytes, self._version = size_bytes, version
        return data

    def _replaced(self) -> Transient:
        return Transient(f"{self.name} was replaced while it was read; start again with the new one")


def download(url: str, target: Path) -> None:
    """The whole object into a file, from a server that hands it out only so.

    Raises Permanent where it is refused, Transient where it breaks off.
    """
    parts = urlsplit(url)
    name = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    with urllib3.PoolManager(timeout=_TIMEOUT, retries=_REDIRECTS) as pool:
        try:
            response = pool.request(
                "GET", url, headers={"Accept-Encoding": "identity"}, preload_content=False
            )
            if response.status != 200:
                why = _REFUSED.get(response.status, f"the server answers with status {response.status}")
                raise Permanent(f"cannot read {name}: {why}")
            with target.open("wb") as file:
                for block in response.stream(_BLOCK_BYTES, decode_content=False):
                    file.write(block)
            response.release_conn()
        except HTTPError as error:
            raise Transient(f"{name} broke off: {_without_url(error)}; try again later") from error


def _hand_back(response: urllib3.BaseHTTPResponse) -> None:
    """The connection is used again after a body that was read whole, and closed where one is left."""
    if getattr(response, "length_remaining", None):
        response.close()
    response.release_conn()


def _retry_after_s(response: urllib3.BaseHTTPResponse) -> float:
    retry_after = response.headers.get("Retry-After", "")
    return float(retry_after) if retry_after.isdigit() else 0.0


def _without_url(error: HTTPError) -> str:
    """urllib3 writes the URL, query and all, into some messages."""
    reason = getattr(error, "reason", None)
    return type(reason if isinstance(reason, Exception) else error).__name__
