"""What all buckets have in common: the address behind a setting, names in it, and what a refusal means.

Belongs here: rules that hold for GCS and S3 alike. Not here: a library's calls and exceptions (`gcs_store`,
`s3_store`).

No message repeats a library's own text, and what is raised hides what caused it: both may hold the address of
an upload session or a key's id, and Dagster keeps every message for ever.
"""

from __future__ import annotations

import logging
import mimetypes
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote, unquote

from uball_assets.adapters.machine.circuits import ALWAYS_ASKED, Breaker
from uball_assets.adapters.stores.object_store import valid_name, valid_prefix
from uball_assets.domain.errors import Permanent, ServiceDown, Transient, UballError

log = logging.getLogger(__name__)
T = TypeVar("T")

CONNECTIONS = 16
"""Kept open to the service by one store: a clip engine's eight fetches, and as many again to write with."""
STRETCHES_AT_ONCE = 8
"""Of a long listing: a page takes a service 30 to 100 ms, and a league of 10,000 games has 40."""
WRITER = "uball-writer"
"""Metadata of our own, hidden from readers: who created the object. Tells a create whose answer was lost from
one that came second."""

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,220}[A-Za-z0-9]")
NOT_PERMITTED = "this account is not permitted to; grant it access to the bucket, or {login}"
_REASONS = {
    401: "the credentials are not accepted; {login}",
    403: NOT_PERMITTED,
    404: "there is no such object; check the name, or make what should stand there",
    405: "the bucket does not allow it; check its retention and object lock",
    412: "it was replaced meanwhile; run it again",
}
_TRY_AGAIN = frozenset({408, 409, 425, 429})


@dataclass(frozen=True)
class BucketOptions:
    """What some services want to be told; None leaves it to their libraries' own configuration."""

    gcp_project_id: str | None = None
    aws_region: str | None = None
    pays_for_reading: bool = False
    """Of S3's requester-pays buckets."""
    circuit: Breaker = ALWAYS_ASKED


@dataclass(frozen=True)
class BucketAddress:
    """`gs://bucket`, or a folder in it: `s3://bucket/league/videos`, percent-encoded where a name is odd."""

    scheme: str
    bucket: str
    folder: str = ""
    """'' or a prefix that ends with '/': names in the store count from there."""

    @classmethod
    def parse(cls, url: str) -> BucketAddress:
        """Permanent for an address without a usable bucket; a login in it is not repeated."""
        scheme, _, rest = url.partition("://")
        bucket, _, folder = rest.partition("/")
        if not _BUCKET.fullmatch(bucket):
            shown = url if "@" not in rest and ":" not in rest else f"this {scheme}:// address"
            raise Permanent(
                f"{shown} names no bucket: use {scheme}://bucket or {scheme}://bucket/folder, no login"
            )
        folder = unquote(folder).rstrip("/")
        return cls(scheme, bucket, f"{valid_name(folder)}/" if folder else "")

    def __str__(self) -> str:
        return f"{self.scheme}://{self.bucket}/{quote(self.folder)}"

    def key(self, name: str) -> str:
        """The object's full name in the bucket."""
        return self.folder + valid_name(name)

    def key_prefix(self, prefix: str) -> str:
        return self.folder + valid_prefix(prefix)

    def uri(self, name: str) -> str:
        return str(self) + quote(valid_name(name))

    def name_of(self, uri: str) -> str:
        if uri.startswith(str(self)):
            return valid_name(unquote(uri.removeprefix(str(self))))
        raise Permanent(f"{uri} is not in this store: its addresses start with {self}")

    def listed_name(self, key: str) -> str | None:
        """The name of a listed key; None for what is no object here: hidden, or a folder as consoles make it.

        None too for a key that cannot be named; that one is said.
        """
        name = key.removeprefix(self.folder)
        if name.endswith("/") or name.startswith(".") or "/." in name:
            return None
        try:
            return valid_name(name)
        except Permanent as error:
            log.warning("left out of the listing of %s: %s", self, error)
            return None


def in_stretches(stretch: Callable[[str, str], Iterable[T]], prefix: str, marks: Iterable[str]) -> list[T]:
    """What lies between the marks under a prefix, in order, read side by side. `stretch`: from a name to
    another, '' for the beginning and the end; it decides to which side a mark itself belongs."""
    inner = sorted({mark for mark in marks if mark.startswith(prefix) and _is_usable(mark)})
    with ThreadPoolExecutor(STRETCHES_AT_ONCE) as pool:
        parts = pool.map(lambda begin, end: list(stretch(begin, end)), ["", *inner], [*inner, ""])
        return [one for part in parts for one in part]


def _is_usable(name: str) -> bool:
    try:
        valid_name(name)
    except Permanent:
        return False
    return True


def refusal(doing: str, status: int, code: str, login: str) -> UballError:
    """What an answer of the service means. `doing` is a verb and an address: `read gs://b/a.mp4`; `login` is
    how a person gets in."""
    said = f"{status} {code}".strip()
    if status in _TRY_AGAIN or status >= 500:
        kind = ServiceDown if status >= 500 else Transient
        return kind(f"cannot {doing}: the service answers {said}, tried several times; try later")
    reason = _REASONS.get(status, "the service answers {said}; check the address and the account")
    return Permanent(f"cannot {doing}: {reason.format(said=said, login=login)}")


def no_bucket(doing: str, bucket: str) -> Permanent:
    return Permanent(f"cannot {doing}: there is no bucket {bucket}; create it, or correct the setting")


def unreachable(doing: str, error: BaseException) -> ServiceDown:
    return ServiceDown(
        f"cannot {doing}: no whole answer came ({type(error).__name__}), tried several times; try later"
    )


def no_login(doing: str, error: BaseException, login: str) -> Permanent:
    return Permanent(f"cannot {doing}: there are no usable credentials ({type(error).__name__}); {login}")


def check_range(name: str, offset: int, length: int) -> None:
    if offset < 0 or length < 0:
        raise Permanent(f"cannot read {length} bytes at {offset} of {name}: both must be 0 or more")


def guessed_type(name: str) -> str:
    """As browsers and Vertex AI want it kept with an object."""
    return mimetypes.guess_type(name, strict=False)[0] or "application/octet-stream"


def for_readers(kept: Mapping[str, str] | None) -> dict[str, str]:
    """Metadata without our own entry."""
    return {key: value for key, value in (kept or {}).items() if key != WRITER}
