"""Calibration: is a model right as often as it says that it is sure?

Of the plays that it calls 90 % sure, nine in ten should be right: what a person reviews, and which of two
cameras wins, rests on it.

Belongs here: confidence against truth, in bins. Not here: what follows from it (`domain.serving.gate_table`)
or how it looks (`media.pictures.model_card`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

BINS = 10
"""Of equal width, as reliability diagrams have them."""
FEWEST_A_BIN = 20
"""Plays without which a bin's share is not tested: of fewer, none can be told from another."""


@dataclass(frozen=True)
class Bin:
    """Plays of which the model was about equally sure. Shares 0 to 1."""

    low: float
    high: float
    play_count: int
    mean_confidence: float
    right_count: int

    @property
    def right_share(self) -> float:
        return self.right_count / self.play_count

    @property
    def gap(self) -> float:
        """Above 0: surer than right."""
        return self.mean_confidence - self.right_share


@dataclass(frozen=True)
class Calibration:
    """The bins with plays in them, from unsure to sure."""

    bins: tuple[Bin, ...]

    @property
    def play_count(self) -> int:
        return sum(each.play_count for each in self.bins)

    @property
    def error_points(self) -> float:
        """Expected calibration error: the bins' gaps, weighted by their plays, in points of 100.

        Chance alone makes it some 4 points at 600 plays and more at fewer, so it is tested by bins
        (`p_beyond`) before anything is refused on it.
        """
        gaps = sum(abs(each.gap) * each.play_count for each in self.bins)
        return 100 * gaps / self.play_count if self.play_count else 0.0

    def p_beyond(self, points: float) -> float:
        """How likely chance alone makes gaps like these where none is beyond so many points.

        Exact binomial for each bin of `FEWEST_A_BIN` plays and for all plays together, times their number
        (Bonferroni). 1.0 where there are too few plays for any test.
        """
        tested = [each for each in self.bins if each.play_count >= FEWEST_A_BIN]
        if self.play_count >= FEWEST_A_BIN:
            tested.append(_together(self.bins))
        p_values = [_p_beyond(each, points / 100) for each in tested]
        return min(1.0, min(p_values) * len(p_values)) if p_values else 1.0


def calibrate(sure_and_right: Iterable[tuple[float, bool]]) -> Calibration:
    """Of each play its confidence, 0 to 1, and whether the answer was right."""
    by_bin: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, is_right in sure_and_right:
        by_bin[min(int(confidence * BINS), BINS - 1)].append((confidence, is_right))
    return Calibration(
        tuple(
            Bin(
                low=place / BINS,
                high=(place + 1) / BINS,
                play_count=len(plays),
                mean_confidence=sum(confidence for confidence, _ in plays) / len(plays),
                right_count=sum(is_right for _, is_right in plays),
            )
            for place, plays in sorted(by_bin.items())
        )
    )


def _together(bins: Iterable[Bin]) -> Bin:
    bins = list(bins)
    count = sum(each.play_count for each in bins)
    mean = sum(each.mean_confidence * each.play_count for each in bins) / count
    return Bin(0.0, 1.0, count, mean, sum(each.right_count for each in bins))


def _p_beyond(one: Bin, tolerated: float) -> float:
    """One-sided: so few right, or so many, where the true share is just within what is tolerated."""
    from scipy.special import bdtr, bdtrc

    if one.gap > 0:
        least = max(0.0, one.mean_confidence - tolerated)
        return float(bdtr(one.right_count, one.play_count, least))
    most = min(1.0, one.mean_confidence + tolerated)
    return float(bdtrc(one.right_count - 1, one.play_count, most)) if one.right_count else 1.0
