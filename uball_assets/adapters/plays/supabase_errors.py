"""What can go wrong between the platform and Supabase: one type for each cause, each with its remedy.

    SupabaseError                       table, remedy
    ├── Permanent: MissingTable · MissingColumn · MissingFunction · NoPermission · HiddenByRls · InvalidKey
    │              WrongAddress · RefusedRow · RefusedRequest
    └── Transient: ChangedWhileReading · TooManyRequests
        └── ServiceDown: UpstreamError · NetworkError · DatabaseBusy

Belongs here: PostgreSQL's and PostgREST's codes, supabase-py's and httpx's exceptions, and what they mean.
Not here: which of them is tried again and how often (`supabase_tables`).

No message repeats what a library or the service said: it may hold rows, an address or a key. The one
exception is UB001, raised by this project's own migrations. Codes:
https://docs.postgrest.org/en/stable/references/errors.html
"""

# ruff: noqa: N818 - named after causes, as Permanent and Transient are
from __future__ import annotations

import re

from uball_assets.domain.errors import Permanent, ServiceDown, Transient, UballError

_MIGRATE = "apply supabase/migrations (`supabase db push`)"
_RELOAD = (
    f"{_MIGRATE}, or if they are applied, the API's schema cache is stale: run NOTIFY pgrst, 'reload schema' "
    "in the SQL editor, or restart the project"
)
_KEY = "set SUPABASE_SERVICE_KEY to the project's service_role or sb_secret_ key"
_LATER = "tried several times; try later"


class SupabaseError(UballError):
    """`doing` is a verb and what it is done to: `read table`, `call function`."""

    why: str
    remedy: str

    def __init__(self, doing: str, table: str, why: str = "", remedy: str = "") -> None:
        self.table = table
        self.remedy = remedy or self.remedy
        super().__init__(f"cannot {doing} {table} of Supabase: {why or self.why}; {self.remedy}")


class MissingTable(SupabaseError, Permanent):
    why, remedy = "there is no such table", _MIGRATE


class MissingColumn(SupabaseError, Permanent):
    why, remedy = "a column of it is missing", _MIGRATE


class MissingFunction(SupabaseError, Permanent):
    why, remedy = "there is no such function", _MIGRATE


class NoPermission(SupabaseError, Permanent):
    why, remedy = "this key's role is not permitted to", f"{_KEY}, and {_MIGRATE}, which grants it"


class HiddenByRls(SupabaseError, Permanent):
    why = "it looks empty: row-level security (RLS) returns nothing to this key's role"
    remedy = f"{_KEY}, or give that role a policy to select"


class InvalidKey(SupabaseError, Permanent):
    why, remedy = "the project does not accept the key", f"{_KEY}, of the project that SUPABASE_URL names"


class WrongAddress(SupabaseError, Permanent):
    why, remedy = "no Supabase project answers there", "correct SUPABASE_URL: https://PROJECT.supabase.co"


class RefusedRow(SupabaseError, Permanent):
    why, remedy = "the database refuses a row", "correct the row"


class RefusedRequest(SupabaseError, Permanent):
    why, remedy = "the service refuses the request", f"check SUPABASE_URL, and {_MIGRATE}"


class UpstreamError(SupabaseError, ServiceDown):
    why, remedy = "the service answers with something else than rows", _LATER


class TooManyRequests(SupabaseError, Transient):
    why, remedy = "the service is there, and asks for patience", _LATER


class NetworkError(SupabaseError, ServiceDown):
    why, remedy = "no whole answer came", _LATER


class DatabaseBusy(SupabaseError, ServiceDown):
    why, remedy = "the database is too busy to answer", _LATER


class ChangedWhileReading(SupabaseError, Transient):
    why, remedy = "rows came or went at every try to read it whole", "try later"


_KINDS: dict[str, type[SupabaseError]] = {
    "PGRST205": MissingTable,
    "42P01": MissingTable,
    "PGRST204": MissingColumn,
    "42703": MissingColumn,
    "PGRST202": MissingFunction,
    "42883": MissingFunction,
    "42501": NoPermission,
    "PGRST301": InvalidKey,
    "PGRST302": InvalidKey,
    "PGRST303": InvalidKey,
    "PGRST000": DatabaseBusy,
    "PGRST001": DatabaseBusy,
    "PGRST002": DatabaseBusy,
    "PGRST003": DatabaseBusy,
    "55P03": DatabaseBusy,
    "PGRST125": WrongAddress,
}
_FROM_CACHE = frozenset({"PGRST202", "PGRST204", "PGRST205"})
"""The API's word, from its schema cache, which may be older than the last migration; PostgreSQL's own word,
such as 42P01, is of the database as it is. That nothing is there, or nothing is known of it, looks alike."""
_STATUSES: dict[int, type[SupabaseError]] = {
    401: InvalidKey,
    403: NoPermission,
    404: WrongAddress,
    408: TooManyRequests,
    425: TooManyRequests,
    429: TooManyRequests,
}
"""What an answer means whose code says nothing: a gateway's, not PostgREST's."""
_CLASSES: dict[str, type[SupabaseError]] = {
    "08": DatabaseBusy,
    "22": RefusedRow,
    "23": RefusedRow,
    "40": DatabaseBusy,
    "53": DatabaseBusy,
    "57": DatabaseBusy,
    "58": DatabaseBusy,
    "P0": RefusedRow,  # a trigger of the league's own
}
"""The first two of PostgreSQL's five characters."""


def broken_off() -> tuple[type[Exception], ...]:
    """What supabase-py raises instead of an answer."""
    import httpx
    from postgrest.exceptions import APIError

    return (APIError, httpx.HTTPError, httpx.InvalidURL)


def translated(error: Exception, doing: str, table: str, status: int) -> UballError:
    """`status`: of the HTTP answer, 0 when none came; it decides where the code says nothing."""
    import httpx

    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return WrongAddress(doing, table)
    if isinstance(error, httpx.HTTPError):
        return NetworkError(doing, table, f"no whole answer came ({type(error).__name__})")
    code = str(getattr(error, "code", None) or status)
    if code == "UB001":
        return Permanent(str(getattr(error, "message", "")))
    kind = _kind_of(code, status)
    answer = code if re.fullmatch(r"[0-9A-Z]{1,9}", code) else str(status)
    if code in _FROM_CACHE:
        return kind(doing, table, f"{kind.why}, as far as its API knows ({answer})", _RELOAD)
    if code == "PGRST002":
        return kind(doing, table, f"its API cannot read the database's schema just now ({answer})")
    return kind(doing, table, f"{kind.why} ({answer})")


def _kind_of(code: str, status: int) -> type[SupabaseError]:
    if code in _KINDS:
        return _KINDS[code]
    if re.fullmatch(r"[0-9A-Z]{5}", code) and code[:2] in _CLASSES:
        return _CLASSES[code[:2]]
    if status in _STATUSES:
        return _STATUSES[status]
    if 300 <= status < 400:
        return WrongAddress
    return RefusedRequest if 400 <= status < 500 else UpstreamError
