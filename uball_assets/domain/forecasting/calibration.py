"""Are chances meant as they are said: of games given 70 of 100, do about 70 end so?

Belongs here: bins of chances against what happened, and whether they are within some points. Not here:
setting chances right (`services.forecasting.calibrating`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from uball_assets.domain.answers.calibration import Bin, Calibration, calibrate
from uball_assets.domain.answers.metrics import wilson
from uball_assets.domain.forecasting.linear import Floats
from uball_assets.domain.serving.gate import LIKELY

WITHIN_POINTS = 5.0


class Standing(StrEnum):
    WITHIN = "within"
    BEYOND = "beyond"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class BinVerdict:
    """Games that were given about the same chance. Shares 0 to 1."""

    games: int
    expected: float
    """The mean chance that they were given."""
    observed: float
    low: float
    """Of what was observed, 95 %."""
    high: float
    standing: Standing


@dataclass(frozen=True)
class CalibrationVerdict:
    bins: tuple[BinVerdict, ...]
    error_points: float
    """Expected calibration error; chance alone makes some 4 points at 600 games, more at fewer."""
    standing: Standing
    """BEYOND only where chance alone hardly explains it, all bins considered; WITHIN where every game lies in
    a bin that is proven to be; else nobody can tell."""

    def __str__(self) -> str:
        told = sum(each.standing is not Standing.CANNOT_TELL for each in self.bins)
        is_open = self.standing is Standing.CANNOT_TELL
        standing = "cannot tell whether within" if is_open else str(self.standing)
        return (
            f"{standing} {WITHIN_POINTS:.0f} points: error {self.error_points:.1f} points, {told} of "
            f"{len(self.bins)} bins hold enough games to tell"
        )

    def to_dict(self) -> dict[str, Any]:
        return {
            "standing": str(self.standing),
            "says": str(self),
            "error_points": self.error_points,
            "bins": [{**vars(each), "standing": str(each.standing)} for each in self.bins],
        }


def calibration(chances: Sequence[float] | Floats, won: Sequence[float] | Floats) -> CalibrationVerdict:
    """`chances` of the home team and whether it won (1 or 0), a game each; bins are ten points wide."""
    pairs = zip((float(chance) for chance in chances), (bool(each) for each in won), strict=True)
    found = calibrate(pairs)
    bins = tuple(_judged(each) for each in found.bins)
    return CalibrationVerdict(bins, found.error_points, _standing(found, bins))


def _judged(one: Bin) -> BinVerdict:
    share = wilson(one.right_count, one.play_count)
    lowest, highest = share.low - one.mean_confidence, share.high - one.mean_confidence
    tolerated = WITHIN_POINTS / 100
    if -tolerated <= lowest and highest <= tolerated:
        standing = Standing.WITHIN
    elif highest < -tolerated or lowest > tolerated:
        standing = Standing.BEYOND
    else:
        standing = Standing.CANNOT_TELL
    return BinVerdict(one.play_count, one.mean_confidence, one.right_share, share.low, share.high, standing)


def _standing(found: Calibration, bins: Sequence[BinVerdict]) -> Standing:
    if found.p_beyond(WITHIN_POINTS) <= LIKELY:
        return Standing.BEYOND
    if bins and all(each.standing is Standing.WITHIN for each in bins):
        return Standing.WITHIN
    return Standing.CANNOT_TELL
