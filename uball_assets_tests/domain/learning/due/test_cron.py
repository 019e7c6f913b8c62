from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dagster._utils.schedules import cron_string_iterator

from uball_assets.domain.errors import Permanent
from uball_assets.domain.learning.due.cron import Cron, next_of

SATURDAY = datetime(2026, 11, 28, 20, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 4 * * 1", "2026-11-30 04:00"),
        ("0 4 * * MON", "2026-11-30 04:00"),
        ("0 3 * * *", "2026-11-29 03:00"),
        ("0 4 1 * *", "2026-12-01 04:00"),
        ("30 20 * * *", "2026-11-28 20:30"),
        ("15 20 * * *", "2026-11-29 20:15"),
        ("*/20 * * * *", "2026-11-28 20:20"),
        ("0 0 29 2 *", "2028-02-29 00:00"),
        ("0 6 * * 7", "2026-11-29 06:00"),
        ("0 6 1 * FRI", "2026-12-01 06:00"),
        ("0 9-17/4 * * MON-FRI", "2026-11-30 09:00"),
    ],
)
def test_the_next_moment_that_a_cron_names(cron: str, expected: str) -> None:
    found = next_of(cron, SATURDAY)
    assert f"{found:%Y-%m-%d %H:%M}" == expected
    assert next_of("off", SATURDAY) is None


@pytest.mark.parametrize(
    "cron", ["0 4 * * 1", "0 3 * * *", "0 4 1 * *", "*/20 5,17 * * *", "0 6 13 * FRI", "0 0 29 2 *"]
)
def test_it_names_the_moments_at_which_dagster_starts(cron: str) -> None:
    ours, theirs = SATURDAY, cron_string_iterator(SATURDAY.timestamp(), cron, "Europe/Vienna")
    zone = ZoneInfo("Europe/Vienna")
    for _ in range(8):
        ours = Cron.parse(cron).next_after(ours.astimezone(zone))
        assert ours == next(theirs)


def test_a_moment_named_is_not_its_own_next_one() -> None:
    at = Cron.parse("0 4 * * *").next_after(SATURDAY)
    assert Cron.parse("0 4 * * *").next_after(at) - at == timedelta(days=1)


@pytest.mark.parametrize(
    "text", ["", "0 4 * *", "60 4 * * 1", "0 4 * * 8", "0 4 31 2 *", "x 4 * * *", "5-1 * * * *"]
)
def test_what_is_no_cron_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(Permanent, match="write"):
        Cron.parse(text)
