"""Two leagues in one database: the role of each sees and writes its own rows alone, whatever SQL it sends."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import pytest
from pydantic import SecretStr

from uball_assets.assets import ours
from uball_assets.automation.backups.postgres_tables import PostgresTables
from uball_assets.automation.instance import open_instance
from uball_assets.automation.storing.parting.access import access_of
from uball_assets.automation.storing.parting.admitting import admit
from uball_assets.automation.storing.parting.whose import PARTED, SHARED, SNAPSHOTS
from uball_assets.automation.storing.purging import carry_out, plan_purge
from uball_assets.domain.errors import Permanent
from uball_assets.domain.operating.purging import Keep
from uball_assets.resources import record
from uball_assets.settings import Settings
from uball_assets_tests.scale.two_in_one import LOCATION_TAG, run, watch

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

pytestmark = pytest.mark.scale
WORDS = {"north": ("aurora", "borealis"), "south": ("penguin", "albatross")}
"""Of each league: one that is there before it is admitted, and one after."""
DATABASE = "parted"
RELATIONS = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relkind IN ('r', 'v', 'm', 'p') AND relnamespace <> 'information_schema'::regnamespace ORDER BY 1
"""


@dataclass(frozen=True)
class World:
    server: PostgresServer
    home: Path
    runs: dict[str, str]
    """Of each league, one."""

    def url(self, league: str = "") -> str:
        return self.server.role(f"uball_{league}", DATABASE) if league else self.server.url(DATABASE)

    def open(self, league: str = "") -> dg.DagsterInstance:
        """As a process of that league would: this one is of neither, and is refused beside them."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ours, "refuse_unnamed", lambda _instance: None)
            return open_instance(Settings(home=self.home, instance_url=SecretStr(self.url(league))))

    def ask(self, query: str, *values: Any, league: str = "") -> Any:
        """Rows, or how many were written, which is taken back."""
        import psycopg

        with closing(psycopg.connect(self.url(league))) as connection:
            cursor = connection.execute(query.encode(), values or None)
            return cursor.fetchall() if cursor.description else cursor.rowcount

    def holding(self, word: str, league: str = "") -> set[str]:
        """The tables and views in which the role is shown the word."""
        import psycopg

        found = set()
        with psycopg.connect(self.url(league), autocommit=True) as connection:
            for (name,) in connection.execute(RELATIONS).fetchall():
                try:
                    rows = connection.execute(f"SELECT * FROM {name}".encode()).fetchall()  # noqa: S608
                except psycopg.Error:
                    continue
                if any(word in str(cell) for row in rows for cell in row):
                    found.add(name)
        return found


@pytest.fixture(scope="module")
def world(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Both were here, under the one role that there was, before either was admitted."""
    postgres.create(DATABASE)
    world = World(postgres, tmp_path_factory.mktemp("home"), {})
    with world.open() as instance:
        for league, (before, _) in WORDS.items():
            run(instance, league, before)
            watch(instance, league, before)
    for league in WORDS:
        world.url(league)
        admit(world.url(), league, f"uball_{league}", lambda _line: None)
    for league, (_, after) in WORDS.items():
        with world.open(league) as instance:
            world.runs[league] = run(instance, league, after)
        with world.open() as instance:
            watch(instance, league, after)
            _of_old(world, league, after)
    return world


def _of_old(world: World, league: str, word: str) -> None:
    """Rows of kinds that this version of Dagster reads, and these leagues never write."""
    import psycopg

    body = f'{{"origin": {{"location_name": "{league}"}}, "cursor": "{word}"}}'
    with psycopg.connect(world.url(), autocommit=True) as connection:
        connection.execute("INSERT INTO jobs (job_origin_id, job_body) VALUES (%s, %s)", [word, body])
        connection.execute(
            "INSERT INTO asset_daemon_asset_evaluations (asset_key, asset_evaluation_body) VALUES (%s, %s)",
            [f'["{league}", "made"]', word],
        )


