"""The server of the pages and the API: one process, one league, ended gracefully.

Belongs here: where it listens, what must hold before it does. Not here: what it serves (`application`), the
command (`commands.serve`).
"""

from __future__ import annotations

import socket

import uvicorn

from uball_assets.app.application import build_app
from uball_assets.app.context import AppContext
from uball_assets.app.guard.origin import is_loopback
from uball_assets.domain.errors import Permanent

GRACE_S = 3
"""For requests that go on when the server is to end; an event stream would go on for ever."""
_MOST_AT_ONCE = 500


def listen(host: str, port: int) -> socket.socket:
    """Takes the port before anything is said to be there. Raises Permanent where it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise Permanent(
            f"cannot listen on {host}:{port} ({error.strerror or error}): choose another with --port"
        ) from error
    listener.set_inheritable(True)
    return listener


def refuse_unguarded(context: AppContext) -> None:
    """Raises Permanent where others could reach it and nobody would be asked for a key."""
    host = context.settings.serve_host
    if not is_loopback(host) and not context.keys.any_good():
        raise Permanent(
            f"{host} can be reached from other machines, and there is no key: make one first, with "
            "`uball keys add NAME --scope review`, or serve on 127.0.0.1"
        )


def serve(context: AppContext, listener: socket.socket) -> None:
    """Until this process is asked to end."""
    config = uvicorn.Config(
        build_app(context),
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=_MOST_AT_ONCE,
        timeout_graceful_shutdown=GRACE_S,
    )
    uvicorn.Server(config).run([listener])
