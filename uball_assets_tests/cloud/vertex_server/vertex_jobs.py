"""Jobs of the fake Vertex AI: their life from queued to ended, whatever they do in between.

Belongs here: states, times, cancelling, listing. Not here: the work (`vertex_tuning`, `vertex_batch`).
"""

from __future__ import annotations

import threading
from typing import Any

from uball_assets_tests.cloud.vertex_server.vertex_dataset import JobFailed
from uball_assets_tests.cloud.vertex_server.vertex_faults import Fault
from uball_assets_tests.cloud.vertex_server.vertex_models import now, numbered
from uball_assets_tests.cloud.vertex_server.vertex_wire import Refusal

ENDED = frozenset(
    f"JOB_STATE_{end}" for end in ("SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED", "PARTIALLY_SUCCEEDED")
)
PAGE_SIZE = 5
"""Small, so that every listing of a few jobs has pages; a page may always be shorter than was asked for."""


class Cancelled(Exception):  # noqa: N818 - an end, not a fault
    pass


class Job:
    """One job in a thread of its own; `work` is what its kind does. It ends by itself or is cancelled."""

    def __init__(self, name: str, fields: dict[str, Any], state_s: float) -> None:
        self.name = name
        self.ordered_end: Fault | None = None
        self.ordered_stop: Fault | None = None
        self._state_s = state_s
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._view = {"name": name, **fields, "state": "JOB_STATE_QUEUED", "createTime": now()}

    def start(self) -> None:
        threading.Thread(target=self._live, name=self.name, daemon=True).start()

    def view(self) -> dict[str, Any]:
        with self._lock:
            return dict(self._view)

    def cancel(self) -> None:
        if self.view()["state"] in ENDED:
            raise Refusal(400, f"{self.name} has already ended.", "FAILED_PRECONDITION")
        self._cancelled.set()

    def stop(self) -> None:
        self._cancelled.set()

    def say(self, **fields: Any) -> None:
        with self._lock:
            self._view |= fields | {"updateTime": now()}

    def go_to(self, state: str, **fields: Any) -> None:
        """Into a state, or a sub-state of running, and on after its time; never out of one it is stuck in."""
        entered = {"tuningJobState": state} if state.startswith("TUNING_") else {"state": state}
        if state == "JOB_STATE_RUNNING":
            fields["startTime"] = now()
        self.say(**entered, **fields)
        stuck_in = self.ordered_stop and (self.ordered_stop.state or "JOB_STATE_RUNNING")
        self.heed_cancel(None if state == stuck_in else self._state_s)

    def heed_cancel(self, wait_s: float | None = 0.0) -> None:
        if self._cancelled.wait(wait_s):
            raise Cancelled

    def work(self) -> str:
        """Does it, and says the state it ends in."""
        raise NotImplementedError

    def clean_up(self) -> None:
        """After every end."""

    def _live(self) -> None:
        try:
            self.go_to("JOB_STATE_QUEUED")
            self.go_to("JOB_STATE_PENDING")
            if self.ordered_end:
                self._end(self.ordered_end.state or "JOB_STATE_FAILED", 13, self.ordered_end.message)
            else:
                self._end(self.work())
        except Cancelled:
            self._end("JOB_STATE_CANCELLED", 1, "The job was cancelled by the user.")
        except JobFailed as failed:
            self._end("JOB_STATE_FAILED", failed.status["code"], failed.status["message"])
        except Exception as error:  # noqa: BLE001 - a fault of this server must end the job, not hang it
            self._end("JOB_STATE_FAILED", 13, f"Internal error: {error!r}")
        finally:
            self.clean_up()

    def _end(self, state: str, code: Any = 0, message: Any = "") -> None:
        error = {"error": {"code": code, "message": message}} if code else {}
        self.say(state=state, endTime=now(), **error)


class Jobs:
    """All jobs of a kind, as they were made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def add(self, job: Job) -> dict[str, Any]:
        with self._lock:
            self._jobs[job.name] = job
        made = job.view()
        job.start()
        return made

    def get(self, name: str) -> Job:
        with self._lock:
            job = self._jobs.get(numbered(name))
        if job is None:
            raise Refusal(404, f"The job {name} does not exist.")
        return job

    def all(self) -> list[Job]:
        with self._lock:
            return list(self._jobs.values())

    def forget(self) -> None:
        for job in self.all():
            job.stop()
        with self._lock:
            self._jobs.clear()

    def page(self, parent: str, query: dict[str, str]) -> tuple[list[dict[str, Any]], str | None]:
        """Newest first, those of one location; `filter` knows `labels.key=value` and `state=…`, with AND."""
        found = [job.view() for job in reversed(self.all()) if job.name.startswith(f"{numbered(parent)}/")]
        found = [view for view in found if _matches(view, query.get("filter", ""))]
        try:
            begin, wanted = int(query.get("pageToken") or 0), int(query.get("pageSize") or PAGE_SIZE)
        except ValueError:
            raise Refusal(400, "pageToken or pageSize is invalid.") from None
        end = begin + min(wanted, PAGE_SIZE)
        return found[begin:end], str(end) if end < len(found) else None


def _matches(view: dict[str, Any], wanted: str) -> bool:
    for term in filter(None, wanted.split(" AND ")):
        field, sign, value = term.partition("=")
        field, value = field.strip(), value.strip().strip('"')
        if not sign or not (field == "state" or field.startswith("labels.")):
            raise Refusal(400, f"Invalid filter: {term}")
        kept = view.get("labels", {}).get(field[7:]) if field.startswith("labels.") else view["state"]
        if kept != value:
            return False
    return True
