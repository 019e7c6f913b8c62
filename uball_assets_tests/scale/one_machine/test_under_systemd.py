"""deploy/one-machine under a real systemd: its README's own commands on a machine that is booted for it.

The tests build on each other, in their order: a newcomer sets it up, a game comes in, the power is cut.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from uball_assets_tests.daemon.waiting import wait_for
from uball_assets_tests.scale.one_machine.at_work import filmed
from uball_assets_tests.scale.one_machine.booted import Booted, why_not
from uball_assets_tests.scale.one_machine.units import PROFILE

pytestmark = [pytest.mark.scale, pytest.mark.skipif(bool(why_not()), reason=why_not())]
HERE = "cd /opt/uball/deploy/one-machine"
SERVICES = (
    "uball-webserver",
    "uball-daemon",
    "uball-league@north",
    "uball-serve@north",
    "uball-health.timer",
)
PATIENCE_S = 120.0
QUICK = {
    "poll_interval_seconds: 10": "poll_interval_seconds: 3",
    "timeout_seconds: 180": "timeout_seconds: 60",
}
"""Of dagster.yaml: a league waits minutes for what a test waits seconds for."""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Booted]:
    machine = Booted(tmp_path_factory.mktemp("booted"))
    try:
        machine.boot()
        yield machine
    finally:
        machine.close()


def commands(first: str, end_of_git: str) -> str:
    """Those of the README's block that begins so, without what makes a checkout and its environment."""
    readme = (PROFILE / "README.md").read_text()
    [block] = re.findall(rf"```sh\n( *{first}.+?)```", readme, re.DOTALL)
    lines = str(block).splitlines()
    [last] = [number for number, line in enumerate(lines) if line.strip().startswith(end_of_git)]
    kept = [line for line in lines[: last + 1] if "git" not in line and "make" not in line]
    return "cd /opt/uball\n" + "\n".join(kept + lines[last + 1 :])


def services(machine: Booted) -> list[str]:
    return machine.run(f"systemctl is-active {' '.join(SERVICES)} || true").stdout.split()


def is_healthy(machine: Booted) -> bool:
    return machine.run("systemctl start uball-health").returncode == 0


def journal(machine: Booted) -> str:
    return machine.run("journalctl --no-pager -o cat -n 60 -u 'uball-*'").stdout


def asked(machine: Booted, words: str) -> Any:
    done = machine.run(f"{HERE}; ./in-league north uball {words} --json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def has_succeeded(machine: Booted, game: str) -> bool:
    runs = asked(machine, "runs")["ended"]
    return any(run["game_id"] == game and run["outcome"] == "succeeded" for run in runs)


def is_cutting(machine: Booted) -> bool:
    return any(run["started_at_s"] for run in asked(machine, "runs")["going"] if run["job"] == "game_job")


def test_who_follows_the_readme_has_a_league_that_is_well(machine: Booted) -> None:
    done = machine.run(commands("git clone", "make venv"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert services(machine) == ["active"] * len(SERVICES)
    wait_for("health", lambda: is_healthy(machine), PATIENCE_S, lambda: journal(machine))
    look = "from urllib.request import urlopen; print(urlopen('http://127.0.0.1:8000/api/health').status)"
    assert machine.run(f'/opt/uball/.venv/bin/python -c "{look}"').stdout == "200\n"


def test_a_service_may_write_to_its_own_folders_alone(machine: Booted) -> None:
    """Tried in what its own process sees, as its user."""
    enter = "nsenter -t $(systemctl show -P MainPID uball-league@north) --mount --wd=/"
    user = "setpriv --reuid=uball-north --regid=uball-north --init-groups"
    for place in ("/opt/uball", "/etc", "/var/lib", "/usr", "/etc/uball/leagues/north"):
        assert machine.run(f"{enter} {user} touch {place}/it").returncode, place
    for place in ("/var/lib/uball-league/north", "/var/log/uball-league/north", "/var/lib/uball/dagster"):
        done = machine.run(f"{enter} {user} touch {place}/it && {enter} {user} rm {place}/it")
        assert done.returncode == 0, done.stderr
    assert machine.run(f"{enter} {user} cat /etc/uball/leagues/north/env").returncode
    status = machine.run("cat /proc/$(systemctl show -P MainPID uball-league@north)/status").stdout
    assert re.search(r"^NoNewPrivs:\s1$", status, re.MULTILINE)
    assert re.search(r"^Seccomp:\s2$", status, re.MULTILINE)
    assert re.search(r"^CapBnd:\s0+$", status, re.MULTILINE)


def test_a_new_version_comes_as_the_readme_says_and_keeps_what_was_changed_here(machine: Booted) -> None:
    etc = machine.root / "etc/uball"
    text = (etc / "dagster.yaml").read_text()
    for slow, quick in QUICK.items():
        assert slow in text
        text = text.replace(slow, quick)
    (etc / "dagster.yaml").write_text(text)
    with (etc / "shared.env").open("a") as lines:
        lines.write("UBALL_AUTOMATION_ON=true\n")
    with (etc / "leagues/north/env").open("a") as lines:
        lines.write("UBALL_SENSOR_INTERVAL_S=3\nUBALL_ATTEMPT_BACKOFF_S=1\n")
    done = machine.run(commands("systemctl stop", "git pull"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "dagster.yaml stays" in done.stdout
    assert (etc / "dagster.yaml").read_text() == text
    assert services(machine) == ["active"] * len(SERVICES)


def test_a_game_comes_in_and_the_daemon_has_it_cut(machine: Booted) -> None:
    filmed(machine.root / "srv/game")
    done = machine.run(
        f"{HERE}; ./in-league north uball import /srv/game --game-id first --plays /srv/game/plays.csv"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    wait_for(
        "a run that succeeded", lambda: has_succeeded(machine, "first"), PATIENCE_S, lambda: journal(machine)
    )


def test_after_a_power_cut_all_comes_back_and_goes_on(machine: Booted) -> None:
    machine.run(
        f"{HERE}; ./in-league north uball import /srv/game --game-id second --plays /srv/game/plays.csv"
    )
    wait_for("a run that goes", lambda: is_cutting(machine), PATIENCE_S, lambda: journal(machine))
    machine.cut_the_power()
    machine.boot()
    assert services(machine) == ["active"] * len(SERVICES)
    wait_for(
        "a run that succeeded", lambda: has_succeeded(machine, "second"), PATIENCE_S, lambda: journal(machine)
    )
    wait_for("health", lambda: is_healthy(machine), PATIENCE_S, lambda: journal(machine))
