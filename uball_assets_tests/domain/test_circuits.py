"""When a service that fails is left alone, and when it is asked again."""

from __future__ import annotations

from functools import reduce

import pytest

from uball_assets.domain.circuits import CLOSED, Circuit, Rule, State, failed, left_s, state, tried

RULE = Rule(failures_in_a_row=3, wait_s=30.0)
OPENED = reduce(lambda circuit, at_s: failed(circuit, RULE, at_s, "503"), (98.0, 99.0, 100.0), CLOSED)
TRIED = tried(OPENED, 131.0)


@pytest.mark.parametrize(
    ("circuit", "now_s", "expected", "left"),
    [
        (CLOSED, 100.0, State.CLOSED, 0.0),
        (failed(CLOSED, RULE, 99.0, "503"), 100.0, State.CLOSED, 0.0),
        (OPENED, 100.0, State.OPEN, 30.0),
        (OPENED, 129.0, State.OPEN, 1.0),
        (OPENED, 130.0, State.HALF_OPEN, 0.0),
        (TRIED, 132.0, State.HALF_OPEN, 29.0),
        (TRIED, 161.0, State.HALF_OPEN, 0.0),
        (OPENED, 5.0, State.HALF_OPEN, 0.0),
        (failed(TRIED, RULE, 140.0, "503"), 141.0, State.OPEN, 29.0),
        (failed(OPENED, RULE, 120.0, "503"), 121.0, State.OPEN, 9.0),
        (Circuit(failures=5), 100.0, State.CLOSED, 0.0),
        (failed(Circuit(failures=5), RULE, 100.0, "503"), 100.0, State.OPEN, 30.0),
    ],
    ids=[
        "nothing failed",
        "one failure",
        "three in a row",
        "not yet",
        "the wait is over",
        "one tries it, the others wait",
        "who tried never came back",
        "the clock was set back",
        "the try failed",
        "what was asked before fails later",
        "the rule was laxer",
        "the rule is stricter now",
    ],
)
def test_who_may_ask_when(circuit: Circuit, now_s: float, expected: State, left: float) -> None:
    assert state(circuit, RULE, now_s) is expected
    assert left_s(circuit, RULE, now_s) == left


def test_the_last_failure_is_told() -> None:
    assert (OPENED.failures, OPENED.why) == (3, "503")
