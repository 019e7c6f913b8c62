"""Cost: what the cloud's services ask, and what a job and a month may cost.

Belongs here: the price table and the ceilings. Not here: counting tokens (`tuning_plan`) or adding up bills
(`spending`). A price that nobody knows is never guessed: what would cost it is refused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from uball_assets.domain.errors import Permanent
from uball_assets.domain.fields import text_in
from uball_assets.domain.spending.base_models import BASE_MODELS
from uball_assets.domain.spending.price_fields import amount_and_day
from uball_assets.domain.spending.service_prices import names_service

WHATS = (
    "training",
    "online_input",
    "online_output",
    "batch_input",
    "batch_output",
    "base_input",
    "base_output",
)
"""What a price is for. `online_*` and `batch_*` are questions to a tuned model; `base_*` are those to its
base, as price lists have them: the others follow."""

BATCH_FACTOR = 0.5
"""A batch costs half of the same questions asked one by one (Google, 'Batch inference with Gemini')."""
PRICES_FORM = (
    '[{"model": "gemini-3.5-flash", "what": "base_input", "usd_per_million_tokens": NUMBER, '
    '"as_of": "2026-11-23"}]'
)
"""How UBALL_PRICES is written; NUMBER is left to whoever read a price list."""


@dataclass(frozen=True)
class Price:
    model: str
    """The base's name: models tuned from it cost the same."""
    what: str
    """One of WHATS."""
    usd_per_million_tokens: float
    as_of: date
    source: str

    def as_row(self) -> dict[str, Any]:
        return {**asdict(self), "as_of": str(self.as_of)}


_COPIES = "Google's pricing page, in third-party copies"
_SEEN = date(2026, 11, 21)
_ASKED_35 = (
    "wowhow.cloud, 'Gemini 3.5 Flash: complete developer guide': the price outside `global`, 10 % dearer"
)
_ASKED_31 = "vercel.com, AI Gateway, provider vertex"
_ASKED_SEEN = date(2026, 11, 23)
PRICES: tuple[Price, ...] = (
    Price("gemini-3.5-flash", "training", 10.0, _SEEN, _COPIES),
    Price("gemini-3.1-flash-lite", "training", 3.0, _SEEN, _COPIES),
    Price("gemini-2.5-flash", "training", 5.0, _SEEN, _COPIES),
    Price("gemini-3.5-flash", "base_input", 1.65, _ASKED_SEEN, _ASKED_35),
    Price("gemini-3.5-flash", "base_output", 9.90, _ASKED_SEEN, _ASKED_35),
    Price("gemini-3.1-flash-lite", "base_input", 0.25, _ASKED_SEEN, _ASKED_31),
    Price("gemini-3.1-flash-lite", "base_output", 1.50, _ASKED_SEEN, _ASKED_31),
)
"""None is from Google's own page, which could not be read: compare, and correct with UBALL_PRICES."""


@dataclass(frozen=True)
class Ceilings:
    job_usd: float
    month_usd: float


def parse_prices(text: str) -> tuple[Price, ...]:
    """The table with the prices of `text` in place of those for the same model and purpose; what it says of
    services is left to `service_prices`.

    `text` is JSON, a list of objects with the fields of `Price` (`source` may be left out), or empty. Raises
    Permanent naming the entry and what is wrong with it.
    """
    if not text.strip():
        return PRICES
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Permanent(f"the prices are not JSON; write them like {PRICES_FORM}") from error
    if not isinstance(parsed, list):
        raise Permanent(f"the prices are no list; write them like {PRICES_FORM}")
    table = {(price.model, price.what): price for price in PRICES}
    given = [
        _price(position, entry) for position, entry in enumerate(parsed, start=1) if not names_service(entry)
    ]
    return tuple({**table, **{(price.model, price.what): price for price in given}}.values())


