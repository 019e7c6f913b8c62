"""deploy/containers: the recipe, what compose starts, a release and its way back, the migrations before it.

What needs an image is in test_image.py, which looks into one that `make image` built.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

pytestmark = pytest.mark.scale
CHECKOUT = Path(__file__).parents[2]
CONTAINERS = CHECKOUT / "deploy" / "containers"
MIGRATIONS = CHECKOUT / "supabase" / "migrations"
BOOTSTRAP = CHECKOUT / "uball_assets_tests" / "cloud" / "servers" / "supabase_bootstrap.sql"
BY_DIGEST = re.compile(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}")
OURS = ("code", "daemon", "migrate", "pages", "webserver")
SERVICES: dict[str, Any] = yaml.safe_load((CONTAINERS / "compose.yaml").read_text())["services"]


def ran(*words: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, words)], capture_output=True, text=True, check=False, **more)


def program(name: str) -> Path:
    """Of this installation."""
    return Path(sys.executable).with_name(name)


def test_the_linter_of_recipes_finds_nothing() -> None:
    done = ran(program("hadolint"), CONTAINERS / "Containerfile")
    assert (done.returncode, done.stdout) == (0, "")


def test_the_compose_file_is_one() -> None:
    done = ran(
        program("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", CONTAINERS / "compose.yaml"
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("script", sorted(CONTAINERS.glob("*.sh")), ids=lambda script: script.name)
def test_a_script_is_one_that_a_plain_shell_takes(script: Path) -> None:
    assert ran("sh", "-n", script).returncode == 0
    assert os.access(script, os.X_OK)


def test_every_base_is_named_by_its_digest() -> None:
    recipe = (CONTAINERS / "Containerfile").read_text()
    base = re.search(r"^ARG BASE=(.+)$", recipe, re.MULTILINE)
    assert base
    assert BY_DIGEST.fullmatch(base[1])
    assert set(re.findall(r"^FROM (\S+)", recipe, re.MULTILINE)) <= {"${BASE}", "libraries"}
    assert BY_DIGEST.fullmatch(SERVICES["database"]["image"])


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_container_may_do_as_little_as_it_can(name: str) -> None:
    service = SERVICES[name]
    assert int(service["user"].partition(":")[0]) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert service["logging"]["options"] == {"max-size": "20m", "max-file": "5"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_a_container_that_stays_is_asked_how_it_is(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_secrets_are_files_and_never_words_of_the_compose_file() -> None:
    whole = yaml.safe_load((CONTAINERS / "compose.yaml").read_text())
    assert all(set(secret) == {"file"} for secret in whole["secrets"].values())
    given = {name: service.get("environment", {}) for name, service in SERVICES.items()}
    words = {key for environment in given.values() for key in environment}
    waits = "DAGSTER_BACKFILL_RETRY_DEFINITION_CHANGED_ERROR"
    assert words == {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD_FILE", "UBALL_DAGSTER_URL", waits}


def test_the_database_is_reached_from_inside_alone() -> None:
    whole = yaml.safe_load((CONTAINERS / "compose.yaml").read_text())
    assert SERVICES["database"]["networks"] == ["inside"]
    assert whole["networks"]["inside"] == {"internal": True}


def test_the_workspace_asks_the_code_container_under_the_checkout_s_name() -> None:
    server = yaml.safe_load((CONTAINERS / "workspace.yaml").read_text())["load_from"][0]["grpc_server"]
    own = yaml.safe_load((CHECKOUT / "workspace.yaml").read_text())["load_from"][0]["python_module"]
    command = SERVICES["code"]["command"]
    assert command[command.index("-m") + 1] == own["module_name"]
    assert command[command.index("--location-name") + 1] == server["location_name"] == own["location_name"]
    assert (server["host"], command[-1]) == ("code", str(server["port"]))


def test_its_dagster_yaml_is_the_checkout_s_but_for_how_many_runs_there_are_and_how_they_wait() -> None:
    here, there = (yaml.safe_load((folder / "dagster.yaml").read_text()) for folder in (CONTAINERS, CHECKOUT))
    at_once, of_two_cores = (told["concurrency"]["runs"].pop("max_concurrent_runs") for told in (here, there))
    assert at_once > of_two_cores
    assert here.pop("run_coordinator")["config"]["max_user_code_failure_retries"] > 0
    assert here == there


def test_what_looks_for_a_run_s_process_sees_the_processes_of_the_code_container() -> None:
    assert SERVICES["daemon"]["pid"] == "service:code"
    launcher = yaml.safe_load((CONTAINERS / "dagster.yaml").read_text())["run_launcher"]
    assert launcher["class"] == "WatchedRunLauncher"


# ---- a release, with a docker that writes down what it is asked and fails where it is told to

_DOCKER = """#!/bin/sh
shift 3
echo "$UBALL_IMAGE $*" >>"$TOLD"
case "$UBALL_IMAGE $*" in
    *" run "*grep*) cat "$MARKED/${UBALL_IMAGE%%@*}" 2>/dev/null; exit $? ;;
