"""One request to PostgREST answered from a PostgreSQL database, in one transaction, as the caller's role.

Belongs here: who asks, what SQL it means, what the answer looks like, errors included. Not here: the language
of filters (`postgrest_query`), what tests do to the server (`postgrest_server`). Statuses and codes:
https://docs.postgrest.org/en/stable/references/errors.html
"""

from __future__ import annotations

import difflib
import json
import time
from typing import Any

import psycopg
from psycopg import sql
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from uball_assets_tests.cloud.servers.postgrest_query import Unsupported, columns, condition, name, order
from uball_assets_tests.cloud.servers.supabase_keys import ROLES, claims_of

_OBJECT = "application/vnd.pgrst.object+json"


class Refused(Exception):  # noqa: N818
    """An error as PostgREST says it."""

    def __init__(
        self, status: int, code: str | None, message: str, details: Any = None, hint: Any = None
    ) -> None:
        super().__init__(message)
        said = {"code": code, "details": details, "hint": hint, "message": message}
        self.response = JSONResponse(said if code else {"message": message, "hint": hint}, status_code=status)


def answer(dsn: str, request: Request, path: str, body: bytes, max_rows: int) -> Response:
    claims: dict[str, Any] = {}
    try:
        claims = _caller(request)
        with psycopg.connect(dsn) as connection:  # commits at the end, or rolls back
            connection.execute(
                "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)",
                [claims["role"], json.dumps(claims)],
            )
            return _done(connection, request, path, body, max_rows)
    except Refused as refused:
        return refused.response
    except Unsupported as error:
        return Refused(400, "PGRST100", f"failed to parse {error}").response
    except psycopg.Error as error:
        return _database_error(error, claims.get("role") == "anon").response


def _caller(request: Request) -> dict[str, Any]:
    """The gateway knows the key; PostgREST takes the role out of the login, else out of the key."""
    key = request.headers.get("apikey", "")
    if key not in ROLES:
        hint = "Double check your Supabase `anon` or `service_role` API key."
        raise Refused(401, None, "Invalid API key", hint=hint)
    login = request.headers.get("authorization", "").removeprefix("Bearer ") or key
    if login in ROLES:
        return {"role": ROLES[login]}
    claims = claims_of(login)
    if claims is None:
        raise Refused(401, "PGRST301", "No suitable key or wrong key type")
    if claims.get("exp", float("inf")) < time.time():
        raise Refused(401, "PGRST303", "JWT expired")
    return claims


def _done(connection: Any, request: Request, path: str, body: bytes, max_rows: int) -> Response:
    if path.startswith("rpc/"):
        return _call(connection, path.removeprefix("rpc/"), json.loads(body or b"{}"))
    table = _known_table(connection, path)
    if request.method in ("GET", "HEAD"):
        return _read(connection, request, table, max_rows)
    return _write(connection, request, table, path, body)


def _known_table(connection: Any, table: str) -> Any:
    query = (
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')"
    )
    known = [row[0] for row in connection.execute(query)]
    if table not in known:
        near = difflib.get_close_matches(table, known, 1)
        hint = f"Perhaps you meant the table 'public.{near[0]}'" if near else None
        message = f"Could not find the table 'public.{table}' in the schema cache"
        raise Refused(404, "PGRST205", message, hint=hint)
    return sql.Identifier("public", table)


def _read(connection: Any, request: Request, table: Any, max_rows: int) -> Response:
    params = request.query_params
    where, values = condition(params.multi_items())
    first = int(params.get("offset", 0))
    limit = min(int(params.get("limit", max_rows)), max_rows)
    # Rows and count in one statement: one snapshot, as PostgREST does it.
    query = sql.SQL(
        "select (select count(*) from {table} where {where}), (select count(*) from page), "
        "(select coalesce(json_agg(page), '[]')::text from page) from (select 1) one"
    ).format(table=table, where=where)
    page = sql.SQL("with page as (select {} from {} where {}{} limit {} offset {}) ").format(
        columns(params.get("select", "*")), table, where, order(params.get("order", "")), limit, first
    )
    total, count, rows = connection.execute(page + query, [*values, *values]).fetchone()
    if first and first > total:
        raise Refused(416, "PGRST103", "Requested range not satisfiable")
    counted = "count=exact" in request.headers.get("prefer", "")
    return _rows(request, rows, count, first, total if counted else None)


def _rows(
    request: Request, rows: str, count: int, first: int = 0, total: int | None = None, status: int = 200
) -> Response:
    if _OBJECT in request.headers.get("accept", ""):
        if count != 1:
            message = "Cannot coerce the result to a single JSON object"
            raise Refused(406, "PGRST116", message, f"The result contains {count} rows")
        rows = json.dumps(json.loads(rows)[0])
    span = f"{first}-{first + count - 1}" if count else "*"
    partial = total is not None and count < total
    return Response(
        rows,
        206 if partial and status == 200 else status,
        {"Content-Range": f"{span}/{'*' if total is None else total}"},
        "application/json",
    )


