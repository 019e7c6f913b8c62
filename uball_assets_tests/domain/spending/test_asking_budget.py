from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from uball_assets.domain.spending.asking_budget import AskingBudget, asking_budget, month_before


def a_bill(subject: str, usd: float, what: str = "answers", month: str = "2026-11") -> dict[str, Any]:
    return {"what": what, "subject": subject, "usd": usd, "estimated_usd": usd, "tokens": 1, "month": month}


BILLS = [
    a_bill("game g1 by v1", 1.0),
    a_bill("game g1, asked again by v1", 0.5),
    a_bill("game g2 by v1", 0.5),
    a_bill("the evaluation set by v1", 3.0),
    a_bill("v2", 4.0, what="training"),
    a_bill("game g3 by v2", 9.0, what="shadow"),
]
OCTOBER = [a_bill("game g0 by v1", 4.0, month="2026-10")]


def test_a_games_answers_are_added_up_and_nothing_else_tells_what_a_game_takes() -> None:
    assert asking_budget(BILLS, [], "2026-11", 20.0) == AskingBudget(left_usd=2.0, game_usd=1.0)


def test_last_months_bills_tell_the_price_and_take_no_money_of_this_one() -> None:
    assert asking_budget(BILLS, OCTOBER, "2026-11", 20.0) == AskingBudget(left_usd=2.0, game_usd=2.0)
    assert asking_budget([], OCTOBER, "2026-11", 20.0) == AskingBudget(left_usd=20.0, game_usd=4.0)


@pytest.mark.parametrize(
    ("left_usd", "game_usd", "games"),
    [
        (2.0, 0.5, 4),
        (1.99, 0.5, 3),
        (0.4, 0.5, 0),
        (0.0, 0.5, 0),
        (2.0, None, 1),
        (0.0, None, 0),
        (0.0, 0.0, 1_000_000),
    ],
)
def test_so_many_games_are_asked_about_as_the_money_is_for(
    left_usd: float, game_usd: float | None, games: int
) -> None:
    assert AskingBudget(left_usd, game_usd).game_count == games


def test_what_is_over_the_ceiling_already_leaves_nothing() -> None:
    assert asking_budget(BILLS, [], "2026-11", 10.0).left_usd == 0.0


def test_the_sentence_says_what_is_left_what_a_game_takes_and_what_ends_the_wait() -> None:
    said = AskingBudget(0.4, 1.5).why_wait
    assert said.startswith("waits for money: $0.40 of the month remain, and a game takes about $1.50")
    assert said.endswith("when the month turns or UBALL_CEILING_MONTH_USD is raised")


@pytest.mark.parametrize(
    ("day", "before"),
    [(date(2026, 11, 29), "2026-10"), (date(2027, 1, 1), "2026-12"), (date(2026, 12, 31), "2026-11")],
)
def test_the_month_before(day: date, before: str) -> None:
    assert month_before(day) == before
