"""How often the store is asked, as a bucket would bill it: by each command, tick and run, at most so often.

Time is not held here, for a busy machine takes longer; `make bench-growth` shows that the counts stay as the
league grows. A kind more that is looked at is a request more: it is entered here, or was one too many.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.growth.metered_store import SCHEME, Meter, MeteredStore
from uball_assets import resources
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.automation.retraining.explaining import explain_models
from uball_assets.domain.store_addresses import SCHEMES, Scheme
from uball_assets.resources import record
from uball_assets.status import read_status
from uball_assets_tests.automation.ticking import Ticker
from uball_assets_tests.league import Platform


@pytest.fixture
def meter() -> Meter:
    return Meter(0.0)


@pytest.fixture
def metered(trained: Platform, meter: Meter, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """A game, a model that has learned from it, and stores that bill."""

    def opened(url: str, **_: Any) -> ObjectStore:
        return MeteredStore(Path(url), meter)

    monkeypatch.setattr(resources, "open_store", opened)
    monkeypatch.setitem(SCHEMES, SCHEME, Scheme(SCHEME, module="", extra="", library=""))
    return trained.with_settings()


MOST = {
    "why": {"list record": 11},
    "status": {"list record": 17, "list videos": 1},
    "games_sensor": {"list record": 12, "list videos": 1, "list unfinished": 1},
}
MOST_OF_A_RUN = 49
"""Beyond its clips, of a home that has read the record before."""


def counted(meter: Meter) -> Counter[str]:
    """Since the last time."""
    found, meter.counted = meter.counted, Counter()
    return found


def test_why_looks_at_each_kind_once(metered: Platform, meter: Meter) -> None:
    for _ in ("what was recorded since", "nothing new"):
        counted(meter)
        explain_models(metered.settings, record(metered.settings), metered.notes)
    assert counted(meter) <= Counter(MOST["why"])


def test_status_lists_the_videos_and_the_record_once_beside_its_looks(
    metered: Platform, meter: Meter
) -> None:
    for _ in ("what was recorded since", "nothing new"):
        counted(meter)
        read_status(metered.settings)
    assert counted(meter) <= Counter(MOST["status"])


def test_a_warm_tick_lists_the_videos_and_looks_at_what_is_new(metered: Platform, meter: Meter) -> None:
    ticker = Ticker(metered, "games_sensor")
    for _ in range(3):
        counted(meter)
        assert ticker.tick() == "1 games: 1 up to date"
    assert counted(meter) <= Counter(MOST["games_sensor"])


def test_a_games_run_asks_for_what_is_its_own(metered: Platform, meter: Meter) -> None:
    """It takes seconds: what is counted is a whole run."""
    for kind in (metered.training / "record").iterdir():
        record(metered.settings).entries(kind.name)
    metered.add_game("g2")
    counted(meter)
    assert metered.run_game("g2").success
    assert meter.requests_beyond_clips <= MOST_OF_A_RUN
