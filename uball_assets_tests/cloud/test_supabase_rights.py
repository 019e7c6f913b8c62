"""The project's migrations on a real PostgreSQL: who may do what, and what they keep."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
import urllib3

from uball_assets.adapters.plays.plays_tables import TABLES
from uball_assets.adapters.plays.supabase_plays_db import SupabasePlaysDb
from uball_assets_tests.cloud.servers.fixtures_supabase import MIGRATIONS, Project
from uball_assets_tests.cloud.servers.supabase_keys import ANON_KEY, PERSON, REVIEWER, SERVICE_KEY

pytestmark = pytest.mark.services
GAME, PLAY = "6f1c0000-0000-0000-0000-0000000000a1", "6f1c0000-0000-0000-0000-0000000000b1"
KEYS = {"anon": (ANON_KEY, ANON_KEY), "person": (ANON_KEY, PERSON), "reviewer": (ANON_KEY, REVIEWER)}
WRITTEN: dict[str, dict[str, Any]] = {
    "games": {"id": PLAY},
    "plays": {"id": GAME, "game_id": GAME},
    "video_metadata": {"game_id": GAME, "angle": "NEAR_LEFT"},
    "players": {"id": GAME},
    "annotations": {"game_id": GAME, "model": "m1", "play_key": "k2"},
    "model_versions": {"name": "m2"},
    "job_runs": {"run_id": "r2", "job": "game_job", "outcome": "failed", "ended_at": "2026-03-18T10:00:00Z"},
    "review_decisions": {
        "decision_id": PLAY,
        "game_id": GAME,
        "chain": PLAY,
        "number": 2,
        "kind": "decision",
        "action": "reject",
        "reviewer": "Ann",
        "decided_at": "2026-03-18T10:00:00Z",
    },
}
CALLS = {
    "import_game": {"game": {"id": GAME}, "plays": [], "videos": []},
    "replace_annotations": {"game_id": GAME, "model": "m1", "rows": []},
    "write_model_versions": {"rows": []},
    "write_job_runs": {"rows": []},
    "decide_play": {"decision": {}, "seen": [], "becomes": []},
}

IMPORTED: tuple[Any, Any, Any] = ({"id": GAME}, [{"id": PLAY, "angle": "LEFT"}], [])


@pytest.fixture
def project(a_supabase_project: Project) -> Project:
    """One row in every table."""
    db = SupabasePlaysDb(a_supabase_project.url, SERVICE_KEY)
    db.add_game({"id": GAME}, [{"id": PLAY, "note": "as sent"}], [{"angle": "FAR_LEFT"}])
    db.write_annotations(GAME, "m1", [{"play_key": "k1"}])
    db.write_model_versions([{"name": "m1"}])
    db.write_job_runs([{**WRITTEN["job_runs"], "run_id": "r1"}])
    assert db.decide({**WRITTEN["review_decisions"], "decision_id": GAME, "number": 1}, [], [])
    a_supabase_project.sql("insert into players (name) values ('Ann')")
    return a_supabase_project


def ask(project: Project, who: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """As the league's app asks: the public key, and the login of whoever sits before it."""
    key, login = KEYS[who]
    said = urllib3.request(
        method,
        f"{project.url}/rest/v1/{path}",
        body=None if body is None else json.dumps(body).encode(),
        headers={"apikey": key, "Authorization": f"Bearer {login}", "Prefer": "return=representation"},
    )
    return said.status, json.loads(said.data or b"null")


@pytest.mark.parametrize("table", TABLES)
def test_people_who_are_logged_in_read_every_table_and_write_none(project: Project, table: str) -> None:
    assert len(ask(project, "person", "GET", table)[1]) == 1
    status, said = ask(project, "person", "POST", table, WRITTEN[table])
    assert (status, said["code"]) == (403, "42501")
    key = next(iter(TABLES[table]))
    for method, body in (("PATCH", {key: GAME}), ("DELETE", None)):
        status, said = ask(project, "person", method, f"{table}?{key}=not.is.null", body)
        # RLS lets an update or delete pass over the rows that it hides: none is touched.
        assert (status == 403 and said["code"] == "42501") or said == []
    assert project.sql(f"select count(*) from {table}") == [(1,)]  # noqa: S608 - ours


@pytest.mark.parametrize("table", TABLES)
def test_without_a_login_there_is_nothing(project: Project, table: str) -> None:
    for method, body in (("GET", None), ("POST", WRITTEN[table]), ("DELETE", None)):
        assert ask(project, "anon", method, table, body)[0] == 401
    assert project.sql(f"select count(*) from {table}") == [(1,)]  # noqa: S608 - ours


@pytest.mark.parametrize("function", CALLS)
@pytest.mark.parametrize("who", KEYS)
def test_only_the_service_key_calls_what_writes(project: Project, who: str, function: str) -> None:
    status, said = ask(project, who, "POST", f"rpc/{function}", CALLS[function])
    assert status in (401, 403)
    assert said["code"] == "42501"


def test_a_reviewer_corrects_plays_and_nothing_else(project: Project) -> None:
    status, rows = ask(project, "reviewer", "PATCH", f"plays?id=eq.{PLAY}", {"note": "corrected"})
    assert (status, [row["note"] for row in rows]) == (200, ["corrected"])
    assert ask(project, "reviewer", "POST", "plays", WRITTEN["plays"])[0] == 201
    for table in TABLES.keys() - {"plays"}:
        assert ask(project, "reviewer", "POST", table, WRITTEN[table])[0] == 403


