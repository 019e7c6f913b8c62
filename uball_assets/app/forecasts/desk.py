"""Where questions for forecasts are taken: a ready answer at once, any other by one thread, in turn.

One thread, for a forecast is nothing but reckoning: several would share one processor, and make one thing
twice. Belongs here: the way from a question to bytes. Not here: what an answer says (`predicted`), the rules
of keeping it (`services.predicting.kept`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor

from uball_assets.services.predicting.kept import KeptAnswers
from uball_assets.services.predicting.predictor import Predictor

Make = Callable[[Predictor], bytes]


class ForecastDesk:
    """Of one league. Its thread is started by the first question."""

    def __init__(self, predictor: Predictor) -> None:
        self.predictor = predictor
        self._kept = KeptAnswers[bytes]()
        self._thread = ThreadPoolExecutor(1, "forecasts")

    async def answer(self, question: Hashable, make: Make) -> bytes:
        """As `make` gives it, or as it gave it before, while nothing has changed that it rests on. Raises
        what `make` and the adapters raise."""
        if self.predictor.is_fresh:
            ready = self._kept.find(self.predictor.version, question)
            if ready is not None:
                return ready
        return await asyncio.wrap_future(self._thread.submit(self._made, question, make))

    def close(self) -> None:
        self._thread.shutdown()

    def _made(self, question: Hashable, make: Make) -> bytes:
        self.predictor.look()
        return self._kept.of(self.predictor.version, question, lambda: make(self.predictor))
