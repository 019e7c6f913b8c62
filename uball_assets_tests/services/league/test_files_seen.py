"""A file that is as it was is not read again; one that changed is taken whole, old corrections too."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from uball_assets.adapters.results.dead_letters import DeadLetters
from uball_assets.adapters.results.file_feed import FileFeed
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.league.phases import Calendar
from uball_assets.services.league.collecting import Collected, collect
from uball_assets.services.league.facts import read_held
from uball_assets_tests.services.league.warehouse_in_memory import WarehouseInMemory

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
CALENDAR = Calendar.parse(["2025-26 season 2025-10-11..2026-04-10"])


def fixture(game_id: str, day: str, points: int | None) -> dict[str, Any]:
    told = {"game_id": game_id, "tip_off": f"{day}T19:00:00Z", "home_team": "lions", "away_team": "bears"}
    return {**told, "home_points": points, "away_points": points and 55}


class League:
    """Of a feed of two files, collected once."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.read = folder / "feed", list[str]()
        self.folder.mkdir()
        self.store = FolderStore(folder / "training")
        self.feed, self.warehouse = FileFeed("league", _Counting(self.folder, self.read)), WarehouseInMemory()
        self.write("fixtures-old.json", fixture("old", "2026-01-10", 60))
        self.write("fixtures-new.json", fixture("new", "2026-03-17", None))
        self.collect(0)
        self.read.clear()

    def write(self, name: str, *rows: dict[str, Any]) -> None:
        (self.folder / name).write_text(json.dumps(rows))

    def collect(self, hours: int, history_days: int | None = None) -> Collected:
        now = NOW + timedelta(hours=hours)
        sources = [self.feed]
        return collect(sources, self.warehouse, self.store, CALENDAR, now, history_days=history_days)

    def points(self, game_id: str) -> list[int | None]:
        versions = read_held(self.warehouse).fixtures[game_id]
        return [one.home_points for one in sorted(versions, key=lambda one: one.known_at)]


class _Counting(FolderStore):
    def __init__(self, folder: Path, read: list[str]) -> None:
        super().__init__(folder)
        self._names = read

    def read(self, name: str) -> bytes:
        self._names.append(name)
        return super().read(name)


@pytest.fixture
def league(tmp_path: Path) -> League:
    return League(tmp_path)


def test_what_did_not_change_is_not_read(league: League) -> None:
    assert league.collect(1).written == {}
    assert league.read == []
    league.write("fixtures-new.json", fixture("new", "2026-03-17", 61))
    league.collect(2)
    assert league.read == ["fixtures-new.json"]
    assert league.points("new") == [None, 61]


def test_a_correction_of_long_ago_in_a_changed_file_is_a_version_known_now(league: League) -> None:
    league.write("fixtures-old.json", fixture("old", "2026-01-10", 62))
    league.collect(1)
    assert league.points("old") == [60, 62]
    newest = read_held(league.warehouse).fixture("old")
    assert newest is not None
    assert newest.known_at == NOW + timedelta(hours=1)


def test_a_broken_file_that_stays_as_it_is_keeps_its_letter(league: League) -> None:
    letters = DeadLetters(league.store)
    (league.folder / "fixtures-next.json").write_text("<html>moved")
    for hours in (1, 2):
        league.collect(hours)
        assert [letter.where for letter in letters.all()] == ["fixtures-next.json"]
    league.write("fixtures-next.json", fixture("next", "2026-03-30", None))
    league.collect(3)
    assert letters.all() == []
    assert league.points("next") == [None]


def test_all_is_read_anew_where_days_are_asked_for(league: League) -> None:
    league.collect(1, history_days=30)
    assert league.read == ["fixtures-new.json", "fixtures-old.json"]
