"""Promotion: what a new model's score leads to: it takes over, goes to shadow, is refused, or waits.

Belongs here: the rule, on the same plays for both, and the rule for a champion that does not answer. Not
here: the tests (`gate`), how a play is scored (`metrics`), what a shadow's games lead to (`shadow`), which
model serves (`routing`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from uball_assets.domain.serving.gate import SOUGHT_POINTS, Comparison, Verdict, compare


class Step(StrEnum):
    PROMOTE = "promote"
    SHADOW = "shadow"
    """It answers new games beside the champion, unused, until they tell (`shadow`)."""
    REFUSE = "refuse"
    STAY = "stay"
    """Nothing changes, and nothing is thrown away."""


@dataclass(frozen=True)
class Candidate:
    """A model with its answers to the evaluation set."""

    name: str
    right: Mapping[str, bool]
    """Play id -> right or wrong."""

    def __str__(self) -> str:
        return f"{sum(self.right.values())} of {len(self.right)} plays right"


@dataclass(frozen=True)
class Promotion:
    step: Step
    reason: str
    """A sentence with the numbers it was decided on."""
    found: Comparison | None = None
    """None: there was nothing to compare."""


def decide(
    challenger: Candidate,
    champion: Candidate | None,
    game_of: Mapping[str, str],
    *,
    silent: str | None = None,
    failed_lines: Sequence[str] = (),
) -> Promotion:
    """What becomes of the challenger. `game_of`: play id -> game id. Permanent where the two were scored on
    different plays.

    `silent`: the champion that does not answer any more. It gives up its place: to `champion`, then the last
    model of the routes that answers and the one that the challenger is compared with; where there is none, to
    the challenger. `failed_lines`: sentences of the gate's further lines that fail; one of them holds a
    promotion, but not the first model's or that of the only one that answers.
    """
    gone = f"{silent} does not answer and gives up its place to {(champion or challenger).name}. "
    gone = gone if silent else ""
    but = f", though {'; '.join(failed_lines)}" if failed_lines else ""
    if champion is None:
        why = "no other model answers" if silent else "it is the first model"
        return Promotion(Step.PROMOTE, f"{gone}{challenger.name} serves: {why}, {challenger}{but}")
    if champion.name == challenger.name:
        return Promotion(Step.STAY, f"{challenger.name} serves already")
    if not challenger.right and not champion.right:
        waits = f"{champion.name} stays until {challenger.name} can be compared with it"
        return Promotion(Step.STAY, f"{gone}the evaluation set is empty: {waits}")
    found = compare(challenger.right, champion.right, game_of)
    step, sentence = _step(challenger, champion, found, failed_lines)
    return Promotion(step, f"{gone}{sentence}", found)


def _step(
    challenger: Candidate, champion: Candidate, found: Comparison, failed_lines: Sequence[str]
) -> tuple[Step, str]:
    new, old = challenger.name, champion.name
    numbers = f"{challenger} against {sum(champion.right.values())}, {found}"
    if found.verdict is Verdict.WORSE:
        return Step.REFUSE, f"{new} is refused: worse than {old}, {numbers}"
    if found.verdict is Verdict.CANNOT_TELL:
        return Step.SHADOW, f"{new} goes to shadow, cannot tell: {numbers}; {_more_plays(found)}"
    if failed_lines:
        held = "; ".join(failed_lines)
        return Step.STAY, f"{new} is better than {old} and yet held: {held} ({numbers})"
    return Step.PROMOTE, f"{new} replaces {old}: better, {numbers}"


def _more_plays(found: Comparison) -> str:
    """`it takes 27 more plays to show 10 points, 243 for 5, 755 for 3`."""
    needed = [(found.plays_to_see(points), points) for points in SOUGHT_POINTS]
    seen = found.play_count
    more = [(plays - seen, points) for plays, points in needed if plays and plays > seen]
    if not more:
        return "the two differ on too few plays to say how many more it takes"
    (first, points), *others = more
    told = [f"it takes {first:,} more plays to show {points} points"]
    return ", ".join([*told, *(f"{plays:,} for {points}" for plays, points in others)])
