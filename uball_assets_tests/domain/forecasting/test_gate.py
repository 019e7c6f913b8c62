"""The gate of forecasts, and a shadow's evidence: each verdict on losses that call for it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.forecasting.gate import compare_losses, decide
from uball_assets.domain.forecasting.kept.evidence import MOST_GAMES, e_value, judge
from uball_assets.domain.serving.gate import Verdict
from uball_assets.domain.serving.promotion import Step
from uball_assets.domain.serving.shadow import Idle, Outcome


def losses(count: int, gain: float = 0.0, noise: float = 0.0) -> tuple[dict[str, float], dict[str, float]]:
    """The challenger's and the champion's, the challenger better by `gain` give or take `noise`."""
    rng = np.random.default_rng(3)
    champion = {f"g{place}": float(0.6 + 0.2 * rng.normal()) for place in range(count)}
    drawn = rng.normal(size=count)
    swings = dict(zip(champion, (drawn - drawn.sum() / max(1, count)) * noise, strict=True))
    return {game: loss - gain - float(swings[game]) for game, loss in champion.items()}, champion


@pytest.mark.parametrize(
    ("count", "gain", "noise", "verdict"),
    [
        (100, 0.05, 0.1, Verdict.BETTER),
        (100, -0.05, 0.1, Verdict.WORSE),
        (100, 0.0, 0.1, Verdict.CANNOT_TELL),
        (100, 0.01, 0.1, Verdict.CANNOT_TELL),
        (4, 0.5, 0.01, Verdict.CANNOT_TELL),
    ],
)
def test_a_verdict_needs_games_enough_for_the_difference(
    count: int, gain: float, noise: float, verdict: Verdict
) -> None:
    assert compare_losses(*losses(count, gain, noise)).verdict is verdict


@pytest.mark.parametrize(
    ("gain", "noise", "same", "step"),
    [
        (0.05, 0.1, False, Step.PROMOTE),
        (-0.05, 0.1, True, Step.REFUSE),
        (0.0, 0.05, True, Step.PROMOTE),
        (0.0, 0.05, False, Step.SHADOW),
        (0.0, 0.5, True, Step.SHADOW),
    ],
)
def test_a_newer_model_of_the_recipe_needs_only_not_to_be_worse(
    gain: float, noise: float, same: bool, step: Step
) -> None:
    found = compare_losses(*losses(100, gain, noise))
    assert decide("v2", "v1", found, is_same_recipe=same).step is step


def test_the_first_model_serves_and_one_without_a_common_game_goes_to_shadow() -> None:
    assert decide("v1", None, None, is_same_recipe=False).step is Step.PROMOTE
    assert decide("v1", "v1", None, is_same_recipe=True).step is Step.STAY
    assert decide("v2", "v1", None, is_same_recipe=True).step is Step.SHADOW


def test_losses_of_different_games_are_not_compared() -> None:
    with pytest.raises(Permanent, match="1 on one side only, first g2"):
        compare_losses({"g1": 0.5}, {"g1": 0.5, "g2": 0.6})


def test_the_e_value_is_the_ratio_of_the_chances_of_what_happened() -> None:
    said = {"g1": -math.log(0.9), "g2": -math.log(0.9)}
    other = {"g1": -math.log(0.45), "g2": -math.log(0.45)}
    assert e_value(said, other) == pytest.approx(4)
    assert e_value(other, said) == pytest.approx(1 / 4)


@pytest.mark.parametrize(
    ("count", "gain", "same", "outcome"),
    [
        (0, 0.0, True, Outcome.WAITING),
        (5, 0.7, False, Outcome.PROMOTE),
        (5, -0.5, False, Outcome.ROLL_BACK),
        (5, 0.1, False, Outcome.GO_ON),
        (MOST_GAMES, 0.001, True, Outcome.PROMOTE),
        (MOST_GAMES, 0.001, False, Outcome.KEEP_CHAMPION),
    ],
)
def test_a_shadow_ends_when_the_evidence_is_enough_or_games_are(
    count: int, gain: float, same: bool, outcome: Outcome
) -> None:
    verdict = judge(*losses(count, gain, 0.05), is_same_recipe=same)
    assert verdict.outcome is outcome, verdict.reason


def test_a_shadow_without_games_ends_by_itself() -> None:
    assert judge({}, {}, is_same_recipe=True, idle=Idle(3, 14)).outcome is Outcome.WAITING
    assert "in 11 days" in judge({}, {}, is_same_recipe=True, idle=Idle(3, 14)).reason
    assert judge({}, {}, is_same_recipe=True, idle=Idle(15, 14)).outcome is Outcome.NO_TRAFFIC


def test_a_worse_or_equal_shadow_takes_over_by_chance_in_one_of_twenty_at_most() -> None:
    """The champion's chances true, the challenger's off by some log odds: 400 shadows of 30 games."""
    rng = np.random.default_rng(5)
    promoted = 0
    for _ in range(400):
        odds = 0.8 * rng.normal(size=MOST_GAMES)
        true = 1 / (1 + np.exp(-odds))
        told = 1 / (1 + np.exp(-(odds + 0.5 * rng.normal(size=MOST_GAMES))))
        won = rng.random(MOST_GAMES) < true
        own, other = (-np.log(np.where(won, chances, 1 - chances)).cumsum() for chances in (told, true))
        promoted += bool((np.exp(other - own) >= 20).any())
    assert promoted <= 20
