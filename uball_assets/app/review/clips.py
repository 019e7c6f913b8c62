"""The clips of an item, in ranges, and the table of their frames.

A browser seeks only in what is answered in ranges. From a bucket they are read here, for the page may show
nothing of another address. Belongs here: bytes out. Not here: which clips an item has (`services.review`).
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header
from fastapi.responses import FileResponse, Response

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.app.context import AppContext, app_context
from uball_assets.app.guard.scopes import needs
from uball_assets.app.problems import Problem, answers, not_found
from uball_assets.app.review.shapes import FramesOut
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.review.items import CameraView

router = APIRouter(prefix="/api/review/clips", tags=["review"])

READING = Depends(needs("read"))
_MEDIA_TYPE = "video/mp4"
_KEPT = {"Cache-Control": "private, max-age=600"}
"""The next clip is there before it is asked for."""
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)
_AT_ONCE_BYTES = 4_000_000
_VIDEO: dict[int | str, dict[str, Any]] = {
    200: {"content": {_MEDIA_TYPE: {}}},
    206: {"description": "The range that was asked for", "content": {_MEDIA_TYPE: {}}},
    **answers(404, 416),
}


@router.get("/{item_id}/{camera}.mp4", response_class=Response, responses=_VIDEO, dependencies=[READING])
def clip(
    item_id: str,
    camera: Angle,
    context: Annotated[AppContext, Depends(app_context)],
    range: Annotated[str | None, Header(max_length=100)] = None,  # noqa: A002 - the header's name
) -> Response:
    name = _view(context, item_id, camera).clip_name
    try:
        path = context.training.local_path(name)
    except Permanent:
        raise not_found("such clip") from None
    if path is not None:
        return FileResponse(path, media_type=_MEDIA_TYPE, headers=_KEPT)
    return _ranged(context.training, name, range)


@router.get("/{item_id}/{camera}/frames", responses=answers(404), dependencies=[READING])
def frames(item_id: str, camera: Angle, context: Annotated[AppContext, Depends(app_context)]) -> FramesOut:
    """When each frame of a clip is shown: seek to the middle of one."""
    from uball_assets.media.videos.frame_times import frame_times

    view = _view(context, item_id, camera)
    try:
        path = context.training.local_path(view.clip_name)
        table = frame_times(path or context.training.read(view.clip_name))
    except Permanent:
        raise not_found("such clip") from None
    return FramesOut(
        frame_times_s=list(table.times_s),
        start_game_s=view.start_game_s,
        duration_s=table.duration_s,
        slow_motion=view.slow_motion,
    )


def _view(context: AppContext, item_id: str, camera: Angle) -> CameraView:
    found = context.review.find(item_id)
    views = found[0].cameras(found[1]) if found else []
    view = next((view for view in views if view.angle is camera), None)
    if view is None:
        raise not_found("such clip")
    return view


def _ranged(store: ObjectStore, name: str, asked: str | None) -> Response:
    """From a bucket: what was asked for, up to a few megabytes at once."""
    size = next((info.size_bytes for info in store.list(name) if info.name == name), None)
    if size is None:
        raise not_found("such clip")
    wanted = _RANGE.fullmatch((asked or "bytes=0-").strip())
    if wanted is None or wanted.groups() == ("", ""):
        wanted = _RANGE.fullmatch("bytes=0-")
        assert wanted is not None
    first, last = wanted.groups()
    begin = int(first) if first else max(0, size - int(last))
    end = min(int(last) if first and last else size - 1, size - 1, begin + _AT_ONCE_BYTES - 1)
    if begin >= size or end < begin:
        raise Problem(
            416, "no_such_range", f"the clip has {size} bytes", {"Content-Range": f"bytes */{size}"}
        )
    is_whole = asked is None and end == size - 1
    data = store.read_range(name, begin, end - begin + 1)
    headers = {**_KEPT, "Accept-Ranges": "bytes"}
    if not is_whole:
        headers["Content-Range"] = f"bytes {begin}-{end}/{size}"
    return Response(data, 200 if is_whole else 206, headers, _MEDIA_TYPE)
