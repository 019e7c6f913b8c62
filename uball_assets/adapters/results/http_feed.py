"""A feed on a web server: a document of each kind, page by page; every answer is doubted.

    GET {address}/fixtures.json?since=2026-03-11&until=2026-03-18&games=g1,g2
    GET {address with {kind} in it}

A server that does not know the words of the query answers with everything. A page goes on where its `next`,
or its `Link` header, says. A URL's query and login may be secret: no message repeats them.

Belongs here: HTTP, and what of it is no answer. Not here: what a document says
(`domain.league.intake.documents`), trying again (`retrying`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, LocationValueError

from uball_assets.adapters.results.results_source import Fetched, Wanted
from uball_assets.adapters.results.retrying import Asking, Slower
from uball_assets.domain.errors import Permanent, ServiceDown, Transient
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.league.intake.documents import Broken, ReadDocument, read_document
from uball_assets.domain.league.intake.reading import Kind

MOST_PAGES = 1000
MOST_BYTES = 64 * 1024 * 1024
"""Of one page."""
MOST_IDS = 50
"""In one question: an address has no room for more."""
_BLOCK_BYTES = 64 * 1024
_WHOLE_TIMES = 6
"""So many times its time-out may a whole answer take: a server that drips is a server that stalls."""
_LINK_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?', re.IGNORECASE)
_CHARSET = re.compile(r"charset=\"?([\w-]+)", re.IGNORECASE)
_REFUSED = {
    401: "it asks for a login: set UBALL_RESULTS_TOKEN",
    403: "access is denied: look at UBALL_RESULTS_TOKEN",
    404: "there is nothing: correct its address in UBALL_RESULTS_SOURCES",
    410: "it was removed: take it out of UBALL_RESULTS_SOURCES",
}
_LATER = "what is missing is asked for again at the next collection"


@dataclass(frozen=True)
class _Answer:
    data: bytes
    charset: str
    link_next: str
    is_cut: bool = False


class _NotOffered(Permanent):
    """404."""


class _CutOff(ServiceDown):
    """Fewer bytes came than the server announced."""

    def __init__(self, message: str, answer: _Answer) -> None:
        super().__init__(message)
        self.answer = answer


class HttpFeed:
    def __init__(
        self,
        name: str,
        address: str,
        ask: Asking | None = None,
        *,
        token: str | None = None,
        timeout_s: float = 10.0,
        encoding: str = "",
        most_bytes: int = MOST_BYTES,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`token`: sent as `Authorization: Bearer …`. `timeout_s`: of connecting, and of every silence."""
        self.name, self._address, self._ask = name, address, ask or Asking()
        self._headers = {"Accept": "application/json, text/csv"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._timeout_s, self._encoding, self._most_bytes = timeout_s, encoding, most_bytes
        self._monotonic = monotonic
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=timeout_s, read=timeout_s),
            retries=urllib3.Retry(total=None, connect=0, read=0, status=0, other=0, redirect=3),
        )

    def fetch(self, wanted: Wanted) -> Fetched:
        """What came, whatever of it did not; raises where nothing at all came."""
        found: list[Fetched] = []
        try:
            for kind in Kind:
                found += self._pages(kind, wanted)
        except ServiceDown as error:
            if not any(part.rows for part in found):
                raise
            found.append(_lost(kind, self._place(kind, 1), str(error)))
        together = Fetched.together(found)
        if not together.rows and together.broken and not any(one.body for one in together.broken):
            raise Permanent(together.broken[0].why)
        return together

    def _pages(self, kind: Kind, wanted: Wanted) -> Iterator[Fetched]:
        """Each page as far as it can be read. Raises ServiceDown where the server is away."""
        url, seen = self._url(kind, wanted), set[str]()
        for number in range(1, MOST_PAGES + 1):
            place = self._place(kind, number)
            try:
                answer = self._answer(url, place)
            except _NotOffered as error:
                if kind is Kind.FIXTURES:
                    yield _lost(kind, place, str(error))
                return
            except ServiceDown:
                raise
            except (Permanent, Transient) as error:
                yield _lost(kind, place, str(error))
                return
            mark = content_hash(answer.data.decode("latin-1"))
            if mark in seen:
                why = "the page is one that came before: it goes round in a circle"
                yield _lost(kind, place, why, answer.data)
                return
            seen.add(mark)
            read = read_document(
                kind, place, answer.data, answer.charset or self._encoding, is_cut=answer.is_cut
            )
            yield Fetched(read.rows, (read.broken,) if read.broken else (), notices=read.notices)
            following = _following(read, answer)
            if not following:
                return
            url = urljoin(url, following)
            if urlsplit(url)[:2] != urlsplit(self._address)[:2]:
                yield _lost(kind, place, "its next page is on another server, which is not asked")
                return
        yield _lost(kind, place, f"it has more than {MOST_PAGES} pages")

    def _answer(self, url: str, place: str) -> _Answer:
        try:
            return self._ask(lambda: self._got(url, place))
        except _CutOff as error:
            if not error.answer.data.strip():
                raise
            return error.answer

    def _got(self, url: str, place: str) -> _Answer:
        try:
            response = self._pool.request(
                "GET", url, headers=self._headers, preload_content=False, enforce_content_length=False
            )
        except LocationValueError as error:
            raise Permanent(f"{place} is no address: correct UBALL_RESULTS_SOURCES") from error
        except HTTPError as error:
            raise ServiceDown(f"{place} does not answer: {_without_url(error)}") from error
        try:
            _refuse(response, place)
            return self._body(response, place)
        finally:
            response.close()
            response.release_conn()

    def _body(self, response: urllib3.BaseHTTPResponse, place: str) -> _Answer:
        over = self._monotonic() + _WHOLE_TIMES * self._timeout_s
        parts, size_bytes, why = list[bytes](), 0, ""
        try:
            while block := response.read1(_BLOCK_BYTES, decode_content=True):
                parts.append(block)
                size_bytes += len(block)
                if size_bytes > self._most_bytes:
                    raise Permanent(f"{place} has more than {self._most_bytes} bytes: ask for smaller pages")
                if self._monotonic() > over:
                    raise ServiceDown(f"{place} sends so slowly that {size_bytes} bytes took too long")
        except HTTPError as error:
            why = _without_url(error)
        kind = response.headers.get("Content-Type", "")
        charset, link = _CHARSET.search(kind), _LINK_NEXT.search(response.headers.get("Link", ""))
        announced = response.headers.get("Content-Length", "")
        is_whole = response.headers.get("Content-Encoding") or not announced.isdigit()
        if not is_whole and size_bytes < int(announced):
            why = why or f"{size_bytes} of {announced} bytes came"
        answer = _Answer(b"".join(parts), charset[1] if charset else "", link[1] if link else "", bool(why))
        if why:
            raise _CutOff(f"{place} breaks off: {why}", answer)
        return answer

    def _url(self, kind: Kind, wanted: Wanted) -> str:
        address, _, query = self._address.partition("?")
        whole = (
            address.replace("{kind}", kind) if "{kind}" in address else f"{address.rstrip('/')}/{kind}.json"
        )
        asked = {"since": wanted.since, "until": wanted.until}
        told = {name: day.isoformat() for name, day in asked.items() if day}
        if wanted.game_ids is not None and len(wanted.game_ids) <= MOST_IDS:
            told["games"] = ",".join(sorted(wanted.game_ids))
        parts = [part for part in (query.replace("{kind}", kind), urlencode(told)) if part]
        return f"{whole}?{'&'.join(parts)}" if parts else whole

    def _place(self, kind: Kind, number: int) -> str:
        """For people, without what may be secret."""
        parts = urlsplit(self._url(kind, Wanted()))
        page = f" page {number}" if number > 1 else ""
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}{page}"


def _refuse(response: urllib3.BaseHTTPResponse, place: str) -> None:
    status = response.status
    if status == 429:
        told = response.headers.get("Retry-After", "")
        raise Slower(f"{place} wants to be asked later (429)", float(told) if told.isdigit() else 0.0)
    if status >= 500:
        raise ServiceDown(f"{place} answers with status {status}")
    if status == 404:
        raise _NotOffered(f"cannot read {place}: {_REFUSED[404]}")
    if status != 200:
        why = _REFUSED.get(status, f"the server answers with status {status}")
        raise Permanent(f"cannot read {place}: {why}")


def _following(read: ReadDocument, answer: _Answer) -> str:
    """Where the document goes on; '' after one that broke off, of whose end nobody knows."""
    return "" if answer.is_cut else read.next_page or answer.link_next


def _lost(kind: Kind, place: str, why: str, body: bytes = b"") -> Fetched:
    return Fetched(broken=(Broken(kind, place, why, _LATER, body),))


def _without_url(error: HTTPError) -> str:
    """urllib3 writes the URL, query and all, into some messages."""
    reason = getattr(error, "reason", None)
    return type(reason if isinstance(reason, Exception) else error).__name__
