"""Pages out of templates: every value escaped, every page in the same frame.

Belongs here: the frame's own values. Not here: what a page shows (`pages`, `review`).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

FOLDER = Path(__file__).parent


class Place(NamedTuple):
    """An entry of the navigation; `path` and what lies below it."""

    name: str
    path: str


NAVIGATION = (
    Place("League", "/"),
    Place("Teams", "/teams"),
    Place("Forecasts", "/forecasts"),
    Place("Video models", "/models"),
    Place("Seasons", "/seasons"),
    Place("Review", "/review"),
    Place("API docs", "/api"),
)

_TICKED = re.compile("`([^`]+)`")
"""What sentences of the platform name a command by."""
templates = Jinja2Templates(FOLDER / "templates")
templates.env.undefined = StrictUndefined
templates.env.trim_blocks = templates.env.lstrip_blocks = True


def ticked(text: str) -> Markup:
    """The text escaped, and what stands between ticks as code."""
    return Markup(_TICKED.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


templates.env.filters["ticked"] = ticked


def render(request: Request, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The template, which extends `base.html`, with these values."""
    context = request.app.state.context
    frame = {
        "navigation": NAVIGATION,
        "here": _here(request.url.path),
        "league": context.settings.league,
        "is_open": context.is_open,
        "key": getattr(request.state, "key", None),
    }
    return templates.TemplateResponse(request, name, {**frame, **values}, status)


def _here(path: str) -> str:
    """The entry that the page belongs to; '' for none."""
    below = [place.path for place in NAVIGATION if path == place.path or path.startswith(f"{place.path}/")]
    return max(below, key=len, default="")


def _with_code(text: str) -> Markup:
    """What stands between `backticks` is set as code; all else as it is."""
    parts = str(text).split("`")
    told = (
        Markup("<code>{}</code>").format(part) if i % 2 and i < len(parts) - 1 else escape(part)
        for i, part in enumerate(parts)
    )
    return Markup("").join(told)


templates.env.filters["with_code"] = _with_code
