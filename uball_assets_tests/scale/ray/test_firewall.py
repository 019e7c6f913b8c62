"""firewall.nft lets the cluster's machines at Ray's ports, and nobody else."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from uball_assets_tests.daemon.waiting import wait_for
from uball_assets_tests.scale import machines
from uball_assets_tests.scale.machines import HUB, Machine

pytestmark = [
    pytest.mark.scale,
    pytest.mark.skipif(not machines.may_be_made(), reason="needs root and iproute2: networks are made"),
    pytest.mark.skipif(shutil.which("nft") is None, reason="needs nftables"),
]

FIREWALL = Path(__file__).parents[3] / "deploy" / "ray" / "firewall.nft"
RAYS, OTHER = (6379, 8265, 20500), 8000
LISTEN = "import http.server as s; s.HTTPServer(('', {port}), s.SimpleHTTPRequestHandler).serve_forever()"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """With the firewall, and something that listens on each port of these; the cluster is the node alone."""
    folder = tmp_path_factory.mktemp("node")
    with machines.network():
        node = Machine(2, folder)
        node.boot()
        rules = folder / "firewall.nft"
        text = FIREWALL.read_text()
        assert "10.0.0.0/24" in text
        rules.write_text(text.replace("10.0.0.0/24", f"{node.address}/32"))
        assert node.start(["nft", "-f", str(rules)], {}).wait() == 0, (folder / "log").read_text()
        for port in (*RAYS, OTHER):
            node.start([sys.executable, "-c", LISTEN.format(port=port)], {})
        wait_for("four listeners", lambda: {*RAYS, OTHER} <= node.listening(), 20)
        yield node
        node.kill()


def reaches(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), timeout=0.5):
            return True
    except OSError:
        return False


def test_a_stranger_reaches_none_of_rays_ports_and_what_else_there_is(node: Machine) -> None:
    assert [reaches(node.address, port) for port in (*RAYS, OTHER)] == [False, False, False, True]


def test_a_machine_of_the_cluster_reaches_them(node: Machine) -> None:
    ask = f"import socket; [socket.create_connection(('{node.address}', port), 5) for port in {RAYS}]"
    assert node.start([sys.executable, "-c", ask], {}).wait() == 0


def test_a_stranger_that_belongs_to_the_cluster_is_let_in(node: Machine) -> None:
    add = ["nft", "add", "element", "inet", "uball_ray", "cluster", f"{{ {HUB}/32 }}"]
    assert node.start(add, {}).wait() == 0
    assert all(reaches(node.address, port) for port in RAYS)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = (FIREWALL.parent / "uball-ray@.service").read_text()
    (tmp_path / "uball-ray@worker.service").write_text(unit.replace("/opt/uball", str(FIREWALL.parents[2])))
    words = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "uball-ray@worker.service")]
    said = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