@pytest.mark.parametrize("league", WORDS)
@pytest.mark.parametrize("when", [0, 1])
def test_its_role_is_shown_its_own_words_in_every_table_and_nobody_else_is(
    world: World, league: str, when: int
) -> None:
    [other] = set(WORDS) - {league}
    word = WORDS[league][when]
    everywhere = world.holding(word)
    assert world.holding(word, league) == everywhere - {"daemon_heartbeats"}
    assert world.holding(word, other) == set()


def test_the_words_lie_in_every_table_that_is_parted(world: World) -> None:
    """So that the test before could fail in each. Snapshots are packed, and a check's rows name it."""
    parted = {part.table for part in PARTED}
    assert world.holding(WORDS["south"][1]) == parted | {"daemon_heartbeats"}


@pytest.mark.parametrize("league", WORDS)
def test_snapshots_are_those_of_its_runs(world: World, league: str) -> None:
    query = "SELECT snapshot_id FROM snapshots WHERE snapshot_id IN (SELECT snapshot_id FROM runs)"
    of_runs = "SELECT DISTINCT snapshot_id FROM runs WHERE uball_league = %s"
    own = {row[0] for row in world.ask(of_runs, league)}
    assert {row[0] for row in world.ask(query, league=league)} == own
    everybody_s = len(world.ask("SELECT 1 FROM snapshots"))
    assert 0 < len(world.ask("SELECT 1 FROM snapshots", league=league)) < everybody_s


def test_whoever_writes_a_snapshot_that_another_has_reads_it_too(world: World) -> None:
    @dg.job
    def the_same() -> None: ...

    for league in WORDS:
        with world.open(league) as instance:
            made = instance.create_run_for_job(the_same, tags={LOCATION_TAG: f"__repository__@{league}"})
            assert instance.get_job_snapshot(str(made.job_snapshot_id)).name == "the_same"


@pytest.mark.parametrize("table", [part.table for part in PARTED])
def test_all_that_it_changes_or_deletes_is_its_own(world: World, table: str) -> None:
    """As many rows as there are of its own, of which one is put back at once."""
    import psycopg

    [(own,)] = world.ask(f"SELECT count(*) FROM {table} WHERE uball_league = 'north'")  # noqa: S608
    [(others,)] = world.ask(f"SELECT count(*) FROM {table} WHERE uball_league = 'south'")  # noqa: S608
    assert own
    assert others
    may = next(part.may for part in PARTED if part.table == table)
    for word, statement in (("UPDATE", f"UPDATE {table} SET id = id"), ("DELETE", f"DELETE FROM {table}")):  # noqa: S608
        if word in may:
            assert world.ask(statement, league="north") == own
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                world.ask(statement, league="north")


