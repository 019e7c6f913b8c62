"""Promotion: who becomes champion, on which numbers."""

from __future__ import annotations

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.serving.promotion import decide, sign_test


def right(text: str) -> dict[str, bool]:
    """`++-` as plays 0, 1 right and 2 wrong."""
    return {str(number): sign == "+" for number, sign in enumerate(text)}


@pytest.mark.parametrize(
    ("challenger", "champion", "promote", "p_value"),
    [
        pytest.param("+---", None, True, None, id="no champion"),
        pytest.param("", None, True, None, id="no champion, empty evaluation set"),
        pytest.param("", "", False, None, id="empty evaluation set keeps the champion"),
        pytest.param("++++", "++--", True, 0.25, id="better"),
        pytest.param("++--", "++--", True, 1.0, id="the same plays right"),
        pytest.param("++--", "--++", True, 11 / 16, id="as many right, other plays"),
        pytest.param("+---", "++++", False, 0.125, id="worse"),
        pytest.param("+---", "+++-", False, 0.25, id="worse by two"),
    ],
)
def test_a_challenger_that_is_not_worse_is_promoted(
    challenger: str, champion: str | None, promote: bool, p_value: float | None
) -> None:
    decision = decide(right(challenger), None if champion is None else right(champion))
    assert (decision.promote, decision.p_value) == (promote, p_value)


def test_the_reason_for_keeping_a_champion_holds_the_numbers() -> None:
    reason = decide(right("+---"), right("++++"), challenger="v4", champion="v3").reason
    assert reason == (
        "v4 does not replace v3: 1 against 4 of 4 plays right (0 gained, 3 lost, sign test p = 0.125)"
    )


def test_models_scored_on_different_plays_are_not_compared() -> None:
    with pytest.raises(Permanent, match="different plays"):
        decide(right("+++"), right("++"))


def test_the_sign_test_is_exact_for_many_plays() -> None:
    assert sign_test(60, 40) == pytest.approx(0.028443966820, rel=1e-9)
    assert 0 < sign_test(3000, 1000) < 1e-200
