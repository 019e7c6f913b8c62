"""A secret, planted wherever a league keeps one, is in no image, unit, manifest, backup, log or answer.

Each part plants its own words and reads all that came of it, byte by byte. That it would find them is held
too: a search that finds nothing proves nothing by itself.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
import yaml
from pydantic import SecretStr

from uball_assets.settings import Settings
from uball_assets.settings.names import variable
from uball_assets_tests.scale.image import BUILT, Image

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

pytestmark = pytest.mark.scale
CHECKOUT = Path(__file__).parents[2]
DEPLOY = CHECKOUT / "deploy"
NOBODY = "http://127.0.0.1:9"
SECRETS = sorted(
    variable(Settings.model_fields, name)
    for name, field in Settings.model_fields.items()
    if SecretStr in (field.annotation, *get_args(field.annotation))
)
ADDRESSES = {"UBALL_ALERT_WEBHOOK_URL", "UBALL_ALERT_SLACK_URL"}
OF_THE_BUILD = (b"planted-in-the-package-index", b"planted-in-the-environment")
"""What .github/workflows/images.yml gives the build to keep to itself."""


def holding(folder: Path, words: tuple[bytes, ...]) -> list[str]:
    """Files below it with one of them in their bytes or, where they are gzip, in what these are."""
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and any(word in read(path) for word in words)
    ]


def read(path: Path) -> bytes:
    held = path.read_bytes()
    return held + gzip.decompress(held) if held.startswith(b"\x1f\x8b") else held


# ---- a league at work: its answers, logs, tables and backups


class League:
    """A home in which everything secret is planted, and all that its commands answered."""

    def __init__(self, folder: Path, database: str, password: str) -> None:
        self.folder, self.answers = folder, folder / "answers"
        self.answers.mkdir()
        self.words = {name: f"planted-{number:02}-7c1e" for number, name in enumerate(SECRETS)}
        planted = {
            name: f"{NOBODY}/{word}" if name in ADDRESSES else word for name, word in self.words.items()
        }
        self.planted = (*(word.encode() for word in self.words.values()), password.encode())
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR")},
            **planted,
            "HOME": str(folder),
            "DAGSTER_HOME": str(CHECKOUT),
            "UBALL_HOME": str(folder / "home"),
            "UBALL_INSTANCE_URL": database,
            "UBALL_BACKUP_URL": str(folder / "backups"),
            "UBALL_JSON_LOG": str(folder / "home" / "lines.jsonl"),
            "UBALL_ALERT_EMAIL_TO": "ann@example.org",
            "UBALL_SMTP_HOST": "127.0.0.1",
            "UBALL_SMTP_PORT": "9",
        }

    def run(self, *words: str, is_well: bool = True) -> str:
        program = Path(sys.executable).with_name(words[0])
        done = subprocess.run(
            [program, *words[1:]],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        (self.answers / f"{len(list(self.answers.iterdir()))}-{'-'.join(words[:2])}").write_text(said)
        assert not is_well or done.returncode == 0, said
        return said


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer) -> League:
    made = League(tmp_path_factory.mktemp("league"), postgres.create("planted"), postgres.password)
    made.run("uball", "settings")
    made.run("uball", "settings", "--json")
    made.run("uball", "settings", "--env")
    made.run("uball", "doctor", is_well=False)
    made.run("uball", "status", "--json")
    made.run("uball", "routes", "--json", is_well=False)
    # Alerts and reports go to addresses that nobody answers: what failed is told, and where to is not.
    for job in ("daily_report_job", "store_proof_job"):
        made.run("dagster", "job", "execute", "-m", "uball_assets.definitions", "-j", job, is_well=False)
    made.run("uball", "alerts", "--json", is_well=False)
    made.run("uball", "backup")
    made.run("uball", "restore", "--aside", str(made.folder / "restored"))
    return made


def test_every_secret_setting_is_planted(league: League) -> None:
    assert {"SUPABASE_SERVICE_KEY", "UBALL_INSTANCE_URL", "UBALL_ALERT_SLACK_URL"} <= set(SECRETS)
    assert set(SECRETS) <= set(league.environment)


def test_the_league_did_something_with_them(league: League) -> None:
    runs = [path for path in league.answers.iterdir() if "dagster-job" in path.name]
    assert len(runs) == 2
    assert all("RUN_SUCCESS" in path.read_text() or "RUN_FAILURE" in path.read_text() for path in runs)
    assert (league.folder / "restored").is_dir()


def test_no_answer_tells_a_secret(league: League) -> None:
    assert holding(league.answers, league.planted) == []


@pytest.mark.parametrize("place", ["home", "backups", "restored"])
def test_no_file_of_the_league_holds_a_secret(league: League, place: str) -> None:
    assert any(path.is_file() for path in (league.folder / place).rglob("*"))
    assert holding(league.folder / place, league.planted) == []


def test_dagster_s_tables_hold_no_secret(league: League) -> None:
    import psycopg

    told: list[str] = []
    with psycopg.connect(league.environment["UBALL_INSTANCE_URL"]) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        for (table,) in tables:
            rows = connection.execute(f'select t::text from "{table}" t'.encode()).fetchall()  # noqa: S608
            told += [table for (row,) in rows if any(word.decode() in row for word in league.planted)]
        count = connection.execute("select count(*) from event_logs").fetchone()
    assert told == []
    assert count
    assert count[0] > 10


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "plain").write_bytes(b"a planted-00-7c1e b")
    (tmp_path / "packed").write_bytes(gzip.compress(b"a planted-00-7c1e b"))
    assert holding(tmp_path, (b"planted-00-7c1e",)) == ["deep/plain", "packed"]


# ---- what is deployed: units, value files, compose files, and what is made of them


def scalars(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Every value of a YAML file with the name that it is given."""
    if isinstance(value, dict):
        given = value.get("name") if "value" in value else None
        for key, held in value.items():
            yield from scalars(held, str(given) if key == "value" and given else str(key))
    elif isinstance(value, list):
        for held in value:
            yield from scalars(held, name)
    else:
        yield name, value