SOUTHS_RUN = "(SELECT run_id FROM runs WHERE uball_league = 'south' LIMIT 1)"
RUN_OF = """INSERT INTO runs (run_id, status, run_body) VALUES ('forged', 'QUEUED', '{body}')"""
FORGED = {
    "an event of another's run": "INSERT INTO event_logs (run_id, event) VALUES ('{run}', 'x')",
    "an event of another's asset": """
        INSERT INTO event_logs (run_id, event, asset_key) VALUES ('', 'x', '["south", "made"]')""",
    "an event of another's asset in its own run": """
        INSERT INTO event_logs (run_id, event, asset_key) VALUES ('{own}', 'x', '["south", "made"]')""",
    "an event of nobody": "INSERT INTO event_logs (run_id, event) VALUES ('', 'x')",
    "a row that says it is its own": """
        INSERT INTO event_logs (run_id, event, uball_league) VALUES ('{run}', 'x', 'north')""",
    "a tag of another's run": "INSERT INTO run_tags (run_id, key, value) VALUES ('{run}', 'a', 'b')",
    "its own tag moved": "UPDATE run_tags SET run_id = '{run}'",
    "its own row given away": "UPDATE runs SET uball_league = 'south'",
    "its own event moved": "UPDATE asset_check_executions SET run_id = '{run}'",
    "a run that another's code would execute": RUN_OF.format(body='{{"o": {{"location_name": "south"}}}}'),
    "a run of two codes": RUN_OF.format(
        body='{{"o": {{"location_name": "north"}}, "p": {{"location_n\\u0061me": "south"}}}}'
    ),
    "a run that another's pages would list": RUN_OF.format(
        body='{{"tags": {{".dagster/repository": "__repository__@south"}}}}'
    ),
    "a run that cannot be read": RUN_OF.format(body="no JSON"),
    "its own run turned into such a one": """
        UPDATE runs SET run_body = '{{"o": {{"location_name": "south"}}}}'""",
    "a game of another": """
        INSERT INTO dynamic_partitions (partitions_def_name, partition) VALUES ('south.games', 'x')""",
    "a game of nobody": """
        INSERT INTO dynamic_partitions (partitions_def_name, partition) VALUES ('games', 'x')""",
    "an asset of another": 'INSERT INTO asset_keys (asset_key) VALUES (\'["south", "x"]\')',
    "a place in another's pool": """
        INSERT INTO concurrency_slots (concurrency_key, run_id) VALUES ('south.training', 'x')""",
    "another's lease": "INSERT INTO kvs (key, value) VALUES ('uball/lease/{run}', 'x')",
    "a cursor of the daemon's": "INSERT INTO kvs (key, value) VALUES ('ASSET_DAEMON_CURSOR', 'x')",
    "a backfill": "INSERT INTO bulk_actions (key, status, timestamp) VALUES ('x', 'REQUESTED', now())",
    "a sensor's state": "UPDATE instigators SET status = 'STOPPED'",
    "a heartbeat": "UPDATE daemon_heartbeats SET timestamp = now()",
    "the errors a daemon met": "SELECT body FROM daemon_heartbeats",
    "no policy": "ALTER TABLE runs DISABLE ROW LEVEL SECURITY",
    "a policy of its own": "CREATE POLICY mine ON runs USING (true)",
    "no trigger": "ALTER TABLE runs DISABLE TRIGGER ALL",
    "no trigger for a session": "SET session_replication_role = replica",
    "a table less": "TRUNCATE runs CASCADE",
    "another number to count on from": "SELECT setval('runs_id_seq', 1)",
    "another role": "SET ROLE uball_south",
    "the admin": "SET SESSION AUTHORIZATION uball",
    "another's membership": "GRANT uball_south TO uball_north",
    "more rights": "ALTER ROLE uball_north BYPASSRLS",
    "another's password": "ALTER ROLE uball_south PASSWORD 'x'",
    "who is who": "SELECT * FROM uball_parting.roles",
    "being two": "INSERT INTO uball_parting.roles VALUES ('uball_north', 'south')",
    "a function in the admin's way": "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "asking by the admin's functions": "SELECT uball_parting.own()",
    "a file of the server's": "COPY runs TO '/tmp/rows'",
    "another's snapshots as its own": "INSERT INTO uball_parting.snapshots VALUES ('x', 'north')",
}


@pytest.mark.parametrize("what", FORGED)
def test_it_is_refused(world: World, what: str) -> None:
    import psycopg

    told = FORGED[what].format(run=world.runs["south"], own=world.runs["north"])
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UniqueViolation)):
        world.ask(told, league="north")


def test_without_row_security_it_is_told_nothing(world: World) -> None:
    import psycopg

    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        world.ask("SET row_security = off; SELECT * FROM runs", league="north")


def test_a_table_of_its_own_does_not_stand_in_for_dagster_s(world: World) -> None:
    """A trigger that found `runs` by its name alone would find the forged one, whose run is the north's."""
    import psycopg

    forged = f"""
        CREATE TEMP TABLE runs (run_id text, uball_league text);
        INSERT INTO pg_temp.runs VALUES ('{world.runs["south"]}', 'north');
        INSERT INTO public.event_logs (run_id, event) VALUES ('{world.runs["south"]}', 'x');
    """  # noqa: S608 - ours
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        world.ask(forged, league="north")


def test_its_backup_holds_its_own_rows_alone(world: World, tmp_path: Path) -> None:
    PostgresTables(world.url("north")).taken(tmp_path)
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir()).decode()
    assert all(word in held for word in WORDS["north"])
    assert not any(word in held for word in WORDS["south"])


