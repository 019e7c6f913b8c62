"""An object of the store as an answer, in the range that was asked for.

A browser steps through a video only where it is answered in ranges. From a bucket they are read here, for
a page may show nothing of another address. Belongs here: HTTP's ranges. Not here: which object it is, or who
may have it (the routes).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress

from fastapi.responses import FileResponse, Response

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.app.problems import Problem, not_found
from uball_assets.domain.errors import Permanent

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)
_WHOLE = "bytes=0-"
_AT_ONCE_BYTES = 4_000_000


def ranged(store: ObjectStore, name: str, media_type: str, asked: str | None, kept_s: int) -> Response:
    """Of a store that is a folder the file itself; of a bucket what was asked for, some megabytes at once.

    `asked`: the header `Range`; what is no single range is answered as if nothing was asked. `kept_s`: how
    long a browser may keep it. Raises a Problem for an object that is not there, or has no such range.
    """
    kept = {"Cache-Control": f"private, max-age={kept_s}"}
    try:
        path = store.local_path(name)
        size = next((info.size_bytes for info in store.list(name) if info.name == name), None)
    except Permanent:
        size = None
    if size is None:
        raise not_found("such clip")
    if path is not None:
        return FileResponse(path, media_type=media_type, headers=kept)
    begin, end = _bounds(asked, size)
    is_whole = asked is None and end == size - 1
    headers = {**kept, "Accept-Ranges": "bytes"}
    if not is_whole:
        headers["Content-Range"] = f"bytes {begin}-{end}/{size}"
    data = store.read_range(name, begin, end - begin + 1)
    return Response(data, 200 if is_whole else 206, headers, media_type)


def first_there(store: ObjectStore, names: Iterable[str]) -> str:
    """The first of these objects that is there; a Problem where none is, or a name can be none's."""
    for name in names:
        with suppress(Permanent):
            if any(info.name == name for info in store.list(name)):
                return name
    raise not_found("such clip")


def _bounds(asked: str | None, size_bytes: int) -> tuple[int, int]:
    """First and last byte; `bytes=-500` are the last 500."""
    wanted = _RANGE.fullmatch((asked or _WHOLE).strip())
    first, last = wanted.groups() if wanted and any(wanted.groups()) else ("0", "")
    begin = int(first) if first else max(0, size_bytes - int(last))
    end = min(int(last) if first and last else size_bytes - 1, size_bytes - 1, begin + _AT_ONCE_BYTES - 1)
    if begin >= size_bytes or end < begin:
        told = {"Content-Range": f"bytes */{size_bytes}"}
        raise Problem(416, "no_such_range", f"the clip has {size_bytes} bytes", told)
    return begin, end
