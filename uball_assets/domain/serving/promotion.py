"""Promotion: may a new model take the champion's place?

Belongs here: the rule, on the same plays for both. Not here: how a play is scored (`metrics`) or which model
serves (`routing`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from uball_assets.domain.errors import Permanent


@dataclass(frozen=True)
class Promotion:
    promote: bool
    reason: str
    """A sentence with the numbers it was decided on."""
    p_value: float | None
    """Exact one-sided sign test: how likely chance alone differs this much. None: nothing to compare."""


def decide(
    challenger_right: Mapping[str, bool],
    champion_right: Mapping[str, bool] | None,
    *,
    challenger: str = "the challenger",
    champion: str = "the champion",
) -> Promotion:
    """The challenger is promoted when it gets no fewer plays right than the champion, on the same plays.

    Both map play id -> right or wrong. No champion: promoted. An empty evaluation set proves nothing, so it
    keeps the champion. Raises Permanent when the two were scored on different plays.
    """
    count = len(challenger_right)
    if champion_right is None:
        reason = f"{challenger} is the first model: {_right(challenger_right)} of {count} plays right"
        return Promotion(True, reason, None)
    if challenger_right.keys() != champion_right.keys():
        different = sorted(challenger_right.keys() ^ champion_right.keys())
        raise Permanent(
            f"{challenger} and {champion} were scored on different plays ({len(different)} on one side only, "
            f"first {different[0]}): score both on the same evaluation set"
        )
    if not count:
        reason = f"the evaluation set is empty: {champion} stays until {challenger} can be compared with it"
        return Promotion(False, reason, None)

    gained = sum(right and not champion_right[play_id] for play_id, right in challenger_right.items())
    lost = sum(not right and champion_right[play_id] for play_id, right in challenger_right.items())
    p_value = sign_test(gained, lost)
    promote = gained >= lost
    verb = "replaces" if promote else "does not replace"
    reason = (
        f"{challenger} {verb} {champion}: {_right(challenger_right)} against {_right(champion_right)} "
        f"of {count} plays right ({gained} gained, {lost} lost, sign test p = {p_value:.3f})"
    )
    return Promotion(promote, reason, p_value)


def sign_test(gained: int, lost: int) -> float:
    """P(the larger of the two, or more, heads in gained + lost fair tosses), exact; 1 if nothing differs."""
    tosses = gained + lost
    if not tosses:
        return 1.0
    tail = sum(math.comb(tosses, heads) for heads in range(max(gained, lost), tosses + 1))
    return float(tail / 2**tosses)


def _right(right: Mapping[str, bool]) -> int:
    return sum(right.values())
