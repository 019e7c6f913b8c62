"""Circuits: a service that is down is left alone for a while, and asked again one question at a time.

    closed ──failed so often in a row──► open ──the wait is over──► half-open ──an answer──► closed
                                          ▲                             └──────no answer──────┘ open again

Any answer closes it, a refusal too: a service that refuses is there. Where clocks disagree, or who tried
never came back, it is asked.

Belongs here: when to ask. Not here: what counts as down (`errors.ServiceDown`), where the state is kept
(`adapters.machine.circuits`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True)
class Rule:
    failures_in_a_row: int = 3
    wait_s: float = 30.0
    """From the last failure to the next question; so long, too, is an unanswered try waited for."""


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True)
class Circuit:
    """Of one source. Times in Unix seconds."""

    failures: int = 0
    """In a row."""
    opened_at_s: float | None = None
    tried_at_s: float | None = None
    """When a half-open one was last asked, and has not answered yet."""
    why: str = ""
    """The last failure's message."""


CLOSED = Circuit()


def state(circuit: Circuit, rule: Rule, now_s: float) -> State:
    if circuit.opened_at_s is None:
        return State.CLOSED
    waited = not 0 <= now_s - circuit.opened_at_s < rule.wait_s
    return State.HALF_OPEN if waited else State.OPEN


def left_s(circuit: Circuit, rule: Rule, now_s: float) -> float:
    """Until the source may be asked; 0 for now."""
    found = state(circuit, rule, now_s)
    if found is State.CLOSED or circuit.opened_at_s is None:
        return 0.0
    since_s = circuit.opened_at_s if found is State.OPEN else circuit.tried_at_s
    gone_s = rule.wait_s if since_s is None else now_s - since_s
    return rule.wait_s - gone_s if 0 <= gone_s < rule.wait_s else 0.0


def tried(circuit: Circuit, now_s: float) -> Circuit:
    """A half-open one is asked: the others wait for what comes of it."""
    return replace(circuit, tried_at_s=now_s)


def failed(circuit: Circuit, rule: Rule, now_s: float, why: str) -> Circuit:
    """No answer came. What was asked before it opened and fails later keeps it open no longer."""
    failures = circuit.failures + 1
    opens = failures >= rule.failures_in_a_row and state(circuit, rule, now_s) is not State.OPEN
    return Circuit(failures, now_s if opens else circuit.opened_at_s, None, why)
