"""What each part's last word means, and the whole of it."""

from __future__ import annotations

import pytest

from uball_assets.domain.operating.broken import OpenRun, PlatformFacts, broken_platform
from uball_assets.domain.operating.health import (
    State,
    Word,
    judged,
    of_daemon,
    of_findings,
    of_freshness,
    of_memory,
    of_queue,
    overall,
)

NOW_S = 1_000_000.0
WAITS = OpenRun("r1", "game_job", "g1", "QUEUED", NOW_S - 60, None)


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ({}, State.STARTING),
        ({"database": State.OK, "daemon": State.OK}, State.OK),
        ({"database": State.OK, "daemon": State.STARTING}, State.STARTING),
        ({"database": State.OK, "daemon": State.DOWN}, State.DEGRADED),
        ({"database": State.OK, "disk": State.DEGRADED}, State.DEGRADED),
        ({"database": State.DOWN, "daemon": State.OK}, State.DOWN),
        ({"keys": State.DEGRADED, "store": State.DOWN}, State.DOWN),
    ],
)
def test_only_an_essential_part_takes_the_whole_down(states: dict[str, State], whole: State) -> None:
    assert overall(states) is whole


def test_a_word_that_is_too_old_says_that_its_part_hangs() -> None:
    fine = Word(State.OK, "it answers")
    assert judged(fine, 9.0, 10.0) is fine
    assert judged(fine, 11.0, 10.0).state is State.DOWN
    assert judged(None, 1.0, 10.0).state is State.STARTING
    assert judged(None, 11.0, 10.0).state is State.DOWN, "it hangs at its first look"


@pytest.mark.parametrize(
    ("heartbeat_s", "state"),
    [(NOW_S - 89, State.OK), (NOW_S - 91, State.DOWN), (None, State.DEGRADED)],
)
def test_a_daemon_that_is_silent_for_ninety_seconds_is_down(heartbeat_s: float | None, state: State) -> None:
    word = of_daemon(heartbeat_s, NOW_S, [WAITS])
    assert word.state is state
    assert ("1 run waits for it" in word.said) == (state is not State.OK)
    assert bool(word.remedy) == (state is not State.OK)


def test_a_run_that_is_stuck_is_told_with_what_to_do() -> None:
    stuck = OpenRun("r2", "game_job", "g1", "STARTING", NOW_S - 3600, NOW_S - 3600)
    found = list(broken_platform(PlatformFacts(now_s=NOW_S, runs=[stuck])))
    word = of_findings(found, "none is stuck")
    assert word.state is not State.OK
    assert word.remedy
    assert of_findings([], "none is stuck") == Word(State.OK, "none is stuck")


def test_memory_freshness_and_the_queue_are_told_in_numbers() -> None:
    assert of_memory(8e9, 16e9) == Word(State.OK, "8.0 of 16.0 GB to be had")
    assert of_memory(1e9, 16e9).state is State.DEGRADED
    assert of_memory(0.1e9, 16e9).state is State.DOWN
    assert of_freshness(None, NOW_S).state is State.OK
    assert of_freshness(NOW_S - 7 * 86_400, NOW_S).state is State.OK
    assert of_freshness(NOW_S - 9 * 86_400, NOW_S).state is State.DEGRADED
    assert of_queue([WAITS]).said == "0 runs go on, 1 wait"
