"""The gate: is a challenger better than the champion, worse, or can nobody tell yet?

Both answered the same plays. A verdict needs what counts by plays AND by games, since plays of one game are
alike: today's share of false promotions and of missed ones is in `docs/gates.md`.

Belongs here: the tests and the verdict. Not here: how a play is scored (`metrics`), what a verdict leads to
(`promotion`), looking again after each game (`e_value`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from uball_assets.domain.errors import Permanent

LIKELY = 0.05
"""One-sided. Equal models are then called better in at most 5 % of comparisons."""
FEWEST_GAMES = 5
"""Under five games a test over games cannot be trusted: it calls up to 18 % of equal models better."""
SOUGHT_POINTS = (10, 5, 3)
"""Differences whose price in plays is told where a comparison is open."""
_Z_LIKELY, _Z_POWER = 1.645, 0.842
"""5 % one-sided, found with 80 %."""


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Comparison:
    """Two models on the same plays. `gained`: right only by the challenger; `lost`: only by the champion."""

    play_count: int
    game_count: int
    gained: int
    lost: int
    p_better_plays: float
    """Exact McNemar, one-sided: chance alone gives so many of the plays that differ to the challenger."""
    p_worse_plays: float
    p_better_games: float | None
    """One-sided t-test over the games' mean differences; None under `FEWEST_GAMES`."""

    @property
    def difference(self) -> float:
        """The challenger's share of plays right less the champion's, -1 to 1."""
        return (self.gained - self.lost) / self.play_count if self.play_count else 0.0

    @property
    def verdict(self) -> Verdict:
        if self.p_worse_plays <= LIKELY:
            return Verdict.WORSE
        by_games = self.p_better_games
        if self.p_better_plays <= LIKELY and by_games is not None and by_games <= LIKELY:
            return Verdict.BETTER
        return Verdict.CANNOT_TELL

    def plays_to_see(self, points: int) -> int | None:
        """Plays in all that show a difference of so many points with 80 %; None while nothing differs."""
        differing = (self.gained + self.lost) / self.play_count if self.play_count else 0.0
        sought = points / 100
        if not differing or differing < sought:
            return None
        spread = math.sqrt(differing - sought**2)
        return math.ceil((_Z_LIKELY * math.sqrt(differing) + _Z_POWER * spread) ** 2 / sought**2)

    def __str__(self) -> str:
        """The numbers that the verdict rests on, in one clause."""
        games = "" if self.p_better_games is None else f", over games p = {self.p_better_games:.3f}"
        few = f", {FEWEST_GAMES} games needed" if self.p_better_games is None else ""
        p_plays = min(self.p_better_plays, self.p_worse_plays)
        return (
            f"{self.gained} gained and {self.lost} lost of {self.play_count} plays in {self.game_count} "
            f"games (by plays p = {p_plays:.3f}{games}{few})"
        )


def compare(
    challenger_right: Mapping[str, bool], champion_right: Mapping[str, bool], game_of: Mapping[str, str]
) -> Comparison:
    """Both map play id -> right or wrong; `game_of`: play id -> game id.

    Raises Permanent when the two were scored on different plays, or a play's game is unknown.
    """
    if challenger_right.keys() != champion_right.keys():
        different = sorted(challenger_right.keys() ^ champion_right.keys())
        raise Permanent(
            f"the two models were scored on different plays ({len(different)} on one side only, "
            f"first {different[0]}): score both on the same evaluation set"
        )
    if strangers := sorted(challenger_right.keys() - game_of.keys()):
        raise Permanent(f"play {strangers[0]} belongs to no game: materialise its evaluation set again")
    by_game: dict[str, list[int]] = defaultdict(list)
    for play_id, is_right in challenger_right.items():
        by_game[game_of[play_id]].append(int(is_right) - int(champion_right[play_id]))
    differences = [difference for plays in by_game.values() for difference in plays]
    gained, lost = differences.count(1), differences.count(-1)
    return Comparison(
        play_count=len(differences),
        game_count=len(by_game),
        gained=gained,
        lost=lost,
        p_better_plays=binomial_tail(gained, gained + lost),
        p_worse_plays=binomial_tail(lost, gained + lost),
        p_better_games=t_test([sum(plays) / len(plays) for plays in by_game.values()]),
    )


def binomial_tail(heads: int, tosses: int) -> float:
    """P(at least so many heads in fair tosses), exact."""
    ways = sum(math.comb(tosses, count) for count in range(heads, tosses + 1))
    return float(ways / 2**tosses)


def t_test(differences: list[float]) -> float | None:
    """One-sided p of 'their mean is not above 0'; None for fewer than `FEWEST_GAMES`."""
    from scipy.special import stdtr

    count = len(differences)
    if count < FEWEST_GAMES:
        return None
    mean = math.fsum(differences) / count
    variance = math.fsum((each - mean) ** 2 for each in differences) / (count - 1)
    if not variance:
        return 0.0 if mean > 0 else 1.0
    return float(1.0 - stdtr(count - 1, mean / math.sqrt(variance / count)))