@pytest.mark.parametrize(
    "path", sorted(DEPLOY.rglob("*.yaml")), ids=lambda path: path.relative_to(DEPLOY).as_posix()
)
def test_no_manifest_gives_a_secret_a_value(path: Path) -> None:
    for document in yaml.safe_load_all(path.read_text()):
        if isinstance(document, dict):
            assert document.get("kind") != "Secret"
        given = {name for name, value in scalars(document) if name in SECRETS and value not in ("", None)}
        assert given == set()


@pytest.mark.parametrize(
    "path",
    sorted(
        path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix not in (".tf", ".md", ".yaml")
    ),
    ids=lambda path: path.relative_to(DEPLOY).as_posix(),
)
def test_no_unit_no_script_and_no_environment_file_gives_a_secret_a_value(path: Path) -> None:
    names = "|".join(SECRETS)
    given = re.findall(rf"^[^#\n]*\b(?:{names})=[\"']?([^\s\"'$]+)", path.read_text(), re.MULTILINE)
    assert given == []


def test_no_pod_is_told_what_its_launcher_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import dagster as dg

    from uball_assets_tests.scale.kubernetes.cluster import Cluster, launcher_of, start

    for name in SECRETS:
        monkeypatch.setenv(name, f"{NOBODY}/planted-7c1e" if name in ADDRESSES else "planted-7c1e")
    monkeypatch.delenv("UBALL_INSTANCE_URL")
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        cluster = Cluster()
        run_id = start(launcher_of(instance, cluster, tmp_path), instance, "game_job")
        manifest = json.dumps(cluster.manifest(run_id), default=str)
    assert "uball-secrets" in manifest
    assert "planted-7c1e" not in manifest


# ---- images


@pytest.fixture(scope="module")
def image() -> Image:
    if not (BUILT / "index.json").exists():
        pytest.skip("there is no image: `make image` builds one (with buildah)")
    return Image()


def test_no_layer_of_the_image_holds_what_the_build_was_given(image: Image) -> None:
    found, seen = [], False
    for _, entry, content in image.files():
        held = content.read() if content else b""
        seen = seen or b"Public docstrings" in held or entry.name.endswith("uball_assets/cli.py")
        found += [entry.name for word in OF_THE_BUILD if word in held or word in entry.name.encode()]
    assert seen
    assert found == []


def test_neither_its_configuration_nor_its_history_tells_it(image: Image) -> None:
    told = json.dumps(image.whole)
    assert "uball" in told
    assert not [word for word in OF_THE_BUILD if word.decode() in told]
    assert not re.search(r"\b(token|password|secret)=[^\s\"]+", told, re.IGNORECASE)
