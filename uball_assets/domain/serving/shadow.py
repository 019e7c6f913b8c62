"""Shadow: a challenger of which the gate could not tell answers new games beside the champion.

After each game that people have annotated, both models' answers to its plays are pairs; with the evaluation
set's they say whether the challenger takes over, is rolled back, or goes on. `docs/gates.md` has how often
the whole policy is right, simulated.

Belongs here: the policy. Not here: the one look at the evaluation set (`gate`), who answers what (`routing`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from uball_assets.domain.learning.due.words import count
from uball_assets.domain.serving.e_value import PROMOTE_AT, ROLL_BACK_AT, e_value
from uball_assets.domain.serving.gate import LIKELY, Comparison, compare, t_test

MOST_GAMES = 8
"""New games after which a shadow ends: 8 games of 25 plays tell 10 points for sure, 5 in most cases."""
TOLERATED_POINTS = 5.0
"""At the end the challenger may still take over if it is not this much worse for sure."""


class Outcome(StrEnum):
    PROMOTE = "promote"
    ROLL_BACK = "roll back"
    KEEP_CHAMPION = "keep the champion"
    GO_ON = "go on"
    WAITING = "waiting for games"
    NO_TRAFFIC = "no traffic"
    """No game for so long that it ends: it would else stand there, and be paid for, for ever."""


@dataclass(frozen=True)
class Idle:
    """How long a trial has had no game that tells: since it began, or since the last one."""

    days: float
    most_days: float

    @property
    def is_over(self) -> bool:
        return self.days >= self.most_days


@dataclass(frozen=True)
class ShadowVerdict:
    outcome: Outcome
    reason: str
    """A sentence with the numbers, and what it would take where nothing is decided."""


@dataclass(frozen=True)
class Answers:
    """Plays that both models answered: play id -> right or wrong, play id -> game id."""

    challenger_right: Mapping[str, bool]
    champion_right: Mapping[str, bool]
    game_of: Mapping[str, str]

    def compared(self) -> Comparison:
        return compare(self.challenger_right, self.champion_right, self.game_of)

    def with_plays_of(self, other: Answers) -> Answers:
        return Answers(
            {**self.challenger_right, **other.challenger_right},
            {**self.champion_right, **other.champion_right},
            {**self.game_of, **other.game_of},
        )

    def game_differences(self) -> list[float]:
        """The challenger's share right less the champion's, one number a game."""
        by_game: dict[str, list[int]] = {}
        for play_id, is_right in self.challenger_right.items():
            by_game.setdefault(self.game_of[play_id], []).append(
                int(is_right) - int(self.champion_right[play_id])
            )
        return [sum(plays) / len(plays) for plays in by_game.values()]


def judge(
    evaluation_set: Answers,
    new_games: Answers,
    *,
    most_games: int = MOST_GAMES,
    silences: tuple[int, int] = (0, 0),
    idle: Idle | None = None,
) -> ShadowVerdict:
    """To be asked after every game, and now and then without one; the order of games does not matter, only
    what is known by now.

    `silences`: plays of which only the challenger, and only the champion, said nothing valid. `idle`: None
    where a game has just come.
    """
    verdict = _of_games(evaluation_set, new_games, most_games, silences)
    if idle is None or verdict.outcome not in (Outcome.WAITING, Outcome.GO_ON):
        return verdict
    if not idle.is_over:
        left = count(math.ceil(idle.most_days - idle.days), "day")
        return replace(verdict, reason=f"{verdict.reason}; without one more it ends by itself in {left}")
    for_long = (
        f"no traffic for {count(round(idle.days), 'day')} (UBALL_TRIAL_IDLE_DAYS is {idle.most_days:g})"
    )
    return ShadowVerdict(Outcome.NO_TRAFFIC, f"{for_long}: {verdict.reason}")


def _of_games(
    evaluation_set: Answers, new_games: Answers, most_games: int, silences: tuple[int, int]
) -> ShadowVerdict:
    everything = evaluation_set.with_plays_of(new_games)
    found, seen = everything.compared(), len(new_games.game_differences())
    if not seen:
        return ShadowVerdict(Outcome.WAITING, "no game that both models answered has been reviewed yet")
    better, worse = e_value(found.gained, found.lost), e_value(found.lost, found.gained)
    numbers = f"{found.gained} gained and {found.lost} lost of {found.play_count} plays, {seen} new games"
    if better >= PROMOTE_AT:
        return ShadowVerdict(
            Outcome.PROMOTE, f"better: evidence {better:.1f} of {PROMOTE_AT:.0f} ({numbers})"
        )
    if (silent := e_value(*silences)) >= ROLL_BACK_AT:
        invalid = (
            f"no valid answer to {silences[0]} plays that the champion answered, {silences[1]} the other way"
        )
        return ShadowVerdict(
            Outcome.ROLL_BACK, f"invalid too often: {invalid}, evidence {silent:.1f} of {ROLL_BACK_AT:.0f}"
        )
    if worse >= ROLL_BACK_AT:
        return ShadowVerdict(
            Outcome.ROLL_BACK, f"worse: evidence {worse:.1f} of {ROLL_BACK_AT:.0f} ({numbers})"
        )
    if seen < most_games:
        ahead = "challenger" if better >= worse else "champion"
        return ShadowVerdict(
            Outcome.GO_ON,
            f"cannot tell yet ({numbers}): the {ahead} is ahead, evidence {max(better, worse):.1f}; "
            f"at most {most_games - seen} games more",
        )
    tolerated = [difference + TOLERATED_POINTS / 100 for difference in everything.game_differences()]
    p_worse = t_test(tolerated)
    if found.difference >= 0 and p_worse is not None and p_worse <= LIKELY:
        return ShadowVerdict(
            Outcome.PROMOTE,
            f"as good at least, and not {TOLERATED_POINTS:.0f} points worse (p = {p_worse:.3f}; {numbers})",
        )
    return ShadowVerdict(
        Outcome.KEEP_CHAMPION, f"after {seen} games nothing shows that it is better ({numbers})"
    )
