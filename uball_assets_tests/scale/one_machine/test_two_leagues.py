"""Two leagues on one machine, as `deploy/one-machine` starts them: a webserver, a daemon, two code servers.

The tests build on each other, in their order: both leagues bring a game, one's sensor and the other's person
start a run, and then each looks at what there is.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from uball_assets_tests.daemon.waiting import wait_for
from uball_assets_tests.scale.one_machine.at_work import (
    LEAGUES,
    bring,
    needs_the_machine,
    of_league,
    seen,
    set_up,
    told,
    ui,
)
from uball_assets_tests.scale.one_machine.machine import IS_ROOT, Machine
from uball_assets_tests.scale.one_machine.units import PROFILE

pytestmark = needs_the_machine
as_users = pytest.mark.skipif(not IS_ROOT, reason="root alone can be several users: run this as root")

if TYPE_CHECKING:
    from uball_assets_tests.scale.postgres_server import PostgresServer

ASSETS = "{ assetNodes { assetKey { path } repository { location { name } } } }"
SWITCH_ON = """mutation($sensor: SensorSelector!) { startSensor(sensorSelector: $sensor) {
    __typename ... on Sensor { sensorState { status } } } }"""
TOLD = ("status", "runs", "costs", "alerts", "report", "why", "plan", "janitor", "instance purge --dry-run")
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    """Running, with a game of each league."""
    machine = Machine()
    try:
        shared, own = "", dict.fromkeys(LEAGUES, "")
        if request.param == "postgres":
            server: PostgresServer = request.getfixturevalue("postgres")
            shared = f"\nUBALL_INSTANCE_URL={server.create('leagues')}\n"
            own = {league: f"UBALL_INSTANCE_URL={as_admitted(server, league)}" for league in LEAGUES}
        set_up(machine, shared, own)
        for league in LEAGUES:
            bring(machine, league, f"{league}-game")
        yield machine
    finally:
        machine.close()


def as_admitted(server: PostgresServer, league: str) -> str:
    """The database's URL for the league's own role, which is shown the league's rows alone."""
    from uball_assets.automation.storing.parting.admitting import admit

    url = server.role(f"uball_{league}", "leagues")
    admit(server.url("leagues"), league, f"uball_{league}", lambda _line: None)
    return url


def test_one_webserver_shows_the_assets_of_both_and_none_is_one_of_both(machine: Machine) -> None:
    owners: dict[str, set[str]] = {}
    for node in ui(machine).ask(ASSETS)["assetNodes"]:
        owners.setdefault("/".join(node["assetKey"]["path"]), set()).add(
            node["repository"]["location"]["name"]
        )
    assert {key.split("/")[0] for key in owners} == set(LEAGUES)
    assert all(owner == {key.split("/")[0]} for key, owner in owners.items())
    assert len(owners) == 2 * sum(key.startswith("north/") for key in owners)


def test_a_sensor_of_one_and_a_person_of_the_other_start_a_run_each(machine: Machine) -> None:
    sensor = {
        "repositoryName": "__repository__",
        "repositoryLocationName": "north",
        "sensorName": "games_sensor",
    }
    answer = ui(machine).ask(SWITCH_ON, sensor=sensor)["startSensor"]
    assert answer["sensorState"]["status"] == "RUNNING"
    ui(machine).backfill(of_league("south", ("raw_videos", "plays")), ["south-game"])
    runs = wait_for("two runs that have ended", lambda: both_ended(machine), 120.0, lambda: seen(machine))
    assert {run.status for run in runs} == {"SUCCESS"}, seen(machine)
    [of_north] = ui(machine).runs(**{".dagster__repository": "__repository__@north"})
    [of_south] = ui(machine).runs(**{".dagster__repository": "__repository__@south"})
    assert (of_north.job_name, of_north.games, of_south.games) == ("game_job", "north-game", "south-game")
    assert set(of_south.assets) == {"south/plays", "south/raw_videos"}
    assert {run.tags["uball/league"] for run in (of_north, of_south)} == set(LEAGUES)


