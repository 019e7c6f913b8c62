"""The clips of an item, in ranges, and the table of their frames.

Belongs here: bytes out. Not here: ranges (`app.ranges`), which clips an item has (`services.review`).
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header
from fastapi.responses import Response

from uball_assets.app.context import AppContext, app_context
from uball_assets.app.guard.scopes import needs
from uball_assets.app.problems import answers, not_found
from uball_assets.app.ranges import ranged
from uball_assets.app.review.shapes import FramesOut
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.review.items import CameraView

router = APIRouter(prefix="/api/review/clips", tags=["review"])

READING = Depends(needs("read"))
_MEDIA_TYPE = "video/mp4"
_KEPT_S = 600
"""The next clip is there before it is asked for."""
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
    return ranged(context.training, name, _MEDIA_TYPE, range, _KEPT_S)


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
