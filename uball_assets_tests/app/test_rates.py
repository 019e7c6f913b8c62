"""How often one may ask: so many requests in any minute, whoever else asks."""

from __future__ import annotations

from uball_assets.app.guard.rates import Rates


class Clock:
    now_s = 1000 * 60.0

    def __call__(self) -> float:
        return self.now_s


def test_so_many_a_minute_and_no_more() -> None:
    rates = Rates(3, Clock())
    assert [rates.wait_s("ana") for _ in range(5)] == [0, 0, 0, 60, 60]
    assert rates.wait_s("ben") == 0


def test_the_minute_slides() -> None:
    clock = Clock()
    rates = Rates(4, clock)
    clock.now_s += 45
    assert [rates.wait_s("ana") for _ in range(5)] == [0, 0, 0, 0, 15]
    clock.now_s += 15
    assert rates.wait_s("ana") > 0, "the turn of a minute gives nothing away"
    clock.now_s += 30
    assert [rates.wait_s("ana") for _ in range(3)] == [0, 0, 30]
    clock.now_s += 120
    assert rates.wait_s("ana") == 0


def test_who_asks_no_more_is_forgotten() -> None:
    clock = Clock()
    rates = Rates(1, clock)
    for who in range(1000):
        rates.wait_s(str(who))
    clock.now_s += 120
    rates.wait_s("ana")
    assert len(rates._counts) == 1
