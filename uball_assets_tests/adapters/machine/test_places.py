"""Work shared with other machines: each part once, whatever becomes of a place, and none goes on alone."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from uball_assets.adapters.machine.core_seconds import core_s, took_elsewhere
from uball_assets.adapters.machine.places import share

LONG_S = 20.0
"""Nothing here waits so long unless something is broken."""


@dataclass
class Elsewhere:
    """A place in this process. It waits for `may_begin`, and at each part for `may_do`."""

    fails_at: int | None = None
    may_begin: threading.Event = field(default_factory=threading.Event)
    may_do: threading.Event = field(default_factory=threading.Event)
    is_at_work: threading.Event = field(default_factory=threading.Event)
    is_ended: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> None:
        assert self.may_begin.wait(LONG_S)
        if self.is_ended.is_set():
            raise RuntimeError("it was ended before it began")

    def do(self, work: int) -> str:
        self.is_at_work.set()
        assert self.may_do.wait(LONG_S)
        if self.fails_at is not None:
            raise ConnectionError(f"lost at {work}")
        return f"{work} elsewhere"

    def end(self) -> None:
        self.is_ended.set()
        self.may_begin.set()
        self.may_do.set()


@dataclass
class Told:
    here: list[int] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


def test_whoever_is_free_takes_the_next_part() -> None:
    place, told = Elsewhere(), Told()
    place.may_begin.set()
    place.may_do.set()

    def here(work: int) -> None:
        told.here.append(work)
        assert place.is_ended.wait(LONG_S)  # a slow part: the other machine does the rest meanwhile

    share([1, 2, 3, 4], here, [place], told.elsewhere.append)
    done = [*told.here, *(int(one.split()[0]) for one in told.elsewhere)]
    assert sorted(done) == [1, 2, 3, 4]
    assert len(told.elsewhere) >= 3


def test_a_place_that_never_comes_is_not_waited_for() -> None:
    """Every node is full of runs."""
    place, told = Elsewhere(), Told()
    share([1, 2, 3], told.here.append, [place], told.elsewhere.append)
    assert (told.here, told.elsewhere) == ([1, 2, 3], [])
    assert place.is_ended.is_set()


def test_a_place_that_is_lost_takes_no_more_and_its_part_is_left_to_the_caller() -> None:
    place, told = Elsewhere(fails_at=1), Told()
    place.may_begin.set()
    place.may_do.set()

    def here(work: int) -> None:
        assert place.is_ended.wait(LONG_S)
        told.here.append(work)

    share([1, 2, 3, 4], here, [place], told.elsewhere.append)
    assert (len(told.here), told.elsewhere) == (3, [])


def test_the_last_part_of_a_place_is_waited_for() -> None:
    place, told = Elsewhere(), Told()
    place.may_begin.set()

    def here(work: int) -> None:
        assert place.is_at_work.wait(LONG_S)
        told.here.append(work)
        threading.Timer(0.05, place.may_do.set).start()

    share([1, 2], here, [place], told.elsewhere.append)
    assert (len(told.here), len(told.elsewhere)) == (1, 1)


def test_what_fails_here_or_is_cancelled_ends_every_place() -> None:
    places = [Elsewhere(), Elsewhere()]
    places[0].may_begin.set()

    def here(_: int) -> None:
        assert places[0].is_at_work.wait(LONG_S)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        share([1, 2, 3], here, places, lambda _: None)
    assert all(place.is_ended.is_set() for place in places)


def test_core_seconds_of_other_machines_count() -> None:
    before_s = core_s()
    took_elsewhere(1000.0)
    assert 1000.0 <= core_s() - before_s < 1010.0
