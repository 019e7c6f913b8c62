"""How many games more the month's money lets a model be asked about.

Asking again is not urgent: what people read stands. So it waits for money, instead of failing for the lack of
it, and goes on by itself when the month turns or the ceiling is raised.

Belongs here: the count, and the sentence for a game that waits. Not here: bills (`spending`), the ceiling of
one job (`cost`, refused where it is asked), or whether a game is to be asked again at all
(`domain.serving.asking_again`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from uball_assets.domain.spending.cost import money
from uball_assets.domain.spending.spending import amount_usd, month_of, spent_in, standing

_ASKED_AGAIN = ", asked again"
"""In a bill's subject, of answers that had no form at first: a game's, as the others are."""


@dataclass(frozen=True)
class AskingBudget:
    left_usd: float
    """Of the month's ceiling."""
    game_usd: float | None
    """What a game's answers cost on average, by the bills of this month and the last; None without any."""

    @property
    def game_count(self) -> int:
        """Games that may be asked about now. Where no bill tells a price, one: its bill will."""
        if self.game_usd is None:
            return int(self.left_usd > 0)
        return int(self.left_usd / self.game_usd) if self.game_usd else 1_000_000

    @property
    def why_wait(self) -> str:
        about = "" if self.game_usd is None else f", and a game takes about {money(self.game_usd)}"
        return (
            f"waits for money: {money(self.left_usd)} of the month remain{about}. It goes on when the month "
            "turns or UBALL_CEILING_MONTH_USD is raised"
        )


def month_before(day: date) -> str:
    """`2026-10` in November."""
    return month_of(date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1))


def asking_budget(
    bills: Iterable[Mapping[str, Any]], last_month: Iterable[Mapping[str, Any]], month: str, month_usd: float
) -> AskingBudget:
    """`bills`, `last_month`: the record's `costs` of this month and the last. Permanent for a damaged one."""
    now = list(bills)
    by_game: dict[str, float] = {}
    for bill in standing([*last_month, *now]):
        if bill["what"] == "answers" and bill["subject"].startswith("game "):
            game = bill["subject"].replace(_ASKED_AGAIN, "")
            by_game[game] = by_game.get(game, 0.0) + amount_usd(bill)
    mean = sum(by_game.values()) / len(by_game) if by_game else None
    return AskingBudget(max(0.0, month_usd - spent_in(now, month)), mean)