def both_ended(machine: Machine) -> Any:
    runs = ui(machine).runs()
    return runs if len(runs) == 2 and all(run.status in ENDED for run in runs) else None


@pytest.mark.parametrize("league", LEAGUES)
def test_a_league_is_told_of_its_own_games_runs_and_money_alone(machine: Machine, league: str) -> None:
    [other] = set(LEAGUES) - {league}
    for words in TOLD:
        done = machine.ask(league, *words.split())
        assert other not in done.stdout + done.stderr, words
    assert f"{league}-game" in json.dumps(told(machine, league, "status"))
    assert f"{league}-game" in json.dumps(told(machine, league, "runs"))


@pytest.mark.parametrize("league", LEAGUES)
def test_its_pages_show_it_alone_and_are_healthy(machine: Machine, league: str) -> None:
    [other] = set(LEAGUES) - {league}
    machine.start(f"uball-serve@{league}")
    lines = (machine.root / "etc/uball/leagues" / league / "env").read_text().splitlines()
    port = [line for line in lines if line.startswith("UBALL_SERVE_PORT=")][-1].partition("=")[2]
    page = wait_for("pages", lambda: read(f"http://127.0.0.1:{port}/"), 30.0, machine.log)
    jobs = read(f"http://127.0.0.1:{port}/api/jobs")
    assert f"{league}-game" in jobs
    assert other not in jobs + page
    assert wait_for("both parts of Dagster", lambda: runs_there(port), 30.0, machine.log)


def runs_there(port: str) -> bool:
    """Whether its API finds the daemon and, at the webserver, its own code."""
    parts = json.loads(read(f"http://127.0.0.1:{port}/api/health") or "{}").get("parts", {})
    return (parts.get("daemon"), parts.get("code")) == ("ok", "ok")


def read(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - our own http
            return str(answer.read().decode())
    except OSError:
        return ""


@as_users
def test_nothing_of_one_league_can_be_read_from_another_s_code(machine: Machine) -> None:
    """What the south's code may do is what its user may."""
    home = machine.root / "var/lib/uball-league/north"
    [printed] = [
        path
        for path in (machine.root / "var/lib/uball/dagster/compute_logs").iterdir()
        if path.stat().st_uid == machine.ids("uball-north")[0]
    ]
    north = machine.running["uball-league@north"].pid
    secrets = machine.root / "etc/uball/leagues/north/env"
    socket = machine.root / "run/uball-league/north/code.sock"
    for code in (
        f"import os; print(os.listdir({str(home)!r}))",
        f"import os; print(os.listdir({str(printed)!r}))",
        f"import os; print(os.listdir({str(printed.parent)!r}))",
        f"print(open({str(secrets)!r}).read())",
        f"print(open('/proc/{north}/environ').read())",
        f"import socket; socket.socket(socket.AF_UNIX).connect({str(socket)!r}); print('connected')",
    ):
        assert machine.may("south", code).startswith("PermissionError"), code
    assert machine.may("north", f"import os; print(os.listdir({str(home)!r}))").startswith("[")


def test_the_health_of_each_part_is_told(machine: Machine) -> None:
    said = machine.health()
    assert said.returncode == 0, said.stdout
    parts = ("webserver", "daemon", "league north", "league south")
    assert said.stdout.splitlines() == [f"ok    {part}" for part in parts]
    machine.stop("uball-league@south")
    said = machine.health()
    assert said.returncode == 1
    assert "down  league south" in said.stdout


def test_the_workspace_names_each_league_as_its_code_does(machine: Machine) -> None:
    told = yaml.safe_load((machine.root / "etc/uball/workspace.yaml").read_text())["load_from"]
    assert [one["grpc_server"]["location_name"] for one in told] == list(LEAGUES)
    assert yaml.safe_load((PROFILE / "workspace.yaml").read_text()) == {"load_from": None}
