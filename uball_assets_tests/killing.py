"""Killing work at its n-th write.

The kill is real: a child process ends itself, without clearing up, at its n-th write below a folder. Writes
are what Python itself reports of files (audit events) and every statement that SQLite is given.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

KILLED = 9
_WRITES = {"os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "os.utime", "os.truncate"}


def killed_at(write: int, home: Path, work: Callable[[], object]) -> bool:
    """Whether the work was killed at that write (from 1), rather than done with fewer."""
    child = os.fork()
    if not child:
        try:
            _kill_at(write, home)
            work()
            os._exit(0)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, KILLED)
    return code == KILLED


def _kill_at(write: int, home: Path) -> None:
    left = write

    def count() -> None:
        nonlocal left
        left -= 1
        if not left:
            os._exit(KILLED)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if str(path).startswith(str(home)) and flags & (os.O_WRONLY | os.O_RDWR):
                count()
        elif event in _WRITES and str(arguments[0]).startswith(str(home)):
            count()

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = opened(*arguments, **options)
        connection.set_trace_callback(lambda _: count())
        return connection

    opened, sqlite3.connect = sqlite3.connect, connect  # type: ignore[assignment] # of the child alone
    sys.addaudithook(hook)
