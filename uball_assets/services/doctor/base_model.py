"""Whether the base model lives, is tuned as the settings ask, and has a price.

Belongs here: what is known without asking Vertex AI. Not here: the models (`domain.spending.base_models`) or
the service (`vertex`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from uball_assets.domain.spending.base_models import BaseModel, base_model, days_left, retirement_warning
from uball_assets.domain.spending.cost import PRICES_FORM, find_price, parse_prices
from uball_assets.services.doctor.findings import Finding, fault, ok, warn


def look_at_base(name: str, location: str, adapter_size: int, today: date) -> Iterator[Finding]:
    """Raises Permanent for a model that nobody knows."""
    base = base_model(name)
    yield _life(base, today)
    if base.caution:
        yield warn("vertex: base model's terms", base.caution, "take another, unless you know better")
    yield _choice("vertex: tuning location", location, base.tuning_locations, "UBALL_TUNING_LOCATION")
    yield _choice("vertex: adapter size", adapter_size, base.adapter_sizes, "UBALL_ADAPTER_SIZE")


def look_at_prices(name: str, annotate_by: str, prices: str) -> Iterator[Finding]:
    """Nothing is spent unpriced, so a price that nobody knows stops what would cost it."""
    check, table = "vertex: prices", parse_prices(prices)
    whats = ("training", f"{annotate_by}_input", f"{annotate_by}_output")
    known = {what: find_price(name, what, table) for what in whats}
    unknown = [what for what, price in known.items() if price is None]
    if unknown:
        seen = f"nobody knows what {name} costs for {', '.join(unknown)}: that is refused"
        yield fault(check, seen, f"look it up, and set UBALL_PRICES like {PRICES_FORM}")
        return
    amounts = [
        f"{price.what} ${price.usd_per_million_tokens:g} ({price.as_of})" for price in known.values() if price
    ]
    yield ok(check, f"a million tokens: {', '.join(amounts)}")


def _life(base: BaseModel, today: date) -> Finding:
    check, days, warning = "vertex: base model", days_left(base, today), retirement_warning(base, today)
    if warning:
        seen, _, remedy = warning.partition(": ")
        return (fault if days is not None and days <= 0 else warn)(check, seen, remedy)
    if days is None:
        return ok(check, f"{base.name} does not retire")
    return ok(check, f"{base.name} lives until {base.retires_on} at least, {days} days")


def _choice(check: str, chosen: str | int, choices: Sequence[str | int], setting: str) -> Finding:
    if chosen in choices:
        return ok(check, str(chosen))
    known = " or ".join(str(choice) for choice in choices)
    return fault(check, f"the base model is not tuned with {chosen}", f"set {setting} to {known}")
