"""Columns of a feed that nobody declared: taken into the warehouse as they are told, over HTTP, and never
into a fact or a feature."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from uball_assets.adapters.results.http_feed import HttpFeed
from uball_assets.adapters.results.retrying import Asking
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.warehouse.duckdb_warehouse import DuckDbWarehouse
from uball_assets.domain.form.book import FormBook
from uball_assets.domain.league.phases import Calendar
from uball_assets.domain.league.tables import FIXTURES, PLAYER_LINES
from uball_assets.services.league.collecting import Collected, collect
from uball_assets.services.league.facts import read_facts
from uball_assets_tests.services.league.feed_server import Answer, FeedServer, feed_server, rows
from uball_assets_tests.services.league.test_feeds_that_lie import GOOD, NOW, fixture, lines

CALENDAR = Calendar.parse(["2025-26 season 2025-10-11..2026-04-10"])


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    with feed_server() as running:
        yield running


class League:
    def __init__(self, server: FeedServer, folder: Path) -> None:
        self.server = server
        self.warehouse, self.store = DuckDbWarehouse(folder / "warehouse"), FolderStore(folder / "training")

    def told(self, *fixtures: dict[str, Any], now: datetime = NOW) -> Collected:
        self.server.answers["fixtures"] = rows(*fixtures)
        feed = HttpFeed("league", self.server.url, Asking(sleep=lambda _: None), timeout_s=1)
        return collect([feed], self.warehouse, self.store, CALENDAR, now)

    def fixtures(self) -> dict[str, dict[str, Any]]:
        """The newest row of each."""
        found = sorted(self.warehouse.read(FIXTURES), key=lambda row: row["known_at"])
        return {row["game_id"]: row for row in found}


@pytest.fixture
def league(server: FeedServer, tmp_path: Path) -> League:
    server.answers.clear()
    server.answers["player_lines"] = rows(*({**line, "Plus/Minus": 3} for line in lines("good")))
    return League(server, tmp_path)


def test_a_new_column_stands_in_the_warehouse_as_it_is_told(league: League) -> None:
    done = league.told({**GOOD, "Referee": "Kim", "attendance": 812})
    assert not done.quarantined
    assert (league.fixtures()["good"]["referee"], league.fixtures()["good"]["attendance"]) == ("Kim", 812)
    assert {row["plus_minus"] for row in league.warehouse.read(PLAYER_LINES)} == {3}
    assert "referee" in done.written["fixtures"].new_columns
    assert any("columns taken as told: Referee, attendance" in notice for notice in done.notices)


def test_of_a_game_that_is_held_it_is_taken_too_and_told_again_changes_nothing(league: League) -> None:
    league.told(GOOD)
    later = NOW + timedelta(days=1)
    league.told({**GOOD, "referee": "Kim"}, now=later)
    assert league.fixtures()["good"]["referee"] == "Kim"
    assert len(league.warehouse.read(FIXTURES)) == 1, "it is no other version of the game"
    before = league.warehouse.stamp((FIXTURES,))
    league.told({**GOOD, "referee": "Kim"}, now=later)
    assert league.warehouse.stamp((FIXTURES,)) == before


def test_what_is_no_plain_value_is_quarantined_and_costs_nothing_else(league: League) -> None:
    done = league.told({**GOOD, "officials": ["Kim", "Lee"], "note": "x" * 501, "hall": "North"})
    assert sorted(entry.what for entry in done.quarantined) == ["note of fixtures", "officials of fixtures"]
    row = league.fixtures()["good"]
    assert (row["hall"], row["status"], row.get("officials")) == ("North", "final", None)


def test_a_value_of_another_form_is_kept_aside_and_its_game_stands(league: League) -> None:
    league.told({**GOOD, "attendance": 812})
    second = {**fixture("second", home_team="owls", away_team="wolves"), "attendance": "many"}
    done = league.told({**GOOD, "attendance": 812}, second, now=NOW + timedelta(days=1))
    assert league.fixtures()["second"]["status"] == "final"
    assert league.fixtures()["second"]["attendance"] is None
    assert any("attendance" in entry.where for entry in done.quarantined)


def test_a_column_of_our_own_that_follows_from_others_is_not_told_by_a_feed(league: League) -> None:
    league.told({**GOOD, "row_source": "me", "played-on": "1999-01-01"})
    assert league.fixtures()["good"]["row_source"] == "league"
    assert str(league.fixtures()["good"]["played_on"]) == "2026-03-17"


def test_no_fact_and_no_feature_changes_by_it(league: League) -> None:
    league.told(GOOD)
    plain = read_facts(league.warehouse)
    league.told({**GOOD, "referee": "Kim", "expected_margin": 40})
    facts = read_facts(league.warehouse)
    assert facts == plain
    [game] = facts.fixtures
    assert FormBook(facts).game(game)["expected_margin"] is None


def test_a_spreadsheet_tells_them_under_its_own_headers(league: League) -> None:
    head = ",".join([*GOOD, "Half-time score"])
    league.server.answers["fixtures"] = Answer(
        f"{head}\n{','.join(map(str, GOOD.values()))},30:28\n".encode()
    )
    feed = HttpFeed("league", league.server.url, Asking(sleep=lambda _: None), timeout_s=1)
    collect([feed], league.warehouse, league.store, CALENDAR, datetime.now(UTC))
    assert league.fixtures()["good"]["half_time_score"] == "30:28"
