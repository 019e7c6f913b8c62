"""Who follows a kind reads each entry once, and sees what others append."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from benchmarks.growth.metered_store import Meter, MeteredStore
from uball_assets.adapters.record.following import followed, newest_followed
from uball_assets.adapters.record.registry import StoreRegistry


def now() -> datetime:
    return datetime(2026, 3, 7, tzinfo=UTC)


def test_each_look_reads_only_what_is_new_whoever_wrote_it(tmp_path: Path) -> None:
    meter = Meter(0.0)
    ours = StoreRegistry(MeteredStore(tmp_path, meter), now)
    others = StoreRegistry(MeteredStore(tmp_path, Meter(0.0)), now)
    for number in range(3):
        others.append("games", {"game_id": f"g{number % 2}", "grade": number}, key=str(number))
    assert followed(ours, "games") == others.entries("games")
    read = meter.counted["read record"]
    others.append("games", {"game_id": "g1", "grade": 9}, key="again")
    assert newest_followed(ours, "games") == others.newest_by_subject("games")
    assert followed(ours, "games") == others.entries("games")
    assert meter.counted["read record"] == read + 1
