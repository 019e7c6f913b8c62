"""Slips: how often people write one label where another is true.

Belongs here: what is assumed of people before any evidence is weighed. Not here: the evidence
(`contradictions`, `score_check`).
"""

from __future__ import annotations

from uball_assets.domain.plays.labels import points

WRONG_LINE = 0.02
"""3PT for 4PT or the other way: the two lines are close, and one camera of two shows them badly."""
WRONG_SHOT = 0.01
"""2 points for 3, or a make for a miss of the same shot."""
WRONG_KIND = 0.003
"""Anything else. All three are assumed, not measured: they order looks, and answers of people will replace
them."""

_DISTANCES = ("FREE_THROW", "FG", "3PT", "4PT")


def slip_rate(true: str, written: str) -> float:
    """The share of plays that are `true` and that people write as `written`, another label."""
    one, other = _shot(true), _shot(written)
    if one is None or other is None or ("FREE_THROW" in (one[0], other[0]) and one[0] != other[0]):
        return WRONG_KIND
    steps = abs(_DISTANCES.index(one[0]) - _DISTANCES.index(other[0]))
    if one[1] != other[1]:
        return WRONG_SHOT if steps == 0 else WRONG_KIND
    if steps == 1:
        return WRONG_LINE if {one[0], other[0]} == {"3PT", "4PT"} else WRONG_SHOT
    return WRONG_KIND


def shots_worth(written: str, more_points: int) -> tuple[str, ...]:
    """The shots that are worth so many points more (or fewer, below 0) than what is written, and that people
    may have meant: only a shot is taken for another one."""
    shot = _shot(written)
    if shot is None or more_points == 0:
        return ()
    others = (f"{distance}_{outcome}" for distance in _DISTANCES for outcome in ("MAKE", "MISS"))
    return tuple(
        other
        for other in others
        if points(other) - points(written) == more_points and slip_rate(other, written) > WRONG_KIND
    )


def _shot(label: str) -> tuple[str, str] | None:
    """`('3PT', 'MAKE')`; None for what is no shot."""
    distance, _, outcome = label.rpartition("_")
    return (distance, outcome) if distance in _DISTANCES and outcome in ("MAKE", "MISS") else None
