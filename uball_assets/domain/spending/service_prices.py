"""What keeping, sending and computing cost: the price table of services that are not billed by tokens.

Belongs here: the table, and UBALL_PRICES over it. Not here: tokens (`cost`), what was used (`usage`). A price
that nobody knows is never guessed: what has none is counted and told without one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from uball_assets.domain.errors import Permanent
from uball_assets.domain.fields import text_in
from uball_assets.domain.spending.price_fields import amount_and_day

UNITS = {"storage": "GB and month", "egress": "GB", "compute": "hour"}
"""What a price is for, by what it counts. A GB has 2**30 bytes, as both services bill it."""
SERVICES = ("gs", "s3", "machine")
"""Buckets by their scheme; `machine` is what runs are computed on."""
GB_BYTES = 2**30
DAYS_A_MONTH = 365 / 12
SERVICE_FORM = '[{"service": "machine", "what": "compute", "usd": NUMBER, "as_of": "2026-11-28"}]'
"""How UBALL_PRICES names one; NUMBER is left to whoever read a price list."""


@dataclass(frozen=True)
class ServicePrice:
    service: str
    """One of SERVICES."""
    what: str
    """One of UNITS."""
    usd: float
    """For one of the unit."""
    as_of: date
    source: str

    @property
    def unit(self) -> str:
        return UNITS[self.what]

    def as_row(self) -> dict[str, Any]:
        return {**asdict(self), "unit": self.unit, "as_of": str(self.as_of)}


SERVICE_PRICES: tuple[ServicePrice, ...] = (
    ServicePrice(
        "gs",
        "storage",
        0.020,
        date(2026, 9, 20),
        "cloud.google.com/storage/pricing ($0.000027397 a GiB and hour, Standard, us-central1), as copied in "
        "github.com/api-evangelist/gcp-cloud-storage",
    ),
    ServicePrice(
        "gs",
        "egress",
        0.12,
        date(2026, 11, 28),
        "cloud.google.com/storage/pricing-examples (to the internet, Americas and EMEA), in a stored copy",
    ),
    ServicePrice(
        "s3",
        "storage",
        0.023,
        date(2022, 7, 7),
        "gist.github.com/EverettBerry, 'S3 Data Storage' (Standard, the first 50 TB)",
    ),
    ServicePrice(
        "s3",
        "egress",
        0.09,
        date(2026, 6, 2),
        "usage.ai, 'AWS Data Transfer Costs Explained' (to the internet, US East, the first 10 TB; the first "
        "100 GB of a month are free and are counted here all the same)",
    ),
)
"""Read in stored copies of public pages, not from an account: compare, and correct with UBALL_PRICES. Nothing
trustworthy was found for a machine's hour, so computing has no price until somebody names one."""


def service_prices(told: Sequence[object]) -> tuple[ServicePrice, ...]:
    """The table with the entries of a parsed UBALL_PRICES that name a service; others are of tokens.

    Permanent, naming the entry and what is wrong with it.
    """
    table = {(price.service, price.what): price for price in SERVICE_PRICES}
    for position, entry in enumerate(told, start=1):
        if names_service(entry):
            price = _price(position, entry)
            table[price.service, price.what] = price
    return tuple(table.values())


def parse_service_prices(text: str) -> tuple[ServicePrice, ...]:
    """As `service_prices`; `text` has the form of a list already (`cost.parse_prices` says where not)."""
    return service_prices(json.loads(text) if text.strip() else [])


def names_service(entry: object) -> bool:
    return isinstance(entry, dict) and "service" in entry


def find_service_price(service: str, what: str, prices: Sequence[ServicePrice]) -> ServicePrice | None:
    return next((price for price in prices if (price.service, price.what) == (service, what)), None)


def _price(position: int, entry: Any) -> ServicePrice:
    def refused(why: str) -> Permanent:
        return Permanent(f"price {position}: {why}; write prices of services like {SERVICE_FORM}")

    service, what = entry.get("service"), entry.get("what")
    if service not in SERVICES:
        raise refused(f"service {service!r} is none of {', '.join(SERVICES)}")
    if what not in UNITS:
        raise refused(f"what {what!r} is none of {', '.join(UNITS)}")
    amount, as_of = amount_and_day(entry, "usd", refused)
    return ServicePrice(service, what, amount, as_of, text_in(entry.get("source")) or "UBALL_PRICES")