def test_it_lets_its_own_old_runs_go_and_nobody_else_s(world: World) -> None:
    @dg.job
    def once() -> None: ...

    made = {}
    for league in WORDS:
        with world.open(league) as instance:
            tags = {LOCATION_TAG: f"__repository__@{league}"}
            done = instance.create_run_for_job(once, tags=tags, status=dg.DagsterRunStatus.SUCCESS)
            made[league] = done.run_id
    settings = Settings(home=world.home)
    [(before,)] = world.ask("SELECT count(*) FROM runs WHERE uball_league = 'south'")
    with world.open("north") as instance:
        in_a_year_s = time.time() + 365 * 86_400
        found = plan_purge(instance, record(settings), Keep(1, 1000, 1, 1000), in_a_year_s)
        assert made["north"] in found.runs
        assert made["south"] not in found.runs
        carry_out(instance, found, lambda _line: None)
        assert not instance.get_run_by_id(made["north"])
    assert world.ask("SELECT count(*) FROM runs WHERE uball_league = 'south'") == [(before,)]


def test_dagster_migrates_its_tables_as_before(world: World) -> None:
    """From a revision of 2023 on, in which tables and columns were made that are there already."""
    import psycopg

    with psycopg.connect(world.url(), autocommit=True) as connection:
        [(head,)] = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        connection.execute("UPDATE alembic_version SET version_num = %s", [OLDER])
    with world.open() as instance:
        instance.upgrade()
        instance.reindex()
    assert world.ask("SELECT version_num FROM alembic_version") == [(head,)]
    assert world.holding(WORDS["south"][1], "north") == set()


OLDER = "46b412388816"


def test_admitted_again_nothing_changes_and_what_was_not_known_is_filled_in(world: World) -> None:
    import psycopg

    with psycopg.connect(world.url(), autocommit=True) as connection:
        connection.execute("UPDATE job_ticks SET uball_league = NULL")
    admit(world.url(), "south", "uball_south", lambda _line: None)
    assert "job_ticks" in world.holding(WORDS["south"][1], "south")
    assert world.holding(WORDS["south"][1], "north") == set()
    assert "event_logs" in world.holding(WORDS["north"][1], "north")


def test_everybody_is_told_as_whom_it_asks_and_whose_rows(world: World) -> None:
    admin, north = access_of(world.url()), access_of(world.url("north"))
    assert admin
    assert north
    assert (admin.role, admin.sees) == ("uball", "")
    assert (north.role, north.sees) == ("uball_north", "north")
    assert admin.leagues == {league: f"uball_{league}" for league in WORDS}
    assert admin.unknown == ()
    assert access_of(world.server.create("not-parted")) is None


def test_every_table_of_this_version_of_dagster_is_parted_or_shared(world: World) -> None:
    tables = world.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert {name for (name,) in tables} == {part.table for part in PARTED} | set(SHARED) | {SNAPSHOTS}


@pytest.mark.parametrize(
    ("made", "why"),
    [
        ("", "there is no role uball_east: CREATE ROLE uball_east LOGIN"),
        ("CREATE ROLE uball_east SUPERUSER", "may see or make every role's"),
        ("CREATE ROLE uball_east BYPASSRLS", "may see or make every role's"),
        ("CREATE ROLE uball_east IN ROLE uball_south", "is a member of uball_south"),
    ],
)
def test_a_role_that_no_policy_would_hold_is_not_admitted(world: World, made: str, why: str) -> None:
    import psycopg

    with psycopg.connect(world.url(), autocommit=True) as connection:
        if made:
            connection.execute(made.encode())
        try:
            with pytest.raises(Permanent, match=why):
                admit(world.url(), "east", "uball_east", lambda _line: None)
        finally:
            connection.execute("DROP ROLE IF EXISTS uball_east")


def test_one_role_is_one_league_and_never_the_admin(world: World) -> None:
    with pytest.raises(Permanent, match="is league north's role"):
        admit(world.url(), "south", "uball_north", lambda _line: None)
    with pytest.raises(Permanent, match="sees all leagues"):
        admit(world.url(), "south", "uball", lambda _line: None)
    with pytest.raises(Permanent, match="webserver and daemon have"):
        admit(world.url("north"), "south", "uball_south", lambda _line: None)
