"""Where a long step says how far it is: a bounded number of lines in its run's log, and a tag of the run.

The tag is what `uball runs` and the UI's list of runs show. Belongs here: when and where. Not here: the words
(`domain.operating.progress`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import dagster as dg

from uball_assets.assets import ours
from uball_assets.domain.operating.progress import Meter, Progress, Tell, is_due

if TYPE_CHECKING:
    from uball_assets.media.cutting import batch

PROGRESS_TAG = "uball/progress"
"""Of a run: how far its step is that last said so."""


class StepProgress:
    """Of one step. Called from several threads it says what it is told; a line too many does no harm."""

    def __init__(
        self,
        context: dg.AssetExecutionContext,
        before: float = 0.0,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """`before`: what was done already; the rate and the time left are of what comes on top of it."""
        self._context = context
        self._step = ours.name_of(context.asset_key)
        self._before, self._now_s = before, now_s
        self._began_s = self._idle_until_s = now_s()
        self._told_at_s = 0.0
        self._has_ended = False

    def __call__(self, done: float, of: float, unit: str, beside: str = "") -> None:
        now_s = self._now_s()
        if done <= self._before:
            self._idle_until_s = now_s  # waiting for its turn is not its rate
        elapsed_s = now_s - self._began_s
        if not (is_due(elapsed_s, self._told_at_s) or self._is_its_end(done, of)):
            return
        self._told_at_s, self._has_ended = elapsed_s, bool(of) and done >= of
        rated_s = now_s - self._idle_until_s
        text = Progress(self._step, done, of, unit, rated_s, beside, self._before).text
        self._context.log.info(text)
        with suppress(Exception):  # a step never fails for what is said of it
            self._context.instance.add_run_tags(self._context.run.run_id, {PROGRESS_TAG: text})

    def _is_its_end(self, done: float, of: float) -> bool:
        """Of a step that was long enough to be told of: it is said once that all is done."""
        return self._told_at_s > 0 and not self._has_ended and 0 < of <= done


def step_meter(context: dg.AssetExecutionContext) -> Meter:
    """For what counts its own stretches: examples read, epochs, clips that a model is asked about."""

    def opened(unit: str, beside: str) -> Tell:
        tell = StepProgress(context)
        return lambda done, of: tell(done, of, unit, beside)

    return opened


def copy_progress(context: dg.AssetExecutionContext) -> Callable[[int, int], None]:
    """Of bytes brought."""
    tell = StepProgress(context)
    return lambda done_bytes, all_bytes: tell(done_bytes / 1e6, all_bytes / 1e6, "MB")


def cut_progress(context: dg.AssetExecutionContext) -> Callable[[batch.Progress], None]:
    """Of clips cut, and what is read for them."""
    tell = StepProgress(context)

    def watch(now: batch.Progress) -> None:
        read = f"{now.read_bytes / 1e6:,.0f} of {now.all_bytes / 1e6:,.0f} MB read"
        tell(now.clips, now.all_clips, "clips", read)

    return watch
