"""The deploy/ray profile at work: a platform and a Postgres at the hub, Ray's head and workers on machines.

Each node has a home of its own; videos, plays, the record and the models lie where all of them reach them.

Belongs here: starting all that, and its settings. Not here: what happens to it (`test_season`).
"""

from __future__ import annotations

import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from uball_assets_tests.daemon.platform import CHECKOUT, Platform
from uball_assets_tests.daemon.waiting import wait_for
from uball_assets_tests.scale.machines import Machine
from uball_assets_tests.scale.postgres_server import PostgresServer

PROFILE = CHECKOUT / "deploy" / "ray"
PORTS = {*range(6379, 6389), 8265, *range(20000, 21000)}
"""All that a node listens on, as node.sh has fixed it and firewall.nft knows it."""
QUICK = {
    "lease_s: 60 ": "lease_s: 15 ",
    "poll_interval_seconds: 10": "poll_interval_seconds: 3",
    "start_timeout_seconds: 900": "start_timeout_seconds: 120",
    "user_code_failure_retry_delay: 10": "user_code_failure_retry_delay: 3",
}
"""Of the profile: a league waits a minute for what a test waits seconds for."""
_START_S = 60.0


@dataclass
class Cluster:
    """Made within `machines.network()`; its folder becomes the platform's."""

    platform: Platform
    postgres: PostgresServer
    head: Machine
    workers: list[Machine]
    token_file: Path

    @classmethod
    def build(
        cls, folder: Path, machines: Path, settings: Mapping[str, str], postgres: PostgresServer, workers: int
    ) -> Cluster:
        head, *others = (Machine(number, machines / f"node{number}") for number in range(2, workers + 3))
        machines.mkdir(parents=True, exist_ok=True)
        token_file = machines / "token"
        token_file.write_text(secrets.token_hex(32))
        token_file.chmod(0o600)
        ours = {
            **settings,
            "UBALL_INSTANCE_URL": postgres.url(),
            "RAY_API_SERVER_ADDRESS": f"http://{head.address}:8265",
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN_PATH": str(token_file),
        }
        platform = Platform(folder, ours)
        profile = (PROFILE / "dagster.yaml").read_text()
        for slow, quick in QUICK.items():
            assert slow in profile, slow
            profile = profile.replace(slow, quick)
        slots = f"max_concurrent_runs: {max(workers, 2)}"
        (folder / "dagster.yaml").write_text(profile.replace("max_concurrent_runs: 3", slots))
        return cls(platform, postgres, head, others, token_file)

    def start(self) -> None:
        """Returns when the head knows every worker and the platform answers."""
        for number, machine in enumerate((self.head, *self.workers), start=1):
            self.boot(machine)  # one by one: Ray gives a part of itself fifteen seconds to start
            wait_for(f"{number} nodes", partial(self._has, number), _START_S, self.log_tail)
        self.platform.start()

    def keep_up(self) -> None:
        """As systemd does: `dagster dev` ends when one of its own has ended, and is started again."""
        process = self.platform.process
        if process is not None and process.poll() is not None:
            self.platform.start()

    def boot(self, machine: Machine) -> None:
        """As a machine does that has power again: its unit starts its node."""
        machine.boot()
        is_head = machine is self.head
        home = self.platform.home
        shared = {
            "UBALL_VIDEOS_URL": str(home / "videos"),
            "UBALL_TRAINING_URL": str(home / "training"),
            "UBALL_WAREHOUSE_URL": str(home / "warehouse"),
            "UBALL_PLAYS_URL": f"sqlite:///{home / 'plays.db'}",
        }
        own = {
            "DAGSTER_HOME": str(self.platform.folder),
            "UBALL_HOME": str(machine.folder / "home"),
            "NODE_ADDRESS": machine.address,
            "HEAD_ADDRESS": self.head.address,
            "NODE_CPUS": "0" if is_head else "1",
            "PATH": f"{CHECKOUT}/.venv/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        }
        role = "head" if is_head else "worker"
        keep = f"while true; do {PROFILE / 'node.sh'} {role}; sleep 1; done"  # as systemd's Restart=always
        machine.start(["sh", "-c", keep], {**self.platform.settings, **shared, **own})

    def _has(self, nodes: int) -> bool:
        """So many live, as the head says."""
        try:
            return self._asked("/nodes?view=summary").count('"state":"ALIVE"') == nodes
        except OSError:
            return False

    def _asked(self, path: str) -> str:
        headers = {"Authorization": f"Bearer {self.token_file.read_text()}"}
        asked = urllib.request.Request(f"http://{self.head.address}:8265{path}", headers=headers)
        with urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310 - always our own http
            return str(answer.read().decode()).replace(" ", "")

    def open_ports(self) -> set[int]:
        """Of all machines."""
        return set[int]().union(*(machine.listening() for machine in (self.head, *self.workers)))

    def status_without_token(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://{self.head.address}:8265{path}", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def stop(self) -> None:
        self.platform.stop()
        for machine in (self.head, *self.workers):
            machine.kill()

    def log_tail(self) -> str:
        logs = [machine.folder / "log" for machine in (self.head, *self.workers)]
        return "\n".join(f"{log}:\n{log.read_text(errors='replace')[-1500:]}" for log in logs if log.exists())
