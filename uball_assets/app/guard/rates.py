"""How often one may ask. Counted in this process, of which there is one.

Belongs here: counting. Not here: who is counted (`scopes`).
"""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter


class Rates:
    def __init__(self, requests_a_minute: int) -> None:
        self._item = RateLimitItemPerMinute(requests_a_minute)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def wait_s(self, who: str) -> int:
        """Counts a request; 0 where it may go on, else so many seconds until one may."""
        if self._limiter.hit(self._item, who):
            return 0
        reset_s, _ = self._limiter.get_window_stats(self._item, who)
        return max(1, math.ceil(reset_s - time.time()))
