"""Bills: what a paid model may cost, refused before it is asked, and what it did cost, on the record.

Belongs here: estimate, ceiling and bill, for answers and trainings alike. Not here: prices and ceilings
(`domain.spending.cost`) or the sums (`domain.spending.spending`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.domain.spending.answer_cost import Tokens, Way, answers_usd, estimated_tokens
from uball_assets.domain.spending.base_models import base_model
from uball_assets.domain.spending.cost import Ceilings, Price, refuse_over, refuse_shadow_over
from uball_assets.domain.spending.spending import month_of, spent_in

COSTS = "costs"
"""The kind of entry (`domain.spending.spending`)."""


@dataclass(frozen=True)
class Bills:
    registry: Registry
    prices: Sequence[Price]
    ceilings: Ceilings
    media_resolution: str
    way: Way
    """How a game's worth of questions is asked."""
    now: Callable[[], datetime]
    ceiling_shadow_usd: float = 50.0
    """What answers that nobody uses may cost in a month."""
    is_shadow: bool = False

    def for_shadow(self) -> Bills:
        """The bills of answers that are only compared: a kind of their own, with a ceiling of its own."""
        return replace(self, is_shadow=True)

    def allow_answers(
        self, base_name: str, durations_s: Sequence[float], prompt_letters: int, what: str
    ) -> float:
        """The estimate, USD. Permanent, with the numbers, for one over a ceiling, or an unknown price."""
        base = base_model(base_name)
        tokens = estimated_tokens(durations_s, prompt_letters, base, self.media_resolution, self.way)
        estimated_usd = answers_usd([tokens], base, self.prices)
        self.allow(estimated_usd, what)
        return estimated_usd

    def allow(self, estimated_usd: float, what: str) -> None:
        """Permanent, with the numbers, for an estimate over a ceiling; for what is free no bill is read."""
        if estimated_usd and self.is_shadow:
            refuse_shadow_over(estimated_usd, self._shadow_this_month_usd, self.ceiling_shadow_usd, what)
        if estimated_usd:
            refuse_over(estimated_usd, self.spent_this_month_usd, self.ceilings, what)

    def enter_answers(
        self,
        base_name: str,
        tokens: Sequence[Tokens],
        estimated_usd: float | None,
        subject: str,
        key: str,
        ended: Literal["", "cancelled"] = "",
    ) -> Entry | None:
        """The bill of what was answered, once for each `key`; none where nothing is charged, unless it was
        cancelled."""
        if not tokens and not ended:
            return None
        amount = answers_usd(tokens, base_model(base_name), self.prices)
        count = sum(each.input + each.output for each in tokens)
        more = {"ended": ended} if ended else {}
        return self._enter(self._answers, subject, amount, estimated_usd, count, key, **more)

    def expect_training(self, model_name: str, job_id: str, tokens: int, estimated_usd: float | None) -> None:
        """Counts against the month's ceiling until the bill takes its place."""
        self._enter("training", model_name, None, estimated_usd, tokens, f"{job_id}:estimate")

    def enter_training(self, model_name: str, job_id: str, tokens: int, amount_usd: float) -> None:
        """What a job took, however it ended, once for each job; none where nothing is charged.

        A job that was not charged after all clears its estimate.
        """
        if tokens or self.registry.find(COSTS, f"training:{job_id}:estimate"):
            self._enter("training", model_name, amount_usd, None, tokens, job_id)

    def enter_cancelled(self, model_name: str, job_id: str, tokens: int, amount_usd: float | None) -> Entry:
        """The bill of a job that a person cancelled, beside its estimate; None where the service tells none
        yet: then the estimate stands until `enter_training`."""
        expected = self.registry.find(COSTS, f"training:{job_id}:estimate")
        estimated_usd = expected["estimated_usd"] if expected else 0.0
        key = job_id if amount_usd is not None else f"{job_id}:cancelled"
        return self._enter("training", model_name, amount_usd, estimated_usd, tokens, key, ended="cancelled")

    @property
    def spent_this_month_usd(self) -> float:
        return spent_in(self.registry.about(COSTS, self._month), self._month)

    @property
    def _answers(self) -> str:
        return "shadow" if self.is_shadow else "answers"

    @property
    def _shadow_this_month_usd(self) -> float:
        bills = [entry for entry in self.registry.about(COSTS, self._month) if entry["what"] == "shadow"]
        return spent_in(bills, self._month)

    def _enter(
        self,
        what: str,
        subject: str,
        usd: float | None,
        estimated_usd: float | None,
        tokens: int,
        key: str,
        **more: str,
    ) -> Entry:
        entry: dict[str, Any] = {
            "what": what,
            "subject": subject,
            "usd": None if usd is None else round(usd, 6),
            "estimated_usd": None if estimated_usd is None else round(estimated_usd, 6),
            "tokens": tokens,
            "month": self._month,
            **more,
        }
        return self.registry.append(COSTS, entry, key=f"{what}:{key}")

    @property
    def _month(self) -> str:
        return month_of(self.now().date())
