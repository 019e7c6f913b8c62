"""A result that is late is a finding, in playoffs a broken thing, and is over when it came."""

from __future__ import annotations

from datetime import date

from uball_assets.domain.league.gaps import Gap, Missing
from uball_assets.domain.operating.findings import Level
from uball_assets.domain.operating.late_results import late_entry, late_findings

DAY = date(2026, 3, 17)
SOON = Gap(DAY, Missing.LINES, "g1", is_late=False)
LATE = Gap(DAY, Missing.RESULT, "g2", is_late=True)
PLAYOFFS = Gap(DAY, Missing.RESULT, "g3", is_late=True, is_of_playoffs=True)


def test_each_late_result_is_a_finding_and_in_playoffs_something_is_broken() -> None:
    found = late_findings(late_entry([SOON, LATE, PLAYOFFS]))
    assert [(one.key, one.level) for one in found] == [
        ("late result:g2", Level.WARNING),
        ("late result:g3", Level.BROKEN),
    ]
    assert found[0].why == "game g2 of 2026-03-17 is over and has no result"


def test_nothing_late_is_no_finding() -> None:
    assert late_findings(late_entry([SOON])) == late_findings(None) == []


def test_a_source_that_is_away_for_long_does_not_fill_the_record() -> None:
    entry = late_entry([Gap(DAY, Missing.RESULT, f"g{number}", is_late=True) for number in range(500)])
    assert (len(entry["late"]), entry["count"]) == (50, 500)
