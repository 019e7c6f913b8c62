"""The image of `make image`: what is in it, and every role of compose.yaml run from it without Docker.

Its root cannot be written, its user is 10001, and it gets no variable of this environment. What differs from
`docker compose up`: one network and one process namespace for all, and Dagster's tables are in the home.
"""

from __future__ import annotations

import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from uball_assets_tests.scale.image import CHECKOUT, Container, Image, why_not

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

pytestmark = [pytest.mark.scale, pytest.mark.skipif(bool(why_not()), reason=why_not())]
OLDEST_S = 315532800
"""1980-01-01: every date in it."""
COMPOSE = yaml.safe_load((CHECKOUT / "deploy" / "containers" / "compose.yaml").read_text())
START_S = 180.0
MOST_BYTES = 600_000_000


@pytest.fixture(scope="module")
def image() -> Image:
    return Image()


@pytest.fixture(scope="module")
def root(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("root")
    image.unpack(root)
    return root


@pytest.fixture
def container(image: Image, root: Path, tmp_path: Path) -> Container:
    return Container(image, root, tmp_path / "home")


def test_it_is_small_enough_to_be_pulled_in_a_minute(image: Image) -> None:
    assert image.size_bytes < MOST_BYTES


def test_it_runs_as_nobody_of_consequence_and_holds_no_settings(image: Image) -> None:
    assert image.config["User"] == "10001:10001"
    names = {variable.partition("=")[0] for variable in image.config["Env"]}
    assert not {name for name in names if name.startswith(("UBALL", "PIP", "SUPABASE", "AWS", "GOOGLE"))}


def test_what_we_add_says_no_date_and_belongs_to_root_but_for_the_home(image: Image) -> None:
    for number, entry, _ in image.files():
        if number and not entry.name.startswith("etc"):
            assert entry.mtime == OLDEST_S, entry.name
            assert (entry.uid == 0) == (entry.name != "app/.uball"), entry.name
            assert not entry.mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IWOTH) or entry.issym(), entry.name


def test_no_compiler_no_package_index_and_no_tests_are_in_it(root: Path) -> None:
    assert not [name for name in ("gcc", "cc", "make", "git") if (root / "usr" / "bin" / name).exists()]
    assert not list((root / "opt").rglob("pip"))
    assert not list((root / "opt").rglob("uball_assets_tests"))
    assert not (root / "etc" / "pip.conf").exists()
    assert sorted(path.name for path in (root / "app").iterdir() if path.name not in (".env", ".uball")) == [
        "constraints.txt",
        "dagster.yaml",
        "deploy",
        "supabase",
        "workspace.yaml",
    ]


def test_its_dagster_is_the_profile_s(image: Image, root: Path) -> None:
    commit = image.config["Labels"]["org.opencontainers.image.revision"]
    words = [shutil.which("git") or "git", "-C", str(CHECKOUT), "show"]
    profile = subprocess.run(
        [*words, f"{commit}:deploy/containers/dagster.yaml"], capture_output=True, check=True
    )
    assert (root / "app" / "dagster.yaml").read_bytes() == profile.stdout


def test_it_writes_to_its_home_and_nowhere_else(container: Container) -> None:
    done = container.run(
        "sh", "-c", "id -u; touch /app/.uball/it /tmp/it; touch /app/it /opt/it /etc/it 2>&1"
    )
    assert done.stdout.startswith("10001\n")
    assert done.stdout.count("Read-only file system") == 3
    assert container.run("uball", "doctor").returncode == 0


def test_it_has_every_file_of_its_commit_s_package(image: Image, root: Path) -> None:
    commit = image.config["Labels"]["org.opencontainers.image.revision"]
    words = [shutil.which("git") or "git", "-C", str(CHECKOUT), "ls-tree", "-r", "--name-only", commit]
    listed = subprocess.run(
        [*words, "uball_assets"], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "uball_assets/cli.py" in listed
    assert [name for name in listed if not (root / "opt" / "platform" / name).exists()] == []


def test_the_schemas_are_made_in_postgres_by_the_image_itself(
    image: Image, root: Path, tmp_path: Path, postgres: PostgresServer
) -> None:
    url = postgres.create("of_the_image")
    container = Container(image, root, tmp_path / "home", settings=f"UBALL_INSTANCE_URL={url}\n")
    for _ in range(2):
        done = container.run("python3", "/app/deploy/containers/migrate.py")
        assert done.returncode == 0, done.stderr
        assert "no plays database" in done.stdout
    import psycopg

    with psycopg.connect(url) as connection:
        assert connection.execute("select count(*) from alembic_version").fetchone() == (1,)


@pytest.fixture(scope="module")
def league(image: Image, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Every role that stays, started as compose.yaml starts it; what its health check says at last."""
    folder = tmp_path_factory.mktemp("league")
    container = Container(image, root, folder / "home", hosts="127.0.0.1 localhost code webserver database\n")
    assert container.run("uball", "keys", "add", "ann", "--scope", "operate").returncode == 0
    processes: list[subprocess.Popen[bytes]] = []
    said: dict[str, str] = {}
    try:
        for name in ("code", "daemon", "webserver", "pages"):
            service: dict[str, Any] = COMPOSE["services"][name]
            environment = service.get("environment", {})
            processes.append(container.start(*service["command"], log=folder / name, **environment))
            said[name] = _at_last_well(container, service, processes[-1])
        yield said
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait(60)


def _at_last_well(container: Container, service: dict[str, Any], process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + START_S
    while True:
        done = container.run(*service["healthcheck"]["test"][1:])
        if not done.returncode:
            return "well"
        if process.poll() is not None or time.monotonic() > until:
            return done.stdout + done.stderr
        time.sleep(1)


@pytest.mark.parametrize("name", ["code", "daemon", "webserver", "pages"])
def test_a_role_of_the_compose_file_gets_well(league: dict[str, str], name: str) -> None:
    assert league[name] == "well"
