"""What a check of the doctor finds, and how many are made side by side, each within a limit of time.

Belongs here: findings, and running checks so that none raises, hangs or tells a secret. Not here: what is
checked (the other files of this folder, one a service).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from uball_assets.domain.errors import UballError

LIMIT_S = 25.0
"""How long one check may take; a healthy service answers in a second or two, loading its library in some."""


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAULT = "fault"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    check: str
    """The service and what was tried of it: `videos: list`."""
    state: State
    seen: str
    remedy: str = ""
    """What to do; '' where nothing is."""

    def to_dict(self) -> dict[str, str]:
        return asdict(self)


def ok(check: str, seen: str) -> Finding:
    return Finding(check, State.OK, seen)


def warn(check: str, seen: str, remedy: str) -> Finding:
    return Finding(check, State.WARN, seen, remedy)


def fault(check: str, seen: str, remedy: str) -> Finding:
    return Finding(check, State.FAULT, seen, remedy)


def skipped(check: str, why: str) -> Finding:
    return Finding(check, State.SKIPPED, why)


def refused(check: str, error: UballError) -> Finding:
    """The platform's own errors end in a remedy, after their last semicolon."""
    seen, _, remedy = str(error).rpartition("; ")
    return fault(check, seen or remedy, remedy if seen else "")


@dataclass(frozen=True)
class Check:
    """One service, looked at in steps; the steps' findings come one by one."""

    name: str
    look: Callable[[], Iterable[Finding]]


@dataclass
class _Examination:
    check: Check
    found: list[Finding] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        try:
            self.found.extend(_step_by_step(self.check))
        finally:
            self.is_over.set()


def examine(checks: Sequence[Check], limit_s: float) -> list[Finding]:
    """All findings, in the checks' order; a check that takes longer than `limit_s` is a fault. Never raises.

    What hangs is left behind in a thread that ends with the program.
    """
    running = [_Examination(check) for check in checks]
    until_s = time.monotonic() + limit_s
    for examination in running:
        threading.Thread(target=examination.run, daemon=True).start()
    found = []
    for examination in running:
        is_over = examination.is_over.wait(max(0.0, until_s - time.monotonic()))
        found += list(examination.found)
        if not is_over:
            remedy = "check the network, the proxy and the address, then run this again"
            found.append(fault(examination.check.name, f"no answer within {limit_s:g} s", remedy))
    return found


def _step_by_step(check: Check) -> Iterator[Finding]:
    try:
        yield from check.look()
    except UballError as error:
        yield refused(check.name, error)
    except ImportError:
        yield fault(check.name, "a library of it is not installed", "install it as its own line here says")
    except Exception as error:  # noqa: BLE001 - a doctor that dies tells nothing; the text may hold a secret
        remedy = "this is not foreseen: please report it, with what `uball version` says"
        yield fault(check.name, f"it ended in {type(error).__name__}", remedy)
