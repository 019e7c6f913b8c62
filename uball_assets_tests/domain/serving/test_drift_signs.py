"""Signs of drift: told where games have become others, not where chance makes one of ten stand out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.gates import seasons_with_signs
from uball_assets.domain.serving.drift_signs import INPUTS, GameNumbers, newest_signs, signs


def games(count: int, seed: int, **changed: float) -> list[GameNumbers]:
    rng = np.random.default_rng(seed)
    made = []
    for place in range(count):
        numbers = {name: float(rng.normal(10, 1)) for name in (*INPUTS, "invalid_share", "confidence")}
        threes, others = int(rng.binomial(30, 0.4)), 20
        mix = {"3PT_MAKE": threes, "FOUL": others}
        made.append(GameNumbers(f"g{seed}-{place}", numbers | changed, mix, mix))
    return made


def test_a_darker_hall_is_told_first_and_nothing_else_is() -> None:
    found = signs(games(20, 1), games(6, 2, brightness=3.0))
    assert [sign.name for sign in found if sign.is_drift] == ["brightness"]
    assert found[0].name == "brightness"
    assert "3 now" in str(found[0])


def test_another_mix_of_labels_is_told_with_the_label_that_changed_most() -> None:
    now = [replace(game, labels={"3PT_MAKE": 5, "FOUL": 45}) for game in games(6, 2)]
    found = {sign.name: sign for sign in signs(games(20, 1), now)}
    assert found["labels"].is_drift
    assert "3PT_MAKE 10%" in found["labels"].now or "FOUL 90%" in found["labels"].now
    assert not found["answered_labels"].is_drift


def test_twenty_leagues_without_drift_raise_next_to_no_sign() -> None:
    raised = sum(any(sign.is_drift for sign in signs(games(20, n), games(6, 100 + n))) for n in range(20))
    assert raised <= 1


def test_a_season_without_change_is_quiet_and_a_hall_that_gets_darker_is_told() -> None:
    assert seasons_with_signs(runs=3) == 0
    assert seasons_with_signs(runs=1, darker=3.0) == 100


def test_another_models_answers_are_no_measure() -> None:
    before = [game.without_answers() for game in games(20, 1)]
    found = {sign.name: sign for sign in newest_signs([*before, *games(5, 2)])}
    assert found["brightness"].p_value is not None
    assert found["confidence"].missing_games == found["answered_labels"].missing_games == 10


def test_on_few_games_the_number_that_is_missing_is_told() -> None:
    for sign in signs(games(8, 1), games(2, 2)):
        assert not sign.is_drift
        assert "5 more games needed" in str(sign)


def test_a_number_that_was_never_measured_is_waited_for_alone() -> None:
    dark = [replace(game, numbers={"confidence": 0.9}) for game in games(6, 2)]
    found = {sign.name: sign for sign in signs(games(20, 1), dark)}
    assert found["brightness"].missing_games == 5
    assert found["confidence"].p_value is not None
