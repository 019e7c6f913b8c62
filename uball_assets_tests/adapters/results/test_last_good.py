"""The last good copy answers where its source does not, and holds only what was believed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from uball_assets.adapters.results.file_feed import FileFeed
from uball_assets.adapters.results.last_good import LastGood
from uball_assets.adapters.results.results_source import EVERYTHING, Wanted
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.league.intake.reading import Kind, RawRow
from uball_assets.domain.league.phases import Calendar
from uball_assets.services.league.collecting import collect
from uball_assets.services.league.facts import read_held
from uball_assets_tests.services.league.warehouse_in_memory import WarehouseInMemory

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)


def row(game_id: str, **other: Any) -> RawRow:
    told = {"game_id": game_id, "tip_off": NOW, "home_team": "lions", "away_team": "bears"}
    return RawRow(Kind.FIXTURES, "anywhere", {**told, **other})


@pytest.fixture
def copy(tmp_path: Path) -> LastGood:
    made = LastGood(FolderStore(tmp_path), "league")
    made.keep([(date(2026, 2, 27), row("g1", home_points=60)), (date(2026, 3, 2), row("g2"))])
    return made


def told(copy: LastGood, wanted: Wanted = EVERYTHING) -> list[tuple[str, int | None]]:
    return [(raw.values["game_id"], raw.values.get("home_points")) for raw in copy.fetch(wanted).rows]


def test_rows_come_back_by_month(copy: LastGood) -> None:
    assert told(copy) == [("g1", 60), ("g2", None)]
    assert told(copy, Wanted(since=date(2026, 3, 1))) == [("g2", None)]
    assert told(copy, Wanted(until=date(2026, 1, 31))) == []
    assert copy.fetch(EVERYTHING).rows[1].values["tip_off"] == str(NOW)


def test_a_row_that_was_told_anew_takes_its_place(copy: LastGood) -> None:
    copy.keep([(date(2026, 2, 27), row("g1", home_points=61)), (date(2026, 2, 27), row("g0"))])
    assert told(copy, Wanted(until=date(2026, 2, 28))) == [("g0", None), ("g1", 61)]


def test_a_damaged_month_costs_only_itself_and_comes_anew(copy: LastGood, tmp_path: Path) -> None:
    month = tmp_path / "results/last_good/league/fixtures/2026-02.json"
    month.write_text('[{"game_id": "g1", "tip')
    assert told(copy) == [("g2", None)]
    copy.keep([(date(2026, 2, 27), row("g1", home_points=60))])
    assert told(copy) == [("g1", 60), ("g2", None)]


def test_an_emptied_warehouse_is_filled_again_though_the_feed_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "feed"
    folder.mkdir()
    teams = {"tip_off": "2026-03-17T19:00:00Z", "home_team": "lions", "away_team": "bears"}
    good = {**teams, "game_id": "good", "home_points": 60, "away_points": 55}
    file = folder / "fixtures.json"
    file.write_text(json.dumps([good, {**good, "game_id": "bad", "phase": "finale"}]))
    feed, store = FileFeed("league", FolderStore(folder)), FolderStore(tmp_path / "training")
    collect([feed], WarehouseInMemory(), store, Calendar(), NOW)
    file.unlink()
    emptied = WarehouseInMemory()
    done = collect([feed], emptied, store, Calendar(), NOW)
    assert [(one.source, one.rows) for one in done.asked] == [("league", 0), ("league, last good copy", 1)]
    held = read_held(emptied).fixture("good")
    assert held is not None
    assert held.home_points == 60
