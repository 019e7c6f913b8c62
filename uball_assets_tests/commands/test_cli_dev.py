"""`uball dev` as far as it goes before the server: which league, and what stands in its way."""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from uball_assets.adapters.machine.file_lock import only_one
from uball_assets.automation.api_jobs.address import webserver_address
from uball_assets.automation.instance import open_instance
from uball_assets.cli import main
from uball_assets.settings import load_settings
from uball_assets_tests.conftest import CHECKOUT
from uball_assets_tests.daemon.platform import free_port


class ServedError(Exception):
    """Instead of the server, which would take this process's place."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "season 2"))
    return tmp_path / "season 2"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """The command and the environment of the server that was to be started."""
    asked: dict[str, Any] = {}

    def start(_: str, words: list[str], environment: dict[str, str]) -> None:
        asked.update(words=words, environment=environment, folder=Path.cwd())
        raise ServedError

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "execve", start)
    return asked


@pytest.fixture(autouse=True)
def _signals() -> Any:
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


def dev(*words: str) -> Result:
    return CliRunner().invoke(main, ["dev", "--port", str(free_port()), *words])


def test_the_home_decides_which_league_is_shown_and_what_it_is_called(
    home: Path, served: dict[str, Any]
) -> None:
    with open_instance(load_settings()) as instance:
        instance.add_dynamic_partitions("games", ["g1"])
    told = dev()
    assert f"shows the league uball-season-2, 1 games, of {home}" in told.stdout
    workspace = Path(served["words"][served["words"].index("-w") + 1])
    assert workspace.is_relative_to(home)
    assert "location_name: uball-season-2\n" in workspace.read_text()
    assert served["environment"]["UBALL_HOME"] == str(home)
    assert served["environment"]["DAGSTER_HOME"] == str(CHECKOUT)
    assert not list(served["folder"].glob(".env"))


def test_the_server_can_be_stopped_however_it_was_started(served: dict[str, Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    dev()
    assert served
    assert signal.getsignal(signal.SIGINT) is signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.usefixtures("served")
def test_a_league_without_games_says_where_some_are() -> None:
    assert "`uball import` brings some. The demo's: make demo-ui" in dev().stdout


def test_the_demo_s_ui_is_never_that_of_a_league_without_one(home: Path, served: dict[str, Any]) -> None:
    told = dev("--demo")
    assert told.exit_code == 1
    assert f"no demo has played in {home}" in told.stderr
    assert not served
    with only_one(home / "demo.lock", "a demo"):
        pass
    dev("--demo")
    assert served["environment"]["UBALL_HOME"] == str(home)


@pytest.mark.usefixtures("served")
def test_in_json_the_page_s_address_is_for_programs(home: Path) -> None:
    told = json.loads(dev("--json").stdout)
    assert told["url"].startswith("http://127.0.0.1:")
    assert (told["league"], told["home"], told["games"]) == ("uball-season-2", str(home), 0)


@pytest.mark.usefixtures("served")
def test_where_it_listens_is_noted_for_the_api_unless_the_setting_says_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert webserver_address(load_settings()) == "http://127.0.0.1:3000"
    port = free_port()
    CliRunner().invoke(main, ["dev", "--port", str(port)])
    assert webserver_address(load_settings()) == f"http://127.0.0.1:{port}"
    monkeypatch.setenv("UBALL_DAGSTER_URL", "https://dagster.league.example/")
    assert webserver_address(load_settings()) == "https://dagster.league.example"


def test_a_home_has_one_ui(home: Path, served: dict[str, Any]) -> None:
    """Two daemons on one instance would start everything twice."""
    with only_one(home / "dagster" / "dev.lock", "the UI is open already, at http://127.0.0.1:3000"):
        second = dev()
    assert second.exit_code == 75
    assert "open already, at http://127.0.0.1:3000" in second.stderr
    assert not served


def test_a_port_that_another_league_s_ui_may_have_is_refused(served: dict[str, Any]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        told = CliRunner().invoke(main, ["dev", "--port", str(other.getsockname()[1])])
    assert told.exit_code == 1
    assert "perhaps by the UI of another league" in told.stderr
    assert not served


def test_a_port_belongs_to_the_league_whose_server_is_still_starting(
    served: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It listens only seconds later; another league's page would be said to be there meanwhile."""
    port = str(free_port())
    assert CliRunner().invoke(main, ["dev", "--port", port]).exit_code == 1
    assert served.pop("words")
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "another"))
    told = CliRunner().invoke(main, ["dev", "--port", port])
    assert told.exit_code == 75
    assert f"port {port} is taken, by the UI of {tmp_path / 'season 2'}" in told.stderr
    assert "words" not in served


def test_a_home_whose_stores_the_settings_no_longer_name_is_not_shown(
    home: Path, served: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The laptop's partitions would run against the cloud's stores."""
    with open_instance(load_settings()):
        pass
    monkeypatch.setenv("UBALL_TRAINING_URL", str(tmp_path / "elsewhere"))
    told = dev()
    assert told.exit_code == 1
    assert f"UBALL_TRAINING_URL={tmp_path / 'elsewhere'}: give that league a home of its own" in told.stderr
    assert not served
    (home / "dagster" / "stores.json").unlink()
    dev()
    assert served
