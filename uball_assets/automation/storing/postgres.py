"""The PostgreSQL that holds Dagster's tables: its address, and asking it without Dagster.

Belongs here: connecting. Not here: Dagster's own way in (`postgres_storage`), or a query (`runs.tables`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from uball_assets.domain.errors import Permanent, ServiceDown, Transient

MOVING, MOVED = "uball_moving", "uball_moved"
"""Tables of ours beside Dagster's: there while it is moved in, and once it was (`moving`)."""
_CONNECT_S = 10
_UTC = "-c timezone=UTC"
"""Dagster's tables hold times without a zone, which a server of another zone would shift."""


def place_of(url: str) -> str:
    """`host:port/database`, as messages call it: no login."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 5432}{parts.path}"


def full_url(url: str) -> str:
    """With what every connection of ours says besides."""
    parts = urlsplit(url)
    told = dict(parse_qsl(parts.query))
    told = {
        "connect_timeout": str(_CONNECT_S),
        **told,
        "options": f"{told.get('options', '')} {_UTC}".strip(),
    }
    return parts._replace(query=urlencode(told, quote_via=quote)).geturl()


@contextmanager
def connected(url: str) -> Iterator[Any]:
    """A connection of psycopg2's, each statement for itself.

    Raises Permanent where the library is missing or the server refuses the login, Transient where its disk is
    full, ServiceDown where nobody answers, then or within.
    """
    if find_spec("psycopg2") is None:
        command = "pip install -c constraints.txt -e '.[postgres]'"
        raise Permanent(f"UBALL_INSTANCE_URL needs the 'postgres' extra: {command}")
    import psycopg2
    import psycopg2.errors

    try:
        with closing(psycopg2.connect(full_url(url))) as connection:
            connection.autocommit = True
            yield connection
    except psycopg2.errors.DiskFull as error:
        said = " ".join(str(error).split())
        raise Transient(
            f"Dagster's database at {place_of(url)} has no room left: {said}: make room there and try again"
        ) from None
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        said = " ".join(str(error).split()) or "the connection broke"
        if re.search(r"authentication failed|does not exist|not permitted|no pg_hba", said):
            raise Permanent(f"Dagster's database at {place_of(url)} refuses: {said}") from None
        raise ServiceDown(f"Dagster's database at {place_of(url)} does not answer: {said}") from None
    except psycopg2.Error as error:
        raise Permanent(
            f"Dagster's database at {place_of(url)} refuses: {' '.join(str(error).split())}"
        ) from error


def rows_of(url: str, table: str, query: str, values: Sequence[Any] = ()) -> list[Any]:
    """Of a query with `?` for its values; none where there is no such table yet."""
    with connected(url) as connection, connection.cursor() as cursor:
        if not is_made(cursor, url, table):
            return []
        cursor.execute(query.replace("?", "%s"), tuple(values))
        return list(cursor.fetchall())


def is_made(cursor: Any, url: str, table: str) -> bool:
    """Whether there is this table yet. Raises Permanent while Dagster is only half moved in."""
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL, to_regclass(%s) IS NOT NULL", (table, MOVING))
    is_there, is_moving = cursor.fetchone()
    if is_moving:
        raise Permanent(f"Dagster is moved into {place_of(url)} only in part: `uball instance move` goes on")
    return bool(is_there)
