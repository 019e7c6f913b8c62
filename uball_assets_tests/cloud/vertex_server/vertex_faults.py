"""Faults on demand: what the test has ordered, and how often it still happens.

Belongs here: the orders. Not here: how a fault looks (`vertex_server` for requests, the jobs for jobs). Each
is `{"kind": …}` in a POST to /control, and happens `times` times (1 if not said):

    refuse            the request is answered `code` (429, 503, …) and nothing is done
    cut               the connection is cut `when`: "before" or "after" the request is acted on
    delay             `seconds` pass "before" or "after"; it is acted on even if the client has gone
    token_expires     the token last seen is answered 401 until another is seen
    job_ends          the next job ends in `state` (JOB_STATE_FAILED if not said) before it has done anything
    job_stuck         the next job stays in the `state` (JOB_STATE_RUNNING if not said) or sub-state for ever,
                      until it is cancelled
    examples_dropped  the next tuning job drops the `share` of its examples
    garbled           an answer breaks off, unless the request holds the model to a schema
    rows_fail         a row of a batch fails
    rows_stuck        a batch answers the `share` of its rows and then stands still until it is cancelled
    no_text           an answer ends for a `reason`: MAX_TOKENS (all of them thoughts), SAFETY, …, or, blocked
                      before it began, PROHIBITED_CONTENT, BLOCKLIST; so many `thoughts` are counted
    nothing_seen      an answer finds no play: `[]`

`on` limits a fault of requests to those whose "METHOD /path" contains it, with stars for what stands between:
"POST */tuningJobs", "POST *:generateContent", "GET"; and one of jobs to "tuningJobs" or
"batchPredictionJobs".
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

from uball_assets_tests.cloud.vertex_server.vertex_wire import Refusal

KINDS = (
    "refuse", "cut", "delay", "token_expires", "job_ends", "job_stuck", "examples_dropped", "garbled",
    "rows_fail", "rows_stuck", "no_text", "nothing_seen",
)  # fmt: skip


@dataclass
class Fault:
    kind: str
    on: str = ""
    times: int = 1
    code: int = 503
    when: str = "before"
    seconds: float = 0.0
    state: str = ""
    share: float = 0.0
    reason: str = "SAFETY"
    thoughts: int = 0
    message: str = "Internal error encountered."


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: list[Fault] = []

    def order(self, asked: list[Mapping[str, Any]]) -> None:
        known = {field.name for field in fields(Fault)}
        for fault in asked:
            if fault.get("kind") not in KINDS or not set(fault) <= known:
                raise Refusal(400, f"no such fault: {fault}; kinds are {KINDS}, fields {sorted(known)}")
            if not re.fullmatch(r"(?:(?:TUNING_)?JOB_STATE_[A-Z_]+)?", fault.get("state", "")):
                raise Refusal(400, f"no such state: {fault}")
        with self._lock:
            self._ordered += [Fault(**fault) for fault in asked]

    def forget(self) -> None:
        with self._lock:
            self._ordered.clear()

    def take(self, kind: str, where: str = "", when: str = "before") -> Fault | None:
        """The first fault of this kind that was ordered for there, once less from now on."""
        with self._lock:
            for fault in self._ordered:
                if fault.kind == kind and fault.when == when and fnmatchcase(where, f"*{fault.on}*"):
                    fault.times -= 1
                    if fault.times < 1:
                        self._ordered.remove(fault)
                    return fault
        return None
