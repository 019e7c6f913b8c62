"""`uball serve` and `uball keys`, as a person types them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3
from click.testing import CliRunner, Result

from uball_assets.cli import main
from uball_assets_tests.processes import AFRESH


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def _uball(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_a_key_is_shown_once_listed_without_itself_and_revoked_by_name() -> None:
    made = _uball("keys", "add", "Zoë's scoreboard", "--scope", "read", "--scope", "operate")
    key = made.stdout.strip()
    assert key.startswith("uball_")
    listed = _uball("keys", "list").output
    assert "Zoë's scoreboard" in listed
    assert "operate read" in listed
    assert key not in listed
    assert key[:12] in listed
    assert _uball("keys", "add", "Zoë's scoreboard", "--scope", "read").exit_code == 1, "one good key a name"
    assert _uball("keys", "revoke", key[:12]).exit_code == 0
    assert "revoked" in _uball("keys", "list").output
    assert _uball("keys", "revoke", key[:12]).exit_code == 1


@pytest.mark.parametrize("words", [("x", "--scope", "rule"), ("x",), ("x", "--scope", "read", "--days", "0")])
def test_a_key_without_a_scope_or_an_end_is_no_key(words: tuple[str, ...]) -> None:
    assert _uball("keys", "add", *words).exit_code == 2


def test_an_open_address_is_refused_before_the_first_key_and_after_the_last() -> None:
    words = ("serve", "--host", "0.0.0.0", "--port", "1")  # noqa: S104 - refused, that is the test
    assert "there is no key" in _uball(*words).output
    _uball("keys", "add", "ana", "--scope", "read")
    _uball("keys", "revoke", "ana")
    assert "there is no key" in _uball(*words).output


def test_a_taken_port_is_said_before_anything_is_served() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = _uball("serve", "--port", str(taken.getsockname()[1]))
    assert refused.exit_code == 1
    assert "choose another with --port" in refused.output


def test_it_serves_a_fresh_home_asks_for_the_first_key_and_ends_when_asked(home: Path) -> None:
    with _served(home) as (process, url):
        assert _get(url).status == 200
        assert _uball("serve", "--port", "1").exit_code == 75, "one server a home"
        key = _uball("keys", "add", "ana", "--scope", "read").stdout.strip()
        assert _get(url).status == 401
        assert _get(url, Authorization=f"Bearer {key}").status == 200
        process.send_signal(signal.SIGTERM)
        begun_s = time.monotonic()
        process.wait(20)
        assert time.monotonic() - begun_s < 10
    rest = [path.name for path in home.glob("app.db-*")]
    assert rest in ([], ["app.db-shm", "app.db-wal"], ["app.db-wal", "app.db-shm"])


@contextmanager
def _served(home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [str(Path(sys.executable).with_name("uball")), "serve", "--port", str(port)]
    environment = {**os.environ, "UBALL_HOME": str(home)}
    with subprocess.Popen([*AFRESH, *words], stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().split()[0]
        finally:
            process.kill()


def _get(url: str, **headers: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", f"{url}/api/openapi.json", headers=headers, retries=False, timeout=30)
