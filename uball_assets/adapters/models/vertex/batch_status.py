"""What a batch on Vertex AI says of itself: under way, at its end, or hanging.

Belongs here: states and what each means for its answers. Not here: asking for the job (`batch`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from uball_assets.adapters.models.vertex.errors import LASTING_CODES, plain_words
from uball_assets.domain.errors import Permanent, Transient, UballError

_WITH_ANSWERS = frozenset({"SUCCEEDED", "PARTIALLY_SUCCEEDED", "EXPIRED"})
"""Ends after which rows can be read. One that expired was too slow: what it has answered is paid and good."""
_ENDS = _WITH_ANSWERS | {"FAILED", "CANCELLED", "PAUSED"}
"""Every other state is one on the way: queued, pending, running, updating, cancelling."""
_QUEUE = timedelta(hours=72)
"""So long a batch may wait before it begins (Google: "Batch inference with Gemini")."""


def is_under_way(job: Any) -> bool:
    return _state(job) not in _ENDS


def lives(job: Any) -> bool:
    """Whether it may still have answers; a paused one may be resumed."""
    return (is_under_way(job) and _state(job) != "CANCELLING") or _state(job) == "PAUSED"


def has_answers(job: Any) -> bool:
    """Whether some of its rows were answered; of one that did not expire, unless it says that none were."""
    stats = job.completion_stats
    counted = stats.successful_count if stats else None
    if _state(job) == "EXPIRED":
        return bool(counted)
    none_at_all = stats and not counted and (stats.failed_count or stats.incomplete_count)
    return _state(job) in _WITH_ANSWERS and not none_at_all


def done_count(job: Any) -> int:
    """Of its rows, those that are answered or have failed, as far as it has told."""
    stats = job.completion_stats
    return int(stats.successful_count or 0) + int(stats.failed_count or 0) if stats else 0


def no_answers(job: Any, subject: str) -> UballError:
    """Why an ended job has none."""
    state, again = _state(job), "run it again to submit it anew"
    if state == "PAUSED":
        return Permanent(f"{subject} was paused: resume or cancel {job.name}, then run it again")
    if state == "CANCELLED":
        return Permanent(f"{subject} was cancelled by somebody: {again}")
    if state == "EXPIRED":
        return Transient(f"{subject} expired before anything was answered: {again}")
    if state in _WITH_ANSWERS:
        return Permanent(
            f"{subject} ended without a single answer: see `status` in its rows, and whether the service's "
            f"agent may read and write the bucket; then {again}"
        )
    why = f"it failed ({plain_words(job.error.message) if job.error else 'no reason is told'})"
    if job.error and job.error.code in LASTING_CODES:
        return Permanent(f"{subject}: {why}; correct what is wrong, then {again}")
    return Transient(f"{subject}: {why}; {again}")


class Watch:
    """Since when a job has shown nothing new: no other state, count or update, no more bytes written."""

    def __init__(self, stuck_after_s: float) -> None:
        self._stuck_after = timedelta(seconds=stuck_after_s)
        self._seen: tuple[Any, ...] = ()
        self._since: datetime | None = None

    def look(self, job: Any, written_bytes: int, now: datetime) -> tuple[str, float | None]:
        """What is new, in words, '' if nothing; and after how many seconds it counts as hanging, if it does.

        At the first look the service's own last word counts, so that time goes on when a process dies; but a
        job that has begun to write may well write on.
        """
        seen = (_state(job), job.update_time, str(job.completion_stats), written_bytes)
        state_text = "" if self._seen[:1] == seen[:1] else f"is {seen[0].lower()}"
        if seen != self._seen:
            is_first = not self._seen and not written_bytes
            self._since = min(job.update_time or now, now) if is_first else now
            self._seen = seen
        unchanged = now - (self._since or now)
        patience = self._stuck_after if seen[0] == "RUNNING" else max(self._stuck_after, _QUEUE)
        return state_text, unchanged.total_seconds() if unchanged >= patience else None


def _state(job: Any) -> str:
    """Without `JOB_STATE_`; a state that this library does not know yet is one on the way."""
    name = getattr(job.state, "name", None) or str(job.state or "UNSPECIFIED")
    return name.removeprefix("JOB_STATE_")
