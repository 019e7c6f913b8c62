from __future__ import annotations

from datetime import date

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.spending.answer_cost import ANSWER_TOKENS, Tokens, answers_usd, estimated_tokens
from uball_assets.domain.spending.base_models import base_model
from uball_assets.domain.spending.cost import Price

BASE = base_model("gemini-3.5-flash")
PRICES = (
    Price("gemini-3.5-flash", "base_input", 2.0, date(2026, 11, 23), "a list"),
    Price("gemini-3.5-flash", "base_output", 10.0, date(2026, 11, 23), "a list"),
)


def test_a_question_is_its_prompt_and_a_frame_a_second_of_its_clip() -> None:
    tokens = estimated_tokens([4.2, 0.3], 401, BASE, "low", "batch")
    assert tokens == Tokens("batch", (101 + 5 * 70) + (101 + 1 * 70), 2 * ANSWER_TOKENS)
    assert estimated_tokens([4.2], 401, BASE, "high", "online").input == 101 + 5 * 280


def test_a_tuned_model_costs_half_as_much_again_as_its_base_and_a_batch_half_of_that() -> None:
    online = answers_usd([Tokens("online", 1_000_000, 100_000)], BASE, PRICES)
    assert online == pytest.approx(1.5 * (2.0 + 1.0))
    assert answers_usd([Tokens("batch", 1_000_000, 100_000)], BASE, PRICES) == pytest.approx(online / 2)


def test_asking_a_model_on_this_machine_costs_nothing() -> None:
    assert answers_usd([Tokens("online", 10**9, 10**9)], base_model("local-mlp-1"), ()) == 0


def test_nothing_is_billed_at_a_price_that_nobody_knows() -> None:
    with pytest.raises(Permanent, match=r"price unknown: online_input of gemini-2\.5-flash"):
        answers_usd([Tokens("online", 1, 1)], base_model("gemini-2.5-flash"), PRICES)
    assert answers_usd([], base_model("gemini-2.5-flash"), PRICES) == 0