def _write(connection: Any, request: Request, table: Any, path: str, body: bytes) -> Response:
    where, values = condition(request.query_params.multi_items())
    if request.method == "DELETE":
        statement, sent = sql.SQL("delete from {} where {}").format(table, where), values
    elif request.method == "PATCH":
        names = _columns(connection, path, json.loads(body))
        statement = sql.SQL(
            "update {table} set ({names}) = "
            "(select {names} from json_populate_record(null::{table}, %s)) where {where}"
        ).format(table=table, names=names, where=where)
        sent = [body.decode(), *values]
    else:
        statement, sent = _insert(connection, request, table, path, body)
    wanted = "return=representation" in request.headers.get("prefer", "")
    if not wanted:
        connection.execute(statement, sent)
        return Response(status_code=201 if request.method == "POST" else 204)
    done = sql.SQL(
        "with done as ({} returning *) select count(*), coalesce(json_agg(done), '[]')::text from done"
    )
    count, rows = connection.execute(done.format(statement), sent).fetchone()
    return _rows(request, rows, count, status=201 if request.method == "POST" else 200)


def _insert(connection: Any, request: Request, table: Any, path: str, body: bytes) -> tuple[Any, list[str]]:
    rows = json.loads(body)
    rows = rows if isinstance(rows, list) else [rows]
    said = request.query_params.get("columns")
    keys = [key.strip('"') for key in said.split(",")] if said else list(rows[0])
    if not said and any(row.keys() != rows[0].keys() for row in rows):
        raise Refused(400, "PGRST102", "All object keys must match")
    names = _columns(connection, path, keys)
    statement = sql.SQL(
        "insert into {table} ({names}) select {names} from json_populate_recordset(null::{table}, %s)"
    ).format(table=table, names=names)
    prefer = request.headers.get("prefer", "")
    if "resolution=" in prefer:
        conflict = request.query_params.get("on_conflict")
        key = conflict.split(",") if conflict else _primary_key(connection, path)
        changes = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(name(column)) for column in keys)
        does = (
            sql.SQL("nothing") if "ignore-duplicates" in prefer else sql.SQL("update set {}").format(changes)
        )
        target = sql.SQL(", ").join(name(column) for column in key)
        statement += sql.SQL(" on conflict ({}) do {}").format(target, does)
    return statement, [json.dumps(rows)]


def _columns(connection: Any, table: str, wanted: Any) -> Any:
    query = (
        "select column_name from information_schema.columns where table_schema = 'public' and table_name = %s"
    )
    known = {row[0] for row in connection.execute(query, [table])}
    for column in wanted:
        if known and column not in known:
            message = f"Could not find the '{column}' column of '{table}' in the schema cache"
            raise Refused(400, "PGRST204", message)
    return sql.SQL(", ").join(name(column) for column in wanted)


def _primary_key(connection: Any, table: str) -> list[str]:
    query = (
        "select attname from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey) "
        "where indrelid = %s::regclass and indisprimary"
    )
    return [row[0] for row in connection.execute(query, [f"public.{table}"])]


def _call(connection: Any, function: str, given: dict[str, Any]) -> Response:
    query = (
        "select proargnames, proargtypes::regtype[]::text[], prorettype::regtype::text from pg_proc "
        "where pronamespace = 'public'::regnamespace and proname = %s"
    )
    known = connection.execute(query, [function]).fetchall()
    fitting = [found for found in known if set(found[0] or []) == given.keys()]
    if not fitting:
        message = f"Could not find the function public.{function}({', '.join(given)}) in the schema cache"
        raise Refused(404, "PGRST202", message)
    names, types, returns = fitting[0]
    kinds = dict(zip(names or [], types, strict=True))
    values = [json.dumps(value) if kinds[key] in ("json", "jsonb") else value for key, value in given.items()]
    arguments = sql.SQL(", ").join(sql.SQL("{} => %s::" + kinds[key]).format(name(key)) for key in given)
    call = sql.SQL("select to_json({}({}))::text").format(sql.Identifier("public", function), arguments)
    (said,) = connection.execute(call, values).fetchone()
    return Response(status_code=204) if returns == "void" else Response(said, media_type="application/json")


def _database_error(error: psycopg.Error, is_anon: bool) -> Refused:
    code = error.sqlstate or "PGRST000"
    if code == "42501":
        status = 401 if is_anon else 403
    elif code in ("23503", "23505"):
        status = 409
    elif code in ("42P01", "42883"):
        status = 404
    elif code[:2] in ("08", "53") or code == "PGRST000":
        status = 503
    elif code[:2] in ("40", "54", "55", "57", "58", "XX"):
        status = 500
    else:
        status = 400
    diag = error.diag
    return Refused(status, code, diag.message_primary or str(error), diag.message_detail, diag.message_hint)
