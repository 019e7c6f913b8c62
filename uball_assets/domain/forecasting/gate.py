"""The gate of forecasts: is a challenger better than the champion, worse, or can nobody tell yet?

Both forecast the same games before they were played; what counts is the difference of their log losses,
game by game. `docs/gates.md` has how often each verdict is right, simulated.

Belongs here: the test, the verdict and what follows from it. Not here: looking again after each game
(`kept.evidence`), where the losses come from (`services.forecasting.comparing`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from uball_assets.domain.errors import Permanent
from uball_assets.domain.serving.gate import FEWEST_GAMES, LIKELY, Verdict, t_test
from uball_assets.domain.serving.promotion import Promotion, Step

TOLERATED_NATS = 0.02
"""A newer model of the same recipe may be so much worse a game, and not more: a 70 % chance told as 60 %."""


@dataclass(frozen=True)
class LossComparison:
    """Two models on the same games. Nats a game; above 0: the challenger is better."""

    game_count: int
    gain: float
    error: float
    """Its standard error; 0 for fewer than two games."""
    p_better: float | None
    """One-sided t-test over games; None under `FEWEST_GAMES`."""
    p_worse: float | None
    p_not_worse: float | None
    """That it is worse by more than `TOLERATED_NATS`."""

    @property
    def verdict(self) -> Verdict:
        if self.p_worse is not None and self.p_worse <= LIKELY:
            return Verdict.WORSE
        if self.p_better is not None and self.p_better <= LIKELY:
            return Verdict.BETTER
        return Verdict.CANNOT_TELL

    @property
    def is_as_good(self) -> bool:
        """Proven not to be worse by more than is tolerated."""
        return self.p_not_worse is not None and self.p_not_worse <= LIKELY

    def __str__(self) -> str:
        """The numbers that the verdict rests on, in one clause."""
        games = "game" if self.game_count == 1 else "games"
        if self.p_better is None or self.p_worse is None:
            return f"{self.game_count} {games}, {FEWEST_GAMES} needed"
        p_value = min(self.p_better, self.p_worse)
        return f"{self.gain:+.4f} nats a game over {self.game_count} {games} (p = {p_value:.3f})"


def compare_losses(challenger: Mapping[str, float], champion: Mapping[str, float]) -> LossComparison:
    """Both map game id -> log loss, nats. Raises Permanent where they are of different games."""
    if challenger.keys() != champion.keys():
        different = sorted(challenger.keys() ^ champion.keys())
        raise Permanent(
            f"the two models were asked about different games ({len(different)} on one side only, first "
            f"{different[0]}): compare them on the games of both"
        )
    gains = [champion[game] - challenger[game] for game in sorted(challenger)]
    mean = math.fsum(gains) / len(gains) if gains else 0.0
    squares = math.fsum((gain - mean) ** 2 for gain in gains)
    error = math.sqrt(squares / (len(gains) - 1) / len(gains)) if len(gains) > 1 else 0.0
    return LossComparison(
        game_count=len(gains),
        gain=mean,
        error=error,
        p_better=t_test(gains),
        p_worse=t_test([-gain for gain in gains]),
        p_not_worse=t_test([gain + TOLERATED_NATS for gain in gains]),
    )


def decide(
    challenger: str, champion: str | None, found: LossComparison | None, *, is_same_recipe: bool
) -> Promotion:
    """What becomes of the challenger. `champion`: None where no model serves; `found`: None where the two
    have no game in common. `is_same_recipe`: the same candidate, the newer weights."""
    if champion is None:
        return Promotion(Step.PROMOTE, f"{challenger} serves: it is the first model")
    if champion == challenger:
        return Promotion(Step.STAY, f"{challenger} serves already")
    if found is None or not found.game_count:
        return Promotion(
            Step.SHADOW, f"{challenger} goes to shadow: no game that both forecast has been played"
        )
    if found.verdict is Verdict.WORSE:
        return Promotion(Step.REFUSE, f"{challenger} is refused: worse than {champion}, {found}")
    if found.verdict is Verdict.BETTER:
        return Promotion(Step.PROMOTE, f"{challenger} replaces {champion}: better, {found}")
    if is_same_recipe and found.is_as_good:
        return Promotion(
            Step.PROMOTE,
            f"{challenger} replaces {champion}: as good, and knows newer games; {found}, not worse "
            f"by more than {TOLERATED_NATS:g} nats (p = {found.p_not_worse:.3f})",
        )
    return Promotion(Step.SHADOW, f"{challenger} goes to shadow, cannot tell: {found}")