def test_every_table_is_under_row_level_security(project: Project) -> None:
    tables = project.sql(
        "select relname, relrowsecurity from pg_class where relnamespace = 'public'::regnamespace "
        "and relkind = 'r'"
    )
    assert dict(tables) == dict.fromkeys(TABLES, True)


def test_the_tables_have_the_columns_that_the_platform_asks_for(project: Project) -> None:
    rows = project.sql(
        "select table_name, column_name from information_schema.columns where table_schema = 'public'"
    )
    assert {table: {column for of, column in rows if of == table} for table in TABLES} == {
        table: set(columns) for table, columns in TABLES.items()
    }


def test_migrations_may_come_twice_and_change_nothing(project: Project) -> None:
    before = everything(project)
    migrate(project)
    assert everything(project) == before


def test_a_league_s_own_tables_are_completed_and_keep_their_rows(a_supabase_project: Project) -> None:
    a_supabase_project.sql("drop table plays, video_metadata, games, players")
    a_supabase_project.sql(
        "create table games (id uuid primary key, date date, venue text);"
        "create table plays (id uuid primary key, game_id uuid, note text, updated_at timestamptz, stars int)"
    )
    a_supabase_project.sql("insert into games values (%s, '2026-03-18', 'Hall 2')", GAME)
    a_supabase_project.sql("insert into plays values (%s, %s, 'old', null, 5)", PLAY, GAME)
    migrate(a_supabase_project)
    db = SupabasePlaysDb(a_supabase_project.url, SERVICE_KEY)
    assert [row["note"] for row in db.plays(GAME)] == ["old"]
    before = db.play_versions()
    db.add_game({"id": GAME}, [{"id": PLAY, "note": "new"}], [{"angle": "FAR_LEFT"}])
    assert db.play_versions() != before
    assert a_supabase_project.sql("select note, stars from plays") == [("new", 5)]
    assert a_supabase_project.sql("select venue from games") == [("Hall 2",)]


def test_a_league_s_own_table_keeps_the_rights_that_its_app_was_built_on(a_supabase_project: Project) -> None:
    a_supabase_project.sql("drop table plays, video_metadata, games, players")
    a_supabase_project.sql(
        "create table games (id uuid primary key); revoke all on games from anon, authenticated;"
        "grant select on games to anon; alter table games enable row level security;"
        "create policy league_own on games for select to anon using (true)"
    )
    a_supabase_project.sql("insert into games values (%s)", GAME)
    migrate(a_supabase_project)
    migrate(a_supabase_project)
    assert ask(a_supabase_project, "anon", "GET", "games?select=id") == (200, [{"id": GAME}])
    assert ask(a_supabase_project, "person", "GET", "games?select=id")[0] == 403
    assert ask(a_supabase_project, "anon", "GET", "plays?select=id")[0] == 401
    assert SupabasePlaysDb(a_supabase_project.url, SERVICE_KEY).game_ids() == [GAME]


@pytest.mark.parametrize(
    ("statement", "is_stamped"),
    [
        ("update plays set note = 'changed'", True),
        ("update plays set note = 'changed', updated_at = '2020-01-01'", True),
        ("update plays set note = note", False),
        ("update plays set updated_at = '2020-01-01'", False),
    ],
    ids=["changed", "changed and dated back", "unchanged", "dated back"],
)
def test_a_stamp_tells_the_last_change_whatever_the_writer_says(
    project: Project, statement: str, is_stamped: bool
) -> None:
    before = project.sql("select updated_at from plays")
    project.sql(statement)
    after = project.sql("select updated_at from plays")
    assert (after > before) if is_stamped else (after == before)


def test_a_new_row_cannot_be_dated_back(project: Project) -> None:
    project.sql("insert into plays (id, game_id, updated_at) values (%s, %s, '2020-01-01')", GAME, GAME)
    fresh = project.sql("select updated_at > now() - interval '1 hour' from plays where id = %s", GAME)
    assert fresh == [(True,)]


def test_a_correction_during_an_import_is_not_lost(project: Project) -> None:
    """The import writes what it was sent, and keeps what others wrote into the columns that it was not."""
    import psycopg

    importing = threading.Thread(target=SupabasePlaysDb(project.url, SERVICE_KEY).add_game, args=IMPORTED)
    with psycopg.connect(project.dsn) as person:
        person.execute("update plays set note = 'corrected'")
        importing.start()
        while not project.sql("select 1 from pg_stat_activity where wait_event_type = 'Lock'"):
            time.sleep(0.01)
    importing.join()
    assert project.sql("select note, angle from plays") == [("corrected", "LEFT")]


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_functions_that_write_are_closed_by_grant_too(project: Project, role: str) -> None:
    closed = (
        "select proname from pg_proc where proname = any(%s) and has_function_privilege(%s, oid, 'execute')"
    )
    assert project.sql(closed, list(CALLS), role) == []
    assert len(project.sql(closed, list(CALLS), "service_role")) == len(CALLS)


def migrate(project: Project) -> None:
    for file in sorted(MIGRATIONS.glob("*.sql")):
        project.sql(file.read_text())


def everything(project: Project) -> list[Any]:
    rows = [project.sql(f"select * from {table} order by 1") for table in TABLES]  # noqa: S608 - ours
    policies = project.sql("select tablename, policyname, roles::text, cmd from pg_policies order by 1, 2")
    grants = project.sql(
        "select grantee, table_name, privilege_type from information_schema.role_table_grants "
        "where table_schema = 'public' order by 1, 2, 3"
    )
    return [*rows, policies, grants]
