"""The plays database tells fixtures, results and who was on which roster when."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from uball_assets.adapters.plays.opening import open_plays_db
from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.results.file_feed import FileFeed
from uball_assets.adapters.results.plays_db_source import PlaysDbSource
from uball_assets.adapters.results.results_source import ResultsSource, Wanted
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.league.intake.reading import Clock
from uball_assets.domain.league.phases import Calendar
from uball_assets.domain.league.rosters import roster_at
from uball_assets.services.league.collecting import Collected, collect
from uball_assets.services.league.facts import read_facts
from uball_assets_tests.services.league.warehouse_in_memory import WarehouseInMemory

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Vienna")


def game(game_id: str, day: str, players: str, **other: Any) -> dict[str, Any]:
    return {
        "id": game_id,
        "date": day,
        "team1_display_name": "Lions",
        "team2_display_name": "Bears",
        "roster_team1": [{"player_id": one, "name": f"Player {one}", "jersey_number": 1} for one in players],
        **other,
    }


@pytest.fixture
def plays_db(tmp_path: Path) -> PlaysDb:
    made = open_plays_db(f"sqlite:///{tmp_path / 'plays.db'}")
    for row in (
        game("g1", "2026-03-10", "ab", scores={"team1": 61, "team2": 58}),
        game("g2", "2026-03-17", "ac"),
        game("g3", "2026-03-24", ""),
        game("g4", "2026-03-17", "", scores={"team1": 900, "team2": 58}, team2_display_name="Wolves"),
    ):
        made.add_game(row, [], [])
    return made


def collected(plays_db: PlaysDb, folder: Path, warehouse: WarehouseInMemory, now: datetime) -> Collected:
    source = PlaysDbSource(plays_db, Clock(now, ZONE))
    return collect([source], warehouse, FolderStore(folder / "t"), Calendar(), now, zone=ZONE)


def test_games_become_fixtures_and_rosters_become_moves(plays_db: PlaysDb, tmp_path: Path) -> None:
    warehouse = WarehouseInMemory()
    done = collected(plays_db, tmp_path, warehouse, NOW)
    facts = read_facts(warehouse)
    told = {one.game_id: (str(one.status), one.home_points) for one in facts.fixtures}
    assert told == {
        "g2": ("scheduled", None),
        "g3": ("scheduled", None),
        "g4": ("scheduled", None),
    }, "g1 has a result without lines: graded F, it stays out"
    assert done.grades["g1"].letter == "F"
    assert [entry.why for entry in done.quarantined] == ["a score of 900 cannot be (0 to 250)"]
    assert {(gap.game_id, str(gap.missing)) for gap in done.gaps} == {("g2", "result"), ("g4", "result")}
    (g2,) = [one for one in facts.fixtures if one.game_id == "g2"]
    assert g2.tip_off == datetime(2026, 3, 17, 17, tzinfo=UTC), "six in the evening in Vienna"
    assert roster_at(facts.roster_moves, "Lions", NOW).players == {"a", "c"}
    assert roster_at(facts.roster_moves, "Lions", g2.tip_off).players == {"a", "b"}, "g2 was seen a day late"


def test_only_what_is_missing_is_read(
    plays_db: PlaysDb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = WarehouseInMemory()
    collected(plays_db, tmp_path, warehouse, NOW)
    read: list[str] = []
    real = plays_db.game

    def counted(game_id: str) -> Any:
        read.append(game_id)
        return real(game_id)

    monkeypatch.setattr(plays_db, "game", counted)
    collected(plays_db, tmp_path, warehouse, NOW)
    assert read == ["g2", "g4", "g3"]


def test_days_and_ids_narrow_what_is_read(plays_db: PlaysDb) -> None:
    source = PlaysDbSource(plays_db, Clock(NOW))
    since = Wanted(since=NOW.date())
    assert [raw.values["game_id"] for raw in source.fetch(since).rows] == ["g3"]
    one = Wanted(game_ids=frozenset({"g1"}))
    assert [raw.values["home_points"] for raw in source.fetch(one).rows] == [61]


def test_nothing_follows_from_sheets_where_a_feed_tells_moves(plays_db: PlaysDb, tmp_path: Path) -> None:
    warehouse, folder = WarehouseInMemory(), tmp_path / "feed"
    folder.mkdir()
    move = {"player_id": "a", "team_id": "Lions", "move": "joined", "moved_at": "2026-03-01"}
    (folder / "roster_moves.json").write_text(json.dumps([move]))
    sources: list[ResultsSource] = [
        PlaysDbSource(plays_db, Clock(NOW, ZONE)),
        FileFeed("league", FolderStore(folder)),
    ]
    for _ in range(2):
        collect(sources, warehouse, FolderStore(tmp_path / "t"), Calendar(), NOW, zone=ZONE)
    assert [one.player_id for one in read_facts(warehouse).roster_moves] == ["a"]
