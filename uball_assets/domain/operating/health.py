"""Whether the platform works now, part by part: what each part's last word means, and the whole of it.

Belongs here: rules. Not here: looking (`automation.operating.health`), when it is looked
(`services.watching`), what a person is alerted of (`broken`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from uball_assets.domain.operating.broken import OpenRun
from uball_assets.domain.operating.findings import Finding, Level, span_text, worst_first

HEARTBEAT_S = 90.0
"""Dagster's daemon beats every 30 s; Dagster itself calls it healthy for half an hour more."""
LATE_FOOTAGE_S = 8 * 86_400.0
"""The league plays every week."""
LITTLE_MEMORY, LEAST_MEMORY = 0.10, 0.03
"""Of all memory, still to be had."""
_WAITING = ("QUEUED", "NOT_STARTED")


class State(StrEnum):
    """Best first. `starting`: nobody has looked yet."""

    OK = "ok"
    STARTING = "starting"
    DEGRADED = "degraded"
    DOWN = "down"


ESSENTIAL = frozenset({"database", "store", "keys"})
"""Without one of these nothing is served; without another part only what rests on it is missing."""


@dataclass(frozen=True)
class Word:
    """What was seen of a part."""

    state: State
    said: str
    remedy: str = ""
    """What to do; '' where nothing is."""


def overall(states: Mapping[str, State]) -> State:
    """Down only where an essential part is."""
    if any(states[part] is State.DOWN for part in states if part in ESSENTIAL):
        return State.DOWN
    worst = max(states.values(), key=list(State).index, default=State.STARTING)
    return State.DEGRADED if worst is State.DOWN else worst


def judged(word: Word | None, age_s: float, limit_s: float) -> Word:
    """The last word, unless it is so old that the part must hang. `age_s`: since it was said, or since the
    first look began."""
    if age_s > limit_s:
        return Word(State.DOWN, f"no answer for {span_text(age_s)}", "it hangs: look at what it rests on")
    return word or Word(State.STARTING, "not looked at yet")


def of_findings(found: Iterable[Finding], fine: str) -> Word:
    """The worst of them; `fine` where there is none, or only notes."""
    worst = next(iter(worst_first(found)), None)
    if worst is None or worst.level is Level.NOTE:
        return Word(State.OK, fine)
    state = State.DOWN if worst.level is Level.BROKEN else State.DEGRADED
    return Word(state, f"{worst.what}: {worst.why}", worst.remedy)


def of_daemon(heartbeat_s: float | None, now_s: float, runs: Sequence[OpenRun]) -> Word:
    """Without it nothing ticks and nothing queued starts; what is asked and reviewed goes on."""
    start = "start it: `uball dev` on a laptop, the service on a server (docs/cloud.md)"
    waiting = sum(run.status in _WAITING for run in runs)
    waits = f"; {waiting} run{'s wait' if waiting > 1 else ' waits'} for it" if waiting else ""
    if heartbeat_s is None:
        return Word(State.DEGRADED, f"it has never run here{waits}", start)
    silent_s = now_s - heartbeat_s
    if silent_s > HEARTBEAT_S:
        return Word(State.DOWN, f"no heartbeat for {span_text(silent_s)}{waits}", start)
    return Word(State.OK, f"heartbeat {silent_s:.0f} s ago")


def of_queue(runs: Sequence[OpenRun]) -> Word:
    queued, going = sum(run.status in _WAITING for run in runs), len(runs)
    return Word(State.OK, f"{going - queued} runs go on, {queued} wait")


def of_freshness(newest_game_s: float | None, now_s: float) -> Word:
    if newest_game_s is None:
        return Word(State.OK, "no game was processed yet")
    age_s = now_s - newest_game_s
    said = f"the newest game came through {span_text(age_s)} ago"
    if age_s > LATE_FOOTAGE_S:
        return Word(State.DEGRADED, said, "look whether games still arrive: `uball status`")
    return Word(State.OK, said)


def of_memory(available_bytes: float, all_bytes: float) -> Word:
    left = available_bytes / all_bytes
    said = f"{available_bytes / 1e9:.1f} of {all_bytes / 1e9:.1f} GB to be had"
    if left >= LITTLE_MEMORY:
        return Word(State.OK, said)
    state = State.DOWN if left < LEAST_MEMORY else State.DEGRADED
    return Word(state, said, "end what else runs here, or set UBALL_WORKERS lower")
