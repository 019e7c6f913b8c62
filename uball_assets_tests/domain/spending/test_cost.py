"""Prices are stated with day and source, or follow from one that is; an unknown one is never guessed."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.domain.spending.cost import (
    PRICES,
    Ceilings,
    Price,
    find_price,
    money,
    parse_prices,
    price_of,
    refuse_over,
    usd,
)

CEILINGS = Ceilings(job_usd=50, month_usd=200)


def priced(model: str, what: str, usd_per_million: float) -> str:
    entry = {"model": model, "what": what, "usd_per_million_tokens": usd_per_million, "as_of": "2026-12-01"}
    return json.dumps([entry])


@pytest.mark.parametrize(
    ("model", "usd_per_million"),
    [("gemini-3.5-flash", 10), ("gemini-3.1-flash-lite", 3), ("gemini-2.5-flash", 5), ("local-mlp-1", 0)],
)
def test_training_is_priced_as_the_pages_say(model: str, usd_per_million: float) -> None:
    assert price_of(model, "training", PRICES).usd_per_million_tokens == usd_per_million


def test_every_price_of_the_table_has_a_day_and_a_source() -> None:
    assert all(price.source and price.as_of >= date(2026, 11, 1) for price in PRICES)


@pytest.mark.parametrize(
    ("model", "what"),
    [("gemini-3.5-flash-lite", "online_input"), ("gemini-2.5-pro", "training"), ("nobody", "batch_output")],
)
def test_a_price_that_nobody_knows_is_none_and_spending_at_it_is_refused(model: str, what: str) -> None:
    assert find_price(model, what, PRICES) is None
    with pytest.raises(Permanent, match=rf"price unknown: {what} of {model}.*set UBALL_PRICES"):
        price_of(model, what, PRICES)


@pytest.mark.parametrize(
    ("model", "stated", "what", "usd_per_million"),
    [
        ("gemini-3.5-flash", "base_input", "online_input", 3.0),
        ("gemini-3.5-flash", "base_output", "batch_output", 1.5),
        ("gemini-2.5-flash", "base_input", "online_input", 2.0),
        ("gemini-2.5-flash", "base_input", "batch_input", 1.0),
        ("gemini-3.5-flash", "online_input", "batch_input", 1.0),
    ],
    ids=[
        "tuned Gemini 3: 1.5 x base",
        "half of that in a batch",
        "tuned 2.5: base",
        "half",
        "half of online",
    ],
)
def test_a_tuned_model_s_price_follows_from_the_price_list_of_its_base(
    model: str, stated: str, what: str, usd_per_million: float
) -> None:
    price = price_of(model, what, parse_prices(priced(model, stated, 2.0)))
    assert (price.what, price.usd_per_million_tokens) == (what, usd_per_million)
    assert price.as_of == date(2026, 12, 1)
    assert "UBALL_PRICES" in price.source


def test_a_stated_price_wins_over_one_that_follows() -> None:
    both = [json.loads(priced("gemini-3.5-flash", what, 2.0))[0] for what in ("base_input", "online_input")]
    assert (
        price_of("gemini-3.5-flash", "online_input", parse_prices(json.dumps(both))).usd_per_million_tokens
        == 2
    )


def test_a_price_of_one_direction_says_nothing_of_the_other() -> None:
    prices = parse_prices(priced("gemini-2.5-pro", "base_input", 2))
    assert find_price("gemini-2.5-pro", "online_input", prices)
    assert find_price("gemini-2.5-pro", "online_output", prices) is None


def test_a_given_price_replaces_that_of_the_table_and_leaves_the_others() -> None:
    prices = parse_prices(priced("gemini-3.5-flash", "training", 8))
    assert price_of("gemini-3.5-flash", "training", prices) == Price(
        "gemini-3.5-flash", "training", 8, date(2026, 12, 1), "UBALL_PRICES"
    )
    assert price_of("gemini-3.1-flash-lite", "training", prices).usd_per_million_tokens == 3
    assert len(prices) == len(PRICES)


def test_no_prices_given_is_the_table() -> None:
    assert parse_prices(" ") == PRICES


ENTRY: dict[str, Any] = json.loads(priced("gemini-3.5-flash", "training", 8))[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10", "no list"),
        ("{", "not JSON"),
        ("[3]", "price 1: it is no object"),
        (json.dumps([ENTRY, ENTRY | {"model": "gpt"}]), "price 2: model 'gpt' is none of gemini-3.5-flash"),
        (json.dumps([ENTRY | {"what": "food"}]), "what 'food' is none of training, online_input"),
        (json.dumps([ENTRY | {"usd_per_million_tokens": -1}]), "-1 is no amount"),
        (json.dumps([ENTRY | {"usd_per_million_tokens": math.nan}]), "nan is no amount"),
        (json.dumps([ENTRY | {"usd_per_million_tokens": True}]), "True is no amount"),
        (json.dumps([ENTRY | {"as_of": "soon"}]), "as_of 'soon' is no day"),
        (json.dumps([{**ENTRY, "as_of": None}]), "as_of None is no day"),
    ],
)
def test_prices_that_cannot_be_are_refused_by_entry_with_the_form(text: str, said: str) -> None:
    with pytest.raises(Permanent) as refused:
        parse_prices(text)
    assert said in str(refused.value)
    assert '"usd_per_million_tokens"' in str(refused.value)


def test_tokens_cost_their_share_of_a_million() -> None:
    assert usd(442_000_000, price_of("gemini-3.5-flash", "training", PRICES)) == 4420
    assert usd(0, PRICES[0]) == 0


@pytest.mark.parametrize(
    ("estimate_usd", "spent_usd"),
    [(50, 0), (50, 150), (0, 0), (0, 900)],
    ids=["job", "month", "free", "free, late"],
)
def test_what_is_within_both_ceilings_or_free_passes(estimate_usd: float, spent_usd: float) -> None:
    refuse_over(estimate_usd, spent_usd, CEILINGS, "training v3")


@pytest.mark.parametrize(
    ("estimate_usd", "spent_usd", "said"),
    [
        (50.01, 0, "$50.01 is over the ceiling of a job (UBALL_CEILING_JOB_USD)"),
        (50, 150.01, "$50.00 is over the ceiling of the month (UBALL_CEILING_MONTH_USD)"),
        (0.01, 200, "$0.01 is over the ceiling of the month"),
        (math.nan, 0, "over the ceiling of a job"),
    ],
)
def test_what_is_over_a_ceiling_is_refused_with_all_the_numbers(
    estimate_usd: float, spent_usd: float, said: str
) -> None:
    with pytest.raises(Permanent) as refused:
        refuse_over(estimate_usd, spent_usd, CEILINGS, "training v3")
    text = str(refused.value)
    for part in (
        "training v3",
        said,
        "job may cost $50.00",
        "month $200.00",
        f"{money(spent_usd)} are spent",
        f"{money(200 - spent_usd)} remain",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("amount_usd", "text"), [(0, "$0.00"), (1234.5, "$1,234.50"), (0.0042, "$0.0042"), (0.01, "$0.01")]
)
def test_money_is_written_so_that_small_change_is_seen(amount_usd: float, text: str) -> None:
    assert money(amount_usd) == text
