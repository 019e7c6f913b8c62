"""One resumable upload of GCS, by its address: bytes in, how far it is out.

The address is a secret and needs no login beside it, so that no token can expire on the way. No message holds
it, and urllib3's debug log, which writes the address of every request, is kept from writing this one.

Belongs here: the protocol (`Content-Range`, 308). Not here: what is sent, or trying again (`stream`).
"""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from uball_assets.adapters.copying.proof import Arrived
from uball_assets.adapters.stores.buckets import refusal, unreachable
from uball_assets.adapters.stores.gcs_store import LOGIN
from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectInfo
from uball_assets.domain.errors import Transient

QUANTUM_BYTES = 256 * 1024
"""Every request but the last ends at a multiple of it (GCS: 'Resumable uploads')."""
TIMEOUT_S = (10.0, 120.0)
"""To connect, and between two bytes."""
_RANGE = re.compile(r"bytes=0-(\d+)")


class UploadLost(Exception):  # noqa: N818 - an answer, not an error
    """The service knows this upload no more (a week has passed, or it was ended): begin another."""


class ArrivedDamaged(Exception):  # noqa: N818 - an answer, not an error
    """The service computed another checksum; nothing is visible."""


@dataclass(frozen=True)
class Progress:
    received_bytes: int
    info: ObjectInfo | None = None
    """The object, once it is whole."""
    arrived: Arrived | None = None


class Body:
    """Blocks of a known length together, as requests sends them: one after another, nothing collected."""

    def __init__(self, blocks: Iterable[bytes], size_bytes: int) -> None:
        self._blocks, self._size_bytes = blocks, size_bytes

    def __len__(self) -> int:
        return self._size_bytes

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._blocks)


class ResumableUpload:
    def __init__(self, address: str, uri: str, name: str, size_bytes: int, http: Any) -> None:
        """`http` is a requests.Session; `uri` and `name` are the object's."""
        self.address = address
        self._uri, self._name, self._size_bytes, self._http = uri, name, size_bytes, http

    def __repr__(self) -> str:
        return f"ResumableUpload({self._uri!r})"

    def send(self, body: Body | bytes, offset: int, hashes: str = "") -> Progress:
        """The bytes from `offset` on; `hashes`, as `x-goog-hash` wants them, with the last ones.

        Raises AlreadyExists where another writer was first, ArrivedDamaged, UploadLost, Transient, Permanent.
        """
        sent = f"{offset}-{offset + len(body) - 1}" if len(body) else "*"
        return self._asked(body, f"bytes {sent}/{self._size_bytes}", hashes)

    def progress(self) -> Progress:
        """How far it is: all that arrived is kept, also of a request that broke off."""
        return self._asked(b"", f"bytes */{self._size_bytes}", "")

    def cancel(self) -> None:
        """Nothing is left of it; a failure is no matter, it ends by itself after a week."""
        from requests.exceptions import RequestException

        try:
            self._http.request("DELETE", self.address, timeout=TIMEOUT_S, headers={"Content-Length": "0"})
        except (RequestException, OSError):
            log.info("an upload of %s was left to expire", self._uri)

    def _asked(self, body: Body | bytes, content_range: str, hashes: str) -> Progress:
        from requests.exceptions import RequestException

        headers = {"Content-Range": content_range} | ({"x-goog-hash": hashes} if hashes else {})
        try:
            answer = self._http.request(
                "PUT", self.address, data=body, headers=headers, timeout=TIMEOUT_S, allow_redirects=False
            )
        except (RequestException, OSError) as error:
            raise unreachable(f"write {self._uri}", error) from None
        return self._read(answer, has_hashes=bool(hashes))

    def _read(self, answer: Any, *, has_hashes: bool) -> Progress:
        status = int(answer.status_code)
        if status in (200, 201):
            return self._finished(answer)
        if status == 308:
            found = _RANGE.fullmatch(answer.headers.get("Range", ""))
            received = int(found[1]) + 1 if found else 0
            return Progress(received - received % QUANTUM_BYTES)
        if status in (404, 410, 499):
            raise UploadLost
        if status == 412:
            raise AlreadyExists(self._name)
        if status == 400 and has_hashes:
            raise ArrivedDamaged
        raise refusal(f"write {self._uri}", status, "", LOGIN)

    def _finished(self, answer: Any) -> Progress:
        try:
            answer_fields = answer.json()
            size_bytes, generation, crc32c = (
                int(answer_fields["size"]),
                str(answer_fields["generation"]),
                str(answer_fields["crc32c"]),
            )
            md5 = base64.b64decode(answer_fields.get("md5Hash") or "").hex()
        except (ValueError, KeyError, TypeError):
            raise Transient(f"cannot write {self._uri}: the service's answer cannot be read") from None
        info = ObjectInfo(self._name, size_bytes, generation, {}, crc32c)
        return Progress(size_bytes, info, Arrived(size_bytes, crc32c, md5))


def open_http(connections: int) -> Any:
    """A requests.Session for uploads: it tries nothing again by itself, for a body can be read only once."""
    from requests import Session
    from requests.adapters import HTTPAdapter

    session = Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=connections, max_retries=0))
    logging.getLogger("urllib3.connectionpool").addFilter(_names_no_upload)
    return session


def _names_no_upload(record: logging.LogRecord) -> bool:
    return "upload_id=" not in record.getMessage()


log = logging.getLogger(__name__)
