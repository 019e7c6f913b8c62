"""What the record's costs add up to; an estimate counts until a bill takes its place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.spending.spending import Spent, month_of, spending, spent_in


def cost(
    subject: str, usd: float | None, month: str = "2026-11", what: str = "training", **told: Any
) -> dict[str, Any]:
    return {
        "what": what,
        "subject": subject,
        "usd": usd,
        "estimated_usd": 9.0,
        "tokens": 1000,
        "month": month,
    } | told


SEASON = [
    cost("v1", 4.0, "2026-10"),
    cost("v2", 10.0),
    cost("g1", 0.5, what="annotation"),
    cost("g2", 0.25, what="annotation"),
]


def test_spending_is_told_by_month_by_kind_and_by_subject_and_each_adds_up() -> None:
    spent = spending(SEASON)
    assert spent.usd == 14.75
    assert spent.by_month == (
        Spent("2026-10", "training", "", 4.0, 1000, 1, is_final=True),
        Spent("2026-11", "annotation", "", 0.75, 2000, 2, is_final=True),
        Spent("2026-11", "training", "", 10.0, 1000, 1, is_final=True),
    )
    assert [(each.what, each.usd, each.jobs) for each in spent.by_what] == [
        ("annotation", 0.75, 2),
        ("training", 14.0, 2),
    ]
    assert [each.subject for each in spent.by_subject] == ["v2", "v1", "g1", "g2"]
    for summed in (spent.by_month, spent.by_what, spent.by_subject):
        assert sum(each.usd for each in summed) == spent.usd


def test_only_the_month_asked_for_counts_against_its_ceiling() -> None:
    assert spent_in(SEASON, "2026-11") == 10.75
    assert spent_in(SEASON, "2026-12") == 0
    assert month_of(date(2026, 1, 31)) == "2026-01"


@pytest.mark.parametrize(
    ("entries", "usd", "is_final"),
    [
        ([cost("v1", None)], 9.0, False),
        ([cost("v1", None), cost("v1", 4.0)], 4.0, True),
        ([cost("v1", None), cost("v1", None, estimated_usd=3.0)], 3.0, False),
        ([cost("v1", 4.0), cost("v1", 5.0)], 9.0, True),
        ([cost("v1", None), cost("v2", 4.0)], 13.0, False),
        ([cost("v1", None), cost("v1", 4.0, what="annotation")], 13.0, False),
        ([cost("v1", 4.0), cost("v1", None)], 13.0, False),
        ([cost("v1", 0.0)], 0.0, True),
    ],
    ids=[
        "an estimate counts",
        "its bill replaces it",
        "a newer estimate replaces it",
        "two bills are two jobs",
        "another subject's bill does not",
        "another kind's bill does not",
        "a bill keeps its place beside the next job's estimate",
        "a bill of nothing is a bill",
    ],
)
def test_a_job_counts_once(entries: list[dict[str, Any]], usd: float, is_final: bool) -> None:
    spent = spending(entries)
    assert spent.usd == usd
    assert all(each.is_final for each in spent.by_subject) == is_final
    assert spent_in(entries, "2026-11") == usd


@pytest.mark.parametrize(
    "damage", [{"usd": "much"}, {"usd": None, "estimated_usd": None}, {"month": None}, {"what": 3}]
)
def test_a_damaged_entry_is_named_and_never_taken_for_nothing(damage: dict[str, Any]) -> None:
    with pytest.raises(Permanent, match="costs entry 7 on the record is damaged"):
        spent_in([cost("v1", 1.0) | damage | {"number": 7}], "2026-11")


def test_nothing_was_spent_at_first() -> None:
    assert spending([]).usd == 0
    assert spending([]).by_month == ()
