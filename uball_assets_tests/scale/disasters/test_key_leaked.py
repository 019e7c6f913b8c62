"""Keys that got out: the new one works, the old one is refused, and what it could have changed is looked at.

Of Ray's token: `scale/ray/test_season.py`, where whoever has none is refused.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import urllib3

from uball_assets_tests.adapters.stores.test_sealing import key_pair
from uball_assets_tests.daemon.platform import free_port
from uball_assets_tests.daemon.waiting import wait_for
from uball_assets_tests.scale.disasters.rehearsal import League, Made
from uball_assets_tests.scale.disasters.runbook import commands

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

pytestmark = pytest.mark.scale


@contextmanager
def served(league: League) -> Iterator[str]:
    """`uball serve`; its address."""
    port = free_port()
    words = [str(league.folder / "bin" / "uball"), "serve", "--port", str(port)]
    with subprocess.Popen(
        words, cwd=league.folder, env=league.environment, stdout=subprocess.DEVNULL
    ) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for("pages", lambda: answer(url, "") is not None, 30)
            yield url
        finally:
            process.terminate()


def answer(url: str, key: str) -> int | None:
    """Of a question with this key; None where nobody answers."""
    try:
        asked = urllib3.request(
            "GET", f"{url}/api/jobs", headers={"Authorization": f"Bearer {key}"}, retries=False
        )
    except urllib3.exceptions.HTTPError:
        return None
    return asked.status


def test_a_key_to_the_pages_ends_at_once_where_they_are_served(in_home: Made) -> None:
    league = in_home.open()
    leaked = league.told("keys", "add", "old", "--scope", "read")["key"]
    with served(league) as url:
        assert answer(url, leaked) == 200
        new = league.told("keys", "add", "new", "--scope", "read")["key"]
        league.uball("keys", "revoke", "old")
        assert (answer(url, leaked), answer(url, new)) == (401, 200)
    assert league.told("keys", "audit") == [], "what it did: nothing was changed over HTTP"


def test_what_the_key_may_have_changed_is_looked_at_while_no_model_changes(in_home: Made) -> None:
    league = in_home.open()
    look = commands("Key leaked")
    league.follow(look)
    assert "a key leaked" in league.uball("why")
    clip = next(iter(sorted((league.home / "training" / "games").rglob("*.mp4"))))
    content = clip.read_bytes()
    clip.write_bytes(b"changed by a stranger")
    league.refused("verify")
    league.follow(["uball verify --repair"])
    league.uball("run", clip.parts[-3])
    league.uball("verify")
    league.uball("resume", "--because", "it is put back")
    assert clip.read_bytes() == content


def test_another_password_of_postgres_shuts_out_who_has_the_old_one(
    tmp_path: Path, in_home: Made, postgres_of_its_own: PostgresServer
) -> None:
    import psycopg

    server = postgres_of_its_own
    league = League(tmp_path, in_home.games, {"UBALL_INSTANCE_URL": server.url()})
    league.uball("runs")
    leaked, new = server.password, "another-password-of-tests"
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"ALTER ROLE uball PASSWORD '{new}'")
    said = league.refused("runs")
    assert f"{server.port}/uball" in said
    assert "password authentication failed" in said
    assert leaked not in said
    server.password = new
    league.own["UBALL_INSTANCE_URL"] = server.url()
    league.uball("runs")


def test_backups_go_on_in_another_place_under_another_key(in_home: Made, tmp_path: Path) -> None:
    league = in_home.open()
    public, key = key_pair(tmp_path / "new.key")
    old = Path(league.own["UBALL_BACKUP_URL"])
    anew = {"UBALL_BACKUP_URL": str(tmp_path / "new-place"), "UBALL_BACKUP_RECIPIENTS": public}
    league.own |= anew
    league.uball("backup")
    shutil.rmtree(old)
    league.own["UBALL_BACKUP_IDENTITY"] = str(in_home.key)
    assert "UBALL_BACKUP_IDENTITY" in league.refused("verify", "--backup")
    league.own["UBALL_BACKUP_IDENTITY"] = str(key)
    league.uball("verify", "--backup")
