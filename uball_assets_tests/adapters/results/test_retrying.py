"""A source is asked again after 1, 2, 4, 8 and 16 s, and left alone after three failures in a row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from uball_assets.adapters.machine.circuits import CircuitOpen, Circuits
from uball_assets.adapters.results.retrying import Asking, Slower
from uball_assets.domain.circuits import Rule
from uball_assets.domain.errors import Permanent, ServiceDown


class Server:
    """Answers after so many failures."""

    def __init__(self, failures: int, error: Callable[[], Exception] | None = None) -> None:
        self.left, self.asked = failures, 0
        self.error = error or (lambda: ServiceDown("no answer"))

    def __call__(self) -> str:
        self.asked += 1
        if self.left:
            self.left -= 1
            raise self.error()
        return "rows"


def test_the_waits_double_and_the_sixth_try_is_the_last() -> None:
    slept: list[float] = []
    server = Server(failures=9)
    with pytest.raises(ServiceDown):
        Asking(sleep=slept.append)(server)
    assert (slept, server.asked) == ([1, 2, 4, 8, 16], 6)


def test_an_answer_at_the_third_try_is_an_answer() -> None:
    slept: list[float] = []
    assert Asking(sleep=slept.append)(Server(failures=2)) == "rows"
    assert slept == [1, 2]


@pytest.mark.parametrize(("wants_s", "waits_s"), [(0.5, 1.0), (7.0, 7.0), (3600.0, 30.0)])
def test_a_server_that_says_when_is_waited_for_within_bounds(wants_s: float, waits_s: float) -> None:
    slept: list[float] = []
    Asking(sleep=slept.append)(Server(failures=1, error=lambda: Slower("later", wants_s)))
    assert slept == [waits_s]


def test_a_refusal_is_not_asked_again() -> None:
    server = Server(failures=1, error=lambda: Permanent("access is denied"))
    with pytest.raises(Permanent):
        Asking(sleep=lambda _: None)(server)
    assert server.asked == 1


def test_after_three_failures_in_a_row_the_source_is_not_asked(tmp_path: Path) -> None:
    circuits = Circuits(tmp_path, Rule(failures_in_a_row=3, wait_s=60.0))
    ask = Asking(circuits.of("results league"), waits_s=(), sleep=lambda _: None)
    server = Server(failures=9)
    for _ in range(3):
        with pytest.raises(ServiceDown):
            ask(server)
    with pytest.raises(CircuitOpen, match="results league was not asked: it failed 3 times in a row"):
        ask(server)
    assert server.asked == 3
