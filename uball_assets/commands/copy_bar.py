"""A bar on the terminal while videos are copied: bytes, rate and time left.

Belongs here: showing. Not here: what is copied (`migrate`).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from uball_assets.commands.answers import bytes_text

Shown = Callable[[int, int], None]
EVERY_S = 0.1


@contextmanager
def copy_bar(label: str) -> Iterator[Shown | None]:
    """To be called with bytes so far and in all; None where nobody watches, as in a log."""
    if not sys.stderr.isatty():
        yield None
        return
    begun_s = last_s = time.monotonic()
    first_bytes: int | None = None
    with click.progressbar(
        length=1, label=label, file=sys.stderr, show_eta=False, item_show_func=lambda text: text
    ) as bar:

        def shown(so_far: int, total: int) -> None:
            nonlocal last_s, first_bytes
            first_bytes = so_far if first_bytes is None else first_bytes
            now_s = time.monotonic()
            if now_s - last_s < EVERY_S and so_far < total:
                return
            last_s, bar.length = now_s, max(1, total)
            rate = rate_text(so_far - first_bytes, now_s - begun_s, total - so_far)
            bar.update(so_far - bar.pos, f"{bytes_text(so_far)} of {bytes_text(total)}, {rate}")

        yield shown


def rate_text(moved_bytes: int, elapsed_s: float, left_bytes: int) -> str:
    """`84.2 MB/s, 1:07 left`."""
    if not moved_bytes or elapsed_s <= 0:
        return "-"
    rate = moved_bytes / elapsed_s
    minutes, seconds = divmod(round(left_bytes / rate), 60)
    hours, minutes = divmod(minutes, 60)
    left = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{bytes_text(round(rate))}/s, {left} left"
