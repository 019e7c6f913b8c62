"""Letting a league's role into Dagster's database, to its own rows alone.

Belongs here: the order of things, and whom it would not hold. Not here: SQL (`statements`), whose a row is
(`whose`). It may be repeated at any time, and is after `dagster instance migrate`, a move or a restore: it
fills in what is not known yet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from uball_assets.automation.storing.parting import statements
from uball_assets.automation.storing.parting.access import Access, access_of
from uball_assets.automation.storing.parting.whose import PARTED, Parted
from uball_assets.automation.storing.postgres import connected, place_of
from uball_assets.automation.storing.postgres_storage import open_postgres
from uball_assets.domain.errors import Permanent

Tell = Callable[[str], None]
_LOCK = 118_020
_OLDEST = 120_000
"""PostgreSQL 12, which reads JSON by paths."""
_ROWS_AT_ONCE = 50_000
_ROLE = """
    SELECT rolsuper OR rolbypassrls OR rolcreaterole, rolname = current_user,
        (SELECT string_agg(roleid::regrole::text, ', ') FROM pg_auth_members WHERE member = pg_roles.oid)
    FROM pg_roles WHERE rolname = %s
"""
_OWNERS = """
    SELECT string_agg(DISTINCT tableowner, ', ') FROM pg_tables
    WHERE schemaname = 'public' AND NOT pg_has_role(current_user, tableowner, 'USAGE')
"""


def admit(url: str, league: str, role: str, tell: Tell) -> Access:
    """`url`: of the role that owns Dagster's tables, as webserver and daemon have it. They may work on.

    Raises Permanent, with what to do, for a role that policies would not hold, ServiceDown where the server
    goes away: repeated, it goes on.
    """
    runs: Any = open_postgres(url).run_storage
    runs.get_run_storage_id()  # noted once, which a league's role may not
    with connected(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        _refuse_other_admins(cursor, url)
        _refuse_role(cursor, role)
        cursor.execute(statements.OWN)
        _refuse_two_leagues(cursor, role, league)
        for of in PARTED:
            cursor.execute(statements.parting(of))
            _fill(cursor, of, tell)
        cursor.execute(statements.parting_of_snapshots())
        _in_ranges(cursor, "runs", statements.SNAPSHOTS_BEFORE)
        cursor.execute(statements.INDEX)
        _let_in(cursor, role, league)
    found = access_of(url)
    assert found
    return found


def _refuse_other_admins(cursor: Any, url: str) -> None:
    if cursor.connection.server_version < _OLDEST:
        raise Permanent("rows are parted by PostgreSQL 12 or newer, and this one is older")
    cursor.execute(_OWNERS)
    if owners := cursor.fetchone()[0]:
        raise Permanent(
            f"Dagster's tables at {place_of(url)} are {owners}'s: run it with the UBALL_INSTANCE_URL that "
            "webserver and daemon have"
        )


def _refuse_role(cursor: Any, role: str) -> None:
    cursor.execute(_ROLE, (role,))
    found = cursor.fetchone()
    if found is None:
        raise Permanent(f"there is no role {role}: CREATE ROLE {role} LOGIN PASSWORD '…' first, then again")
    sees_all, is_admin, member_of = found
    if is_admin:
        raise Permanent(f"{role} is the role that sees all leagues: give the league one of its own, --role")
    if sees_all or member_of:
        why = f"is a member of {member_of}" if member_of else "may see or make every role's"
        raise Permanent(f"{role} {why}, so that nothing is kept from it: give the league a plain role")


def _refuse_two_leagues(cursor: Any, role: str, league: str) -> None:
    cursor.execute("SELECT league FROM uball_parting.roles WHERE role = %s AND league <> %s", (role, league))
    if other := cursor.fetchone():
        raise Permanent(f"{role} is league {other[0]}'s role: give {league} one of its own, --role")


def _fill(cursor: Any, of: Parted, tell: Tell) -> None:
    filled = _in_ranges(cursor, of.table, statements.filling(of))
    if filled:
        tell(f"{of.table}: {filled} rows of before")


def _in_ranges(cursor: Any, table: str, statement: str) -> int:
    """A range of ids at a time, so that nobody waits long for a row."""
    cursor.execute(f'SELECT coalesce(max(id), 0) FROM public."{table}"')  # noqa: S608 - Dagster's
    [last] = cursor.fetchone()
    done = 0
    for begin in range(0, last, _ROWS_AT_ONCE):
        cursor.execute(statement, (begin, begin + _ROWS_AT_ONCE))
        done += cursor.rowcount
    return done


def _let_in(cursor: Any, role: str, league: str) -> None:
    """All at once: before, the role may nothing, or what it might before."""
    cursor.execute("SELECT quote_ident(%s)", (role,))
    [quoted] = cursor.fetchone()
    cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    cursor.execute("SELECT has_schema_privilege(%s, 'public', 'CREATE')", (role,))
    if cursor.fetchone()[0]:
        raise Permanent(
            f"{role} may make tables and functions in schema public, and could stand between Dagster and its "
            "own: REVOKE CREATE ON SCHEMA public FROM PUBLIC as the schema's owner, then again"
        )
    cursor.execute("BEGIN")
    cursor.execute("DELETE FROM uball_parting.roles WHERE league = %s", (league,))
    cursor.execute("INSERT INTO uball_parting.roles VALUES (%s, %s)", (role, league))
    for statement in statements.admitting(quoted, league):
        cursor.execute(statement)
    cursor.execute("COMMIT")
