"""Standing alerts on spending and failures: a threshold, what is over it, and what to do.

Belongs here: when one is raised and its words. Not here: gathering the numbers (`automation.alerts`), what
refuses a job (`cost`).
"""

from __future__ import annotations

from collections.abc import Sequence

from uball_assets.domain.spending.cost import money
from uball_assets.domain.spending.usage import Charge, totals


def spending_alert(charges: Sequence[Charge], day: str, limit_usd: float) -> str | None:
    """One sentence where a day's charges are over the threshold."""
    found = [total for total in totals(charges, lambda charge: charge.day) if total.name == day]
    if not found or found[0].usd <= limit_usd:
        return None
    parts = ", ".join(f"{what} {money(usd)}" for what, usd in sorted(found[0].by_what.items()) if usd)
    return (
        f"{money(found[0].usd)} on {day} is over {money(limit_usd)} a day (UBALL_ALERT_DAY_USD): {parts}; "
        "`uball costs` says for what"
    )


def failure_alert(failed_runs: int, limit: int) -> str | None:
    """One sentence where so many runs failed within the last hour."""
    if failed_runs < limit:
        return None
    count = f"{failed_runs} run{'s' * (failed_runs != 1)}"
    return (
        f"{count} failed within the last hour, {limit} are told (UBALL_ALERT_ERRORS_PER_HOUR): "
        "look at the failed runs in the UI"
    )
