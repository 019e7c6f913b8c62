"""Whether this machine's clock is that of the services: requests are signed with it.

Belongs here: one comparison, with the Date that every HTTP answer carries. Not here: whether a service lets
us in (its own check).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from uball_assets.services.doctor.findings import Finding, fault, ok, skipped, warn

MOST_OFF_S = 60.0
"""S3 refuses signatures more than 15 minutes off, Google's tokens fail from about a minute on."""
ASK_S = 5.0


def look_at_clock(addresses: Mapping[str, str], now: Callable[[], datetime]) -> Iterator[Finding]:
    """`addresses` are URLs by service; the first that answers tells the time, whatever else it says."""
    if not addresses:
        yield skipped("clock", "no service is configured that could tell the time")
        return
    for service, url in addresses.items():
        date = _date_of(url)
        if date:
            yield _compared(service, (now() - date).total_seconds())
            return
    seen = f"none of {', '.join(addresses)} tells the time"
    yield warn("clock", seen, "check the network; set the clock by NTP if in doubt")


def _date_of(url: str) -> datetime | None:
    from urllib3 import PoolManager, Timeout
    from urllib3.exceptions import HTTPError

    try:
        with PoolManager() as pool:
            answer = pool.request("HEAD", url, timeout=Timeout(total=ASK_S), retries=False, redirect=False)
            date = parsedate_to_datetime(answer.headers["Date"])
    except (HTTPError, KeyError, ValueError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _compared(service: str, ahead_s: float) -> Finding:
    seen = f"{abs(ahead_s):.0f} s {'ahead of' if ahead_s > 0 else 'behind'} {service}"
    if abs(ahead_s) <= MOST_OFF_S:
        return ok("clock", seen)
    return fault("clock", seen, "set it by NTP: signed requests and logins fail with a wrong clock")