esac
case "$UBALL_IMAGE $*" in $FAILS) exit 1 ;; esac
"""
Release = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """`release("v2", fails="…")`: the end of it; `told` and `serving` are in its folder."""
    docker = tmp_path / "docker"
    docker.write_text(_DOCKER)
    docker.chmod(0o755)
    (tmp_path / "marked").mkdir()

    def of(image: str, *words: str, fails: str = "-") -> subprocess.CompletedProcess[str]:
        (tmp_path / "told").unlink(missing_ok=True)
        environment = {
            "PATH": os.environ["PATH"],
            "DOCKER": str(docker),
            "STATE": str(tmp_path),
            "TOLD": str(tmp_path / "told"),
            "MARKED": str(tmp_path / "marked"),
            "FAILS": fails,
        }
        return ran(CONTAINERS / "release.sh", image, *words, env=environment)

    return of


def told(folder: Path) -> list[str]:
    """Image and first word of each thing that docker was asked."""
    lines = [line.split() for line in (folder / "told").read_text().splitlines()]
    return [f"{image} {word} {rest[-1] if word == 'run' else ''}".strip() for image, word, *rest in lines]


def test_the_schemas_come_before_the_version_that_wants_them(release: Release, tmp_path: Path) -> None:
    assert release("v1").returncode == 0
    asked = told(tmp_path)
    assert asked[0] == "v1 pull"
    assert asked[-2:] == ["v1 run migrate", "v1 up"]
    assert (tmp_path / "serving").read_text() == "v1\n"


def test_a_version_that_does_not_get_well_makes_room_for_the_one_before(
    release: Release, tmp_path: Path
) -> None:
    release("v1")
    done = release("v2", fails="v2 up*")
    assert done.returncode == 1
    assert "v1 serves again" in done.stderr
    assert told(tmp_path)[-3:] == ["v2 up", "v2 logs", "v1 up"]
    assert (tmp_path / "serving").read_text() == "v1\n"


def test_migrations_that_fail_leave_the_old_version_alone(release: Release, tmp_path: Path) -> None:
    release("v1")
    assert release("v2", fails="v2 run *migrate").returncode == 1
    assert told(tmp_path)[-1] == "v2 run migrate"
    assert (tmp_path / "serving").read_text() == "v1\n"


def test_the_first_version_has_nothing_to_go_back_to(release: Release, tmp_path: Path) -> None:
    done = release("v1", fails="v1 up*")
    assert done.returncode == 1
    assert "Going back" in done.stderr
    assert not (tmp_path / "serving").exists()


def test_a_version_that_the_old_one_cannot_live_beside_needs_a_word_and_a_backup(
    release: Release, tmp_path: Path
) -> None:
    release("v1")
    (tmp_path / "marked" / "v2").write_text("/app/supabase/migrations/2027_drop.sql\n")
    refused = release("v2")
    assert refused.returncode == 1
    assert "2027_drop.sql is not backward compatible" in refused.stderr
    assert not any("migrate" in line for line in told(tmp_path))

    assert release("v2", "--after-backup").returncode == 0
    assert told(tmp_path)[-4:] == ["v1 stop", "v1 run backup", "v2 run migrate", "v2 up"]

    (tmp_path / "marked" / "v3").write_text("/app/supabase/migrations/2027_drop.sql\n")
    assert release("v3").returncode == 0  # what served already had that file


def test_no_way_back_is_tried_after_a_migration_that_allows_none(release: Release, tmp_path: Path) -> None:
    release("v1")
    (tmp_path / "marked" / "v2").write_text("/app/supabase/migrations/2027_drop.sql\n")
    assert release("v2", "--after-backup", fails="v2 up*").returncode == 1
    assert told(tmp_path)[-2:] == ["v2 up", "v2 logs"]


def test_without_a_backup_nothing_that_allows_no_way_back_is_begun(release: Release, tmp_path: Path) -> None:
    release("v1")
    (tmp_path / "marked" / "v2").write_text("/app/supabase/migrations/2027_drop.sql\n")
    assert release("v2", "--after-backup", fails="*backup").returncode == 1
    assert not any("migrate" in line for line in told(tmp_path))


# ---- the migrations themselves


@pytest.fixture(scope="module")
def migrate() -> ModuleType:
    spec = util.spec_from_file_location("migrate", CONTAINERS / "migrate.py")
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def functions(url: str) -> list[Any]:
    import psycopg

    query = "select proname, md5(prosrc) from pg_proc where pronamespace = 'public'::regnamespace order by 1"
    with psycopg.connect(url) as connection:
        return list(connection.execute(query))


@pytest.fixture(scope="module")
def supabase() -> Iterator[PostgresServer]:
    """A server with the roles that Supabase has, and a database of that name to copy."""
    import psycopg

    from uball_assets_tests.scale.postgres_server import PostgresServer

    server = PostgresServer()
    with psycopg.connect(server.create("supabase"), autocommit=True) as connection:
        connection.execute(BOOTSTRAP.read_bytes())
    yield server
    server.close()


@pytest.fixture
def plays(supabase: PostgresServer) -> str:
    """A plays database in which nothing is yet."""
    import psycopg

    name = f"plays_{os.urandom(4).hex()}"
    with psycopg.connect(supabase.url("postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name} template supabase".encode())
    return supabase.url(name)


def test_the_plays_database_is_migrated_and_a_second_time_changes_nothing(
    plays: str, migrate: ModuleType
) -> None:
    assert migrate.migrate_plays(plays) == sorted(file.name for file in MIGRATIONS.glob("*.sql"))
    after = functions(plays)
    assert {"import_game", "decide_play"} <= {name for name, _ in after}
    migrate.migrate_plays(plays)
    assert functions(plays) == after


def test_a_migration_that_fails_takes_those_before_it_along(
    plays: str, migrate: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "1.sql").write_text("create table new_things (id int); select 100 % 7;")
    (tmp_path / "2.sql").write_text("alter table nobody_knows add column x int;")
    with pytest.raises(Exception, match="nobody_knows"):
        migrate.migrate_plays(plays, tmp_path)
    (tmp_path / "2.sql").unlink()
    assert migrate.migrate_plays(plays, tmp_path) == ["1.sql"]  # the table was not there


_BREAKS = re.compile(
    r"\b(drop\s+(column|function|view|schema|type)|rename\s+(to|column)|alter\s+column\s+\w+\s+(set\s+not\s+null|type)"
    r"|drop\s+table(?!\s+uball_made)|truncate)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("file", sorted(MIGRATIONS.glob("*.sql")), ids=lambda file: file.stem)
def test_a_migration_only_adds_or_says_that_it_does_not(file: Path) -> None:
    text = file.read_text()
    assert not _BREAKS.search(text) or text.startswith("-- Not backward compatible"), (
        "the version that serves meanwhile, or again, would miss what this takes away"
    )
