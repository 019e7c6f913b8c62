"""The SQL that parts rows by league: functions and triggers that fill a column, policies that ask it.

Belongs here: SQL. Not here: whose a row is (`whose`), in which order it is done (`admitting`). Every function
names its schemas and belongs to the admin, so that a league's role can put nothing of its own in their place.
"""

from __future__ import annotations

from collections.abc import Iterator

from uball_assets.automation.storing.parting.whose import PARTED, SHARED, SNAPSHOTS, Parted

POLICY = "league "
"""A policy is called `league north`, which says to everybody whom it is for."""
OWN = """
    CREATE SCHEMA IF NOT EXISTS uball_parting;
    CREATE TABLE IF NOT EXISTS uball_parting.roles (role name PRIMARY KEY, league text NOT NULL);
    CREATE TABLE IF NOT EXISTS uball_parting.snapshots (
        snapshot_id text, league text, PRIMARY KEY (snapshot_id, league));
    CREATE OR REPLACE FUNCTION uball_parting.own() RETURNS text LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        SELECT league FROM uball_parting.roles WHERE role = session_user
    $$;
    CREATE OR REPLACE FUNCTION uball_parting.one(a text, b text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE WHEN a <> b THEN '' ELSE coalesce(a, b) END
    $$;
    CREATE OR REPLACE FUNCTION uball_parting.said(body text, path jsonpath) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    DECLARE low text; high text;
    BEGIN
        SELECT min(word #>> '{}'), max(word #>> '{}') INTO low, high
        FROM jsonb_path_query(body::jsonb, path) AS word;
        RETURN CASE WHEN low <> high THEN '' ELSE low END;
    EXCEPTION WHEN others THEN RETURN '';
    END $$;
"""
"""In a schema beside Dagster's tables, so that nothing of Dagster's and no backup meets it. `one`: of two
claims, '' where they differ. `said`: the one word that a serialized body says there, '' where it says several
or cannot be read, NULL where it says none."""
_OF_RUN = """
    unnest(
        ARRAY[{run}.snapshot_id, uball_parting.said({run}.run_body, '$.execution_plan_snapshot_id')]
    ) AS named WHERE named <> ''
"""
_NOTE_SNAPSHOTS = f"""
    INSERT INTO uball_parting.snapshots SELECT named, new.uball_league FROM {_OF_RUN.format(run="new")}
    ON CONFLICT DO NOTHING;
"""  # noqa: S608 - ours
SNAPSHOTS_BEFORE = f"""
    INSERT INTO uball_parting.snapshots
    SELECT named, uball_league FROM public.runs, {_OF_RUN.format(run="runs")}
    AND runs.id > %s AND runs.id <= %s ON CONFLICT DO NOTHING
"""  # noqa: S608 - ours
_OWN_SNAPSHOT = """
    new.uball_league := uball_parting.own();
    INSERT INTO uball_parting.snapshots
    SELECT new.snapshot_id, new.uball_league WHERE new.uball_league <> '' ON CONFLICT DO NOTHING;
"""
INDEX = "CREATE INDEX IF NOT EXISTS uball_runs_by_league ON public.runs (uball_league, id)"


def parting(of: Parted) -> str:
    """The column, and what fills it from now on."""
    also = _NOTE_SNAPSHOTS if of.table == "runs" else ""
    when = f"BEFORE INSERT OR UPDATE OF {', '.join(of.of)}"
    return _noting(of.table, f"new.uball_league := {of.league}; {also}", when)


def parting_of_snapshots() -> str:
    """One that a league's own process writes is its own, and is noted to be where it was there before."""
    return _noting(SNAPSHOTS, _OWN_SNAPSHOT, "BEFORE INSERT")


def _noting(table: str, body: str, when: str) -> str:
    return f"""
        BEGIN;
        ALTER TABLE public."{table}" ADD COLUMN IF NOT EXISTS uball_league text;
        CREATE OR REPLACE FUNCTION uball_parting.note_{table}() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        BEGIN {body} RETURN new; END $$;
        DROP TRIGGER IF EXISTS uball_league ON public."{table}";
        CREATE TRIGGER uball_league {when} ON public."{table}"
            FOR EACH ROW EXECUTE FUNCTION uball_parting.note_{table}();
        REVOKE ALL ON ALL FUNCTIONS IN SCHEMA uball_parting FROM PUBLIC;
        COMMIT;
    """


def filling(of: Parted) -> str:
    """Rows of before, by a range of ids."""
    return f"""
        UPDATE public."{of.table}" AS new SET uball_league = {of.league}
        WHERE uball_league IS NULL AND id > %s AND id <= %s
    """  # noqa: S608 - ours


def admitting(role: str, league: str) -> Iterator[str]:
    """What the role may: nothing but this. `role` is quoted already, `league` a slug."""
    tables, own = "ALL TABLES IN SCHEMA public", f"uball_league = '{league}'"
    yield f"REVOKE ALL ON {tables} FROM PUBLIC, {role}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {role}"
    yield f"REVOKE ALL ON SCHEMA uball_parting FROM PUBLIC, {role}"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT USAGE ON SCHEMA uball_parting TO {role}"
    yield f"GRANT SELECT ON uball_parting.snapshots TO {role}"
    for of in PARTED:
        yield from _policy(f'public."{of.table}"', role, league, own, own)
        yield f'GRANT {of.may} ON public."{of.table}" TO {role}'
        if "INSERT" in of.may:
            yield _counting(of.table, role)
    yield from _policy("uball_parting.snapshots", role, league, f"league = '{league}'", "false")
    seen = f"""{own} OR EXISTS (SELECT 1 FROM uball_parting.snapshots AS seen
        WHERE seen.snapshot_id = snapshots.snapshot_id AND seen.league = '{league}')"""  # noqa: S608 - ours
    yield from _policy(f"public.{SNAPSHOTS}", role, league, seen, "true")
    yield f"GRANT SELECT, INSERT ON public.{SNAPSHOTS} TO {role}"
    yield _counting(SNAPSHOTS, role)
    for table, may in SHARED.items():
        yield f"GRANT {may} ON public.{table} TO {role}"


def _policy(table: str, role: str, league: str, seen: str, written: str) -> Iterator[str]:
    name = f'"{POLICY}{league}"'
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"DROP POLICY IF EXISTS {name} ON {table}"
    yield f"CREATE POLICY {name} ON {table} TO {role} USING ({seen}) WITH CHECK ({written})"


def _counting(table: str, role: str) -> str:
    """The next id, and no other: a role that could set it could stop everybody's rows."""
    return f"GRANT USAGE ON SEQUENCE public.{table}_id_seq TO {role}"
