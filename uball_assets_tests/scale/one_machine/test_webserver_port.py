"""etc/uball.nft lets nobody at Dagster's webserver but its own users and the leagues' pages."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator

import pytest

from uball_assets_tests.daemon.waiting import wait_for
from uball_assets_tests.scale import machines
from uball_assets_tests.scale.machines import Machine
from uball_assets_tests.scale.one_machine.units import PROFILE

pytestmark = [
    pytest.mark.scale,
    pytest.mark.skipif(not machines.may_be_made(), reason="needs root and iproute2: networks are made"),
    pytest.mark.skipif(shutil.which("nft") is None, reason="needs nftables"),
]

WEBSERVER, PAGES = 3000, 8000
UBALL, NORTH, UBALL_PAGES, NORTHS = 61001, 61002, 61003, 61004
"""Users of webserver and league, groups of pages and league; this machine need not have them."""
LISTEN = "import http.server as s; s.HTTPServer(('', {port}), s.SimpleHTTPRequestHandler).serve_forever()"
ASK = """
import encodings.idna, os, socket
os.setgroups([]); os.setgid({group}); os.setuid({user})
socket.create_connection(('{host}', {port}), 5)
"""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("machine")
    text = (PROFILE / "etc/uball.nft").read_text()
    rules = folder / "rules.nft"
    rules.write_text(
        text.replace("{ root, uball }", f"{{ root, {UBALL} }}").replace(
            "skgid != uball-pages", f"skgid != {UBALL_PAGES}"
        )
    )
    with machines.network():
        machine = Machine(2, folder)
        machine.boot()
        for _ in range(2):  # loaded again, it is there once
            assert machine.start(["nft", "-f", str(rules)], {}).wait() == 0, (folder / "log").read_text()
        for port in (WEBSERVER, PAGES):
            machine.start([sys.executable, "-c", LISTEN.format(port=port)], {})
        wait_for("two listeners", lambda: {WEBSERVER, PAGES} <= machine.listening(), 20)
        yield machine
        machine.kill()


def may(machine: Machine, user: int, group: int, port: int = WEBSERVER, host: str = "127.0.0.1") -> bool:
    code = ASK.format(user=user, group=group, port=port, host=host)
    return machine.start([sys.executable, "-c", code], {}).wait() == 0


def test_webserver_daemon_and_the_pages_may_ask(machine: Machine) -> None:
    assert may(machine, UBALL, UBALL)
    assert may(machine, 0, 0)
    assert may(machine, NORTH, UBALL_PAGES), "the pages' unit has the group"


def test_a_league_s_code_and_any_other_program_may_not(machine: Machine) -> None:
    assert not may(machine, NORTH, NORTHS)
    assert not may(machine, NORTH, UBALL), "in the group of Dagster's files, as every league is"
    assert not may(machine, NORTH, NORTHS, host=machine.address), "by another address of the machine"
    assert not may(machine, 65534, 65534)


def test_nothing_else_of_the_machine_is_touched(machine: Machine) -> None:
    assert may(machine, NORTH, NORTHS, port=PAGES)


def test_the_pages_alone_have_the_group_and_no_user_is_in_it() -> None:
    units = {path.name: path.read_text() for path in (PROFILE / "systemd").glob("*.service")}
    assert [name for name, unit in units.items() if "Group=uball-pages" in unit] == ["uball-serve@.service"]
    users = [path.read_text() for path in (PROFILE / "etc").glob("*.sysusers")]
    lines = [line for text in users for line in text.splitlines() if "uball-pages" in line]
    assert lines == ["g uball-pages - -"]
    assert "uball-pages" not in (PROFILE / "in-league").read_text()
