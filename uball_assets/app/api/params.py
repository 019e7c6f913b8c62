"""What the jobs' routes ask for: who, of which league, which job, which page.

Belongs here: dependencies and parameters that several routes share. Not here: bodies and answers (`forms`).
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query

from uball_assets.adapters.access.keys import Key
from uball_assets.app.context import AppContext, app_context
from uball_assets.app.guard.once import Once, once
from uball_assets.app.guard.scopes import needs

Context = Annotated[AppContext, Depends(app_context)]
Reads = Annotated[Key, Depends(needs("read"))]
Asks = Annotated[Key, Depends(needs("read", asks_only=True))]
"""Of a question that is sent as POST and changes nothing."""
Operates = Annotated[Key, Depends(needs("operate"))]
OnlyOnce = Annotated[Once, Depends(once)]
"""Stands behind the key in a route's parameters."""
JobId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,64}$")]
GameId = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$")]
Limit = Annotated[int, Query(ge=1, le=200)]
After = Annotated[
    str | None,
    Query(
        pattern=r"^\d{1,10}(\.\d{1,9})?_[A-Za-z0-9-]{1,64}$",
        description="`next` of the page before this one.",
    ),
]
