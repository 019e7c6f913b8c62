"""What every price that a person writes has: an amount and the day from which it was read.

Belongs here: reading those two. Not here: what is priced (`cost` for tokens, `service_prices` for the rest).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from uball_assets.domain.errors import Permanent
from uball_assets.domain.fields import number_in


def amount_and_day(
    entry: Mapping[str, Any], amount_name: str, refused: Callable[[str], Permanent]
) -> tuple[float, date]:
    """The amount in dollars, not below 0, and `as_of`. Raises what `refused` makes of the reason."""
    amount = number_in(entry.get(amount_name))
    if amount is None or amount < 0:
        raise refused(f"{amount_name} {entry.get(amount_name)!r} is no amount")
    try:
        return amount, date.fromisoformat(str(entry.get("as_of")))
    except ValueError as error:
        raise refused(f"as_of {entry.get('as_of')!r} is no day like 2026-11-23") from error
