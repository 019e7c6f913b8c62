"""Evidence that a shadow's forecasts are better, which may be looked at after every game.

An e-value: the product over games of how much likelier the challenger called what happened than the champion
did. Were the champion's chances true, it would ever reach E with at most 1 / E (Ville's inequality).

Belongs here: the number, and what a shadow's games lead to. Not here: the one look before (`gate`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from uball_assets.domain.forecasting.gate import LossComparison, compare_losses
from uball_assets.domain.learning.due.words import count
from uball_assets.domain.serving.e_value import PROMOTE_AT, ROLL_BACK_AT
from uball_assets.domain.serving.gate import Verdict
from uball_assets.domain.serving.shadow import Idle, Outcome, ShadowVerdict

MOST_GAMES = 30
"""New games after which a shadow ends."""
_MOST_NATS = 50.0


def e_value(challenger: Mapping[str, float], champion: Mapping[str, float]) -> float:
    """`exp(champion's log losses - challenger's)`, both game id -> nats. Check: 0.9 against
    0.45, twice: 4."""
    gain = math.fsum(champion[game] - challenger[game] for game in challenger)
    return math.exp(max(-_MOST_NATS, min(_MOST_NATS, gain)))


def judge(
    challenger: Mapping[str, float],
    champion: Mapping[str, float],
    *,
    is_same_recipe: bool,
    most_games: int = MOST_GAMES,
    idle: Idle | None = None,
) -> ShadowVerdict:
    """Both map game id -> log loss, nats, of the games played since the shadow began. To be asked after every
    game, and now and then without one (`idle`: None where a game has just been played).

    Raises Permanent where they are of different games.
    """
    found = compare_losses(challenger, champion)
    verdict = _of_games(found, e_value(challenger, champion), most_games, is_same_recipe)
    if idle is None or verdict.outcome not in (Outcome.WAITING, Outcome.GO_ON):
        return verdict
    if not idle.is_over:
        left = count(math.ceil(idle.most_days - idle.days), "day")
        return replace(verdict, reason=f"{verdict.reason}; without one more it ends by itself in {left}")
    for_long = f"no game for {count(round(idle.days), 'day')}"
    return ShadowVerdict(Outcome.NO_TRAFFIC, f"{for_long}: {verdict.reason}")


def _of_games(found: LossComparison, better: float, most_games: int, is_same_recipe: bool) -> ShadowVerdict:
    seen = found.game_count
    if not seen:
        return ShadowVerdict(Outcome.WAITING, "no game that both forecast has been played yet")
    numbers = f"{found.gain:+.4f} nats a game over {count(seen, 'new game')}"
    if better >= PROMOTE_AT:
        return ShadowVerdict(
            Outcome.PROMOTE, f"better: evidence {better:.1f} of {PROMOTE_AT:.0f} ({numbers})"
        )
    if 1 / better >= ROLL_BACK_AT:
        return ShadowVerdict(
            Outcome.ROLL_BACK, f"worse: evidence {1 / better:.1f} of {ROLL_BACK_AT:.0f} ({numbers})"
        )
    if seen < most_games:
        ahead = "challenger" if better >= 1 else "champion"
        return ShadowVerdict(
            Outcome.GO_ON,
            f"cannot tell yet ({numbers}): the {ahead} is ahead, evidence {max(better, 1 / better):.1f}; "
            f"at most {most_games - seen} games more",
        )
    if found.verdict is Verdict.BETTER or (is_same_recipe and found.is_as_good):
        return ShadowVerdict(Outcome.PROMOTE, f"as good at least, and knows newer games ({found})")
    return ShadowVerdict(
        Outcome.KEEP_CHAMPION, f"after {count(seen, 'game')} nothing shows that it is better ({found})"
    )
