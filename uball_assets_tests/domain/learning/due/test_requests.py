from __future__ import annotations

from datetime import date

import pytest

from uball_assets.domain.learning.due.requests import Kind, Request, open_requests, period_of, served_to


def a_request(number: int, kind: Kind = Kind.PERSON, until_s: float | None = None) -> Request:
    return Request(number, kind, "ann", "why", 0.0, until_s, from_base=False)


def test_an_entry_of_before_requests_had_kinds_is_a_persons_without_an_end() -> None:
    entry = {
        "number": 3,
        "by": "ann",
        "why": "w",
        "from_base": True,
        "recorded_at": "2026-11-28T04:00:00+00:00",
    }
    found = Request.from_entry(entry)
    assert (found.kind, found.until_s, found.from_base, found.number) == (Kind.PERSON, None, True, 3)


@pytest.mark.parametrize(
    ("served", "now_s", "opened"),
    [(0, 5.0, [1, 2, 3]), (0, 10.0, [1, 3]), (1, 5.0, [2, 3]), (2, 5.0, [3]), (3, 5.0, [])],
)
def test_a_request_is_open_until_a_model_has_come_of_it_or_its_time_is_over(
    served: int, now_s: float, opened: list[int]
) -> None:
    requests = [a_request(1), a_request(2, Kind.WEEKLY, 10.0), a_request(3, Kind.MONTHLY)]
    found = open_requests(requests, served, now_s)
    kinds = (found.person, found.weekly, found.monthly)
    assert sorted(request.number for request in kinds if request) == opened
    assert found.last == 3
    assert (found.newest.number if found.newest else 0) == max(opened, default=0)


def test_a_later_model_that_nobody_asked_for_opens_no_request_again() -> None:
    assert served_to([{"request": 2}, {"request": 0}, {}]) == 2


@pytest.mark.parametrize(
    ("kind", "period"),
    [(Kind.MONTHLY, "2026-12"), (Kind.WEEKLY, "2026-W53"), (Kind.DAILY, "2026-12-31")],
)
def test_each_kind_has_its_calendar_period(kind: Kind, period: str) -> None:
    assert period_of(kind, date(2026, 12, 31)) == period