def find_price(model: str, what: str, prices: Sequence[Price]) -> Price | None:
    """The stated price, else the one that follows from a stated one; None when nobody knows it.

    What runs on this machine costs nothing. A question to a tuned Gemini 3 costs 1.5 times one to its base;
    in a batch, half.
    """
    base = BASE_MODELS.get(model)
    if base and base.is_local:
        return Price(model, what, 0.0, base.checked_on, "runs on this machine")
    stated = next((price for price in prices if (price.model, price.what) == (model, what)), None)
    way, _, direction = what.partition("_")
    if stated or base is None or way not in ("online", "batch"):
        return stated
    other, factor = ("online", BATCH_FACTOR) if way == "batch" else ("base", base.tuned_price_factor)
    known = find_price(model, f"{other}_{direction}", prices)
    return known and _times(known, what, factor)


def price_of(model: str, what: str, prices: Sequence[Price]) -> Price:
    """As `find_price`; raises Permanent for a price that nobody knows: nothing is spent unpriced."""
    price = find_price(model, what, prices)
    if price is None:
        raise Permanent(
            f"price unknown: {what} of {model}. Nothing is spent at a price that nobody knows: "
            f"set UBALL_PRICES like {PRICES_FORM}"
        )
    return price


def usd(tokens: int, price: Price) -> float:
    return tokens * price.usd_per_million_tokens / 1_000_000


def refuse_over(estimate_usd: float, spent_this_month_usd: float, ceilings: Ceilings, what: str) -> None:
    """Raises Permanent, with all the numbers, for an estimate over a ceiling; what is free never is.

    `what` is the job in words: `training basketball-model-v3-10games`.
    """
    left_usd = max(0.0, ceilings.month_usd - spent_this_month_usd)
    if estimate_usd <= min(ceilings.job_usd, left_usd):
        return
    is_month = estimate_usd <= ceilings.job_usd
    over, setting = (
        ("the month", "UBALL_CEILING_MONTH_USD") if is_month else ("a job", "UBALL_CEILING_JOB_USD")
    )
    raise Permanent(
        f"{what} is not submitted: about {money(estimate_usd)} is over the ceiling of {over} ({setting}). "
        f"A job may cost {money(ceilings.job_usd)}, a month {money(ceilings.month_usd)}; this month "
        f"{money(spent_this_month_usd)} are spent, {money(left_usd)} remain: raise it, or ask for less"
    )


def refuse_shadow_over(estimate_usd: float, spent_usd: float, ceiling_usd: float, what: str) -> None:
    """Raises Permanent where answers that are only compared would take the month beyond their own ceiling."""
    if spent_usd + estimate_usd > ceiling_usd:
        raise Permanent(
            f"{what} in shadow is not done: about {money(estimate_usd)} is over the ceiling of shadows "
            f"(UBALL_CEILING_SHADOW_USD). A month may cost {money(ceiling_usd)}, {money(spent_usd)} are spent"
        )


def money(amount_usd: float) -> str:
    """`$12.30`; below a cent with four digits."""
    return f"${amount_usd:,.4f}" if 0 < abs(amount_usd) < 0.01 else f"${amount_usd:,.2f}"


def _price(position: int, entry: object) -> Price:
    def refused(why: str) -> Permanent:
        return Permanent(f"price {position}: {why}; write prices like {PRICES_FORM}")

    if not isinstance(entry, dict):
        raise refused("it is no object")
    model, what = str(entry.get("model")), str(entry.get("what"))
    if model not in BASE_MODELS:
        raise refused(f"model {model!r} is none of {', '.join(BASE_MODELS)}")
    if what not in WHATS:
        raise refused(f"what {what!r} is none of {', '.join(WHATS)}")
    amount, as_of = amount_and_day(entry, "usd_per_million_tokens", refused)
    return Price(model, what, amount, as_of, text_in(entry.get("source")) or "UBALL_PRICES")


def _times(price: Price, what: str, factor: float) -> Price:
    return replace(
        price,
        what=what,
        usd_per_million_tokens=price.usd_per_million_tokens * factor,
        source=f"{factor:g} x {price.what}: {price.source}",
    )
