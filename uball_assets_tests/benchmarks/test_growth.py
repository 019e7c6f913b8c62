"""What the growth benchmark counts is what a bucket would be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.growth import metered_store
from benchmarks.growth.metered_store import Meter, MeteredStore


def test_a_listing_is_a_request_a_page_and_each_object_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metered_store, "PAGE", 2)
    meter = Meter(0.0)
    store = MeteredStore(tmp_path, meter)
    for number in range(5):
        store.write(f"games/g1/{number}.json", b"")
    assert len(store.list("games/")) == 5
    assert store.list("models/") == []
    store.read("games/g1/0.json")
    assert meter.counted == {"write games": 5, "list games": 3, "list models": 1, "read games": 1}


def test_requests_beyond_clips_leave_out_what_a_game_must_cut(tmp_path: Path) -> None:
    meter = Meter(0.0)
    store = MeteredStore(tmp_path, meter)
    store.write("games/g1/clips/p1_FAR_LEFT.mp4", b"")
    store.write("Games/g1/FAR_LEFT.mp4", b"")
    store.read_range("Games/g1/FAR_LEFT.mp4", 0, 1)
    store.write("games/g1/plays.json", b"")
    assert (meter.requests, meter.requests_beyond_clips) == (4, 2)
