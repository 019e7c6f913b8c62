"""Opening a source by the address that a setting gives.

Belongs here: which implementation an address means. Not here: what a source does (`results_source`).
"""

from __future__ import annotations

from collections.abc import Callable

from uball_assets.adapters.machine.circuits import ALWAYS_ASKED, Circuits
from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.results.file_feed import FileFeed
from uball_assets.adapters.results.http_feed import HttpFeed
from uball_assets.adapters.results.plays_db_source import PlaysDbSource
from uball_assets.adapters.results.results_source import ResultsSource
from uball_assets.adapters.results.retrying import WAITS_S, Asking
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.league.intake.reading import Clock

OpenStore = Callable[[str], ObjectStore]


def open_source(
    name: str,
    address: str,
    *,
    plays_db: PlaysDb,
    open_store: OpenStore,
    clock: Clock,
    circuits: Circuits | None = None,
    token: str | None = None,
    timeout_s: float = 10.0,
    encoding: str = "",
    waits_s: tuple[float, ...] = WAITS_S,
) -> ResultsSource:
    """`plays`, `http(s)://…`, or a folder's or a bucket's address. Nothing is asked of anybody yet.

    `waits_s`: before each further try of a question that is not answered."""
    ask = Asking(circuits.of(f"results {name}") if circuits else ALWAYS_ASKED, waits_s)
    if address == PlaysDbSource.name:
        return PlaysDbSource(plays_db, clock, ask)
    if address.startswith(("http://", "https://")):
        return HttpFeed(name, address, ask, token=token, timeout_s=timeout_s, encoding=encoding)
    return FileFeed(name, open_store(address), encoding, ask)
