"""An object of the store as an answer, whole or the range that was asked for.

A browser can only step through a video that is served in ranges. Belongs here: HTTP's ranges. Not here: which
object it is, or who may have it (the routes).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from http import HTTPStatus

from fastapi.responses import FileResponse, Response

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.app.problems import Problem, not_found
from uball_assets.domain.errors import Permanent

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_KEPT = {"Cache-Control": "private, max-age=60"}
"""A clip that is cut anew keeps its name."""


def first_there(store: ObjectStore, names: Iterable[str]) -> str:
    """The first of these objects that is there; 404 where none is, or a name can be none's."""
    for name in names:
        with suppress(Permanent):
            if any(info.name == name for info in store.list(name)):
                return name
    raise not_found("such clip")


def ranged(store: ObjectStore, name: str, media_type: str, asked: str | None) -> Response:
    """Of a store that is a folder the file itself; of a bucket the bytes asked for and no others.

    `asked`: the header `Range`. One range is answered; several, or what is none, with the whole object.
    """
    path = store.local_path(name)
    if path is not None:
        if not path.is_file():
            raise not_found("such file")
        return FileResponse(path, media_type=media_type, headers=_KEPT)
    info = next((info for info in store.list(name) if info.name == name), None)
    if info is None:
        raise not_found("such file")
    found = _RANGE.fullmatch(asked or "")
    if found is None or not (found[1] or found[2]):
        headers = {**_KEPT, "Accept-Ranges": "bytes"}
        return Response(store.read(name), media_type=media_type, headers=headers)
    first, last = _bounds(found[1], found[2], info.size_bytes)
    if first > last:
        headers = {"Content-Range": f"bytes */{info.size_bytes}"}
        raise Problem(416, "no_such_range", f"the file has {info.size_bytes} bytes", headers)
    return Response(
        store.read_range(name, first, last - first + 1),
        HTTPStatus.PARTIAL_CONTENT,
        {
            **_KEPT,
            "Accept-Ranges": "bytes",
            "Content-Range": f"bytes {first}-{last}/{info.size_bytes}",
        },
        media_type,
    )


def _bounds(first: str, last: str, size_bytes: int) -> tuple[int, int]:
    """First and last byte; `-500` are the last 500."""
    if not first:
        return max(0, size_bytes - int(last)), size_bytes - 1
    return int(first), min(int(last) if last else size_bytes - 1, size_bytes - 1)
