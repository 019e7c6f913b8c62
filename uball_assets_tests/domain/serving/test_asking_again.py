from __future__ import annotations

from typing import Any

import pytest

from uball_assets.domain.serving.asking_again import Again, is_asked_again, proven_steps


def a_promotion(challenger: str, champion: str | None, **told: Any) -> dict[str, Any]:
    return {"challenger": challenger, "champion": champion, "promote": True} | told


CHAIN = [
    a_promotion("v1", None),
    a_promotion("v2", "v1", verdict="cannot tell"),
    a_promotion("v3", "v2", verdict="better"),
    a_promotion("v4", "v3", verdict="worse", promote=False),
    a_promotion("v5", "v3", p_value=0.3),
    a_promotion("v6", "v5", p_value=0.02),
]


@pytest.mark.parametrize(
    ("annotated_by", "serves", "expected"),
    [
        (None, "v1", True),
        ("v1", "v1", False),
        ("v1", "v2", False),
        ("v2", "v3", True),
        ("v1", "v3", True),
        ("v3", "v5", False),
        ("v5", "v6", True),
        ("v1", "v6", True),
        ("v3", "v1", False),
        ("v3", "v4", False),
        ("nobody knows it", "v6", False),
    ],
)
def test_a_game_is_asked_again_where_a_step_to_the_model_that_serves_was_proved(
    annotated_by: str | None, serves: str, expected: bool
) -> None:
    assert is_asked_again(annotated_by, serves, proven_steps(CHAIN), "better") is expected


@pytest.mark.parametrize(("again", "expected"), [("always", True), ("never", False)])
def test_a_person_may_say_always_or_never(again: Again, expected: bool) -> None:
    assert is_asked_again("v3", "v1", proven_steps(CHAIN), again) is expected
    assert is_asked_again(None, "v1", proven_steps(CHAIN), again)
    assert not is_asked_again("v1", "v1", proven_steps(CHAIN), again)


def test_models_promoted_in_a_circle_come_to_an_end() -> None:
    steps = {"v1": ("v2", False), "v2": ("v1", True)}
    assert not is_asked_again("v0", "v1", steps, "better")
