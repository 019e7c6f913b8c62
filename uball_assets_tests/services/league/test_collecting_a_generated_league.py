"""A whole league's feed goes into the warehouse as it is, with both clocks, and again changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from uball_assets.adapters.results.file_feed import FileFeed
from uball_assets.adapters.stores.opening import open_store
from uball_assets.adapters.warehouse.opening import open_warehouse
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.demo.seasons.feed_files import write_feed
from uball_assets.demo.seasons.generated import GeneratedSeasons
from uball_assets.domain.league.phases import Calendar
from uball_assets.services.league.collecting import Collected, collect
from uball_assets.services.league.facts import read_facts

FACTS = GeneratedSeasons(seed=5, teams=4, seasons=2, games_a_season=12, games_to_come=2).facts
NOW = max(one.known_at for one in FACTS.fixtures if one.is_final) + timedelta(hours=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("league")
    write_feed(folder / "feed", FACTS, NOW)
    return folder


@pytest.fixture(scope="module")
def first(folder: Path) -> Collected:
    return collected(folder, NOW)


def warehouse(folder: Path) -> Warehouse:
    return open_warehouse(str(folder / "warehouse"))


def collected(folder: Path, now: datetime) -> Collected:
    feed = FileFeed("league", open_store(str(folder / "feed")))
    return collect([feed], warehouse(folder), open_store(str(folder / "training")), Calendar(), now)


def test_every_fixture_of_the_feed_is_there_in_every_version(folder: Path, first: Collected) -> None:
    assert first.written["fixtures"].added == len(read_facts(warehouse(folder)).fixtures)
    assert set(read_facts(warehouse(folder)).fixtures) == {f for f in FACTS.fixtures if f.known_at <= NOW}


def test_what_was_known_at_a_moment_is_what_the_league_knew_then(folder: Path, first: Collected) -> None:
    assert not first.quarantined
    read = read_facts(warehouse(folder))
    for fixture in FACTS.fixtures[::5]:
        told = {(o.game_id, o.player_id): o.counts for o in FACTS.known_at(fixture.tip_off).player_lines}
        held = {(o.game_id, o.player_id): o.counts for o in read.known_at(fixture.tip_off).player_lines}
        assert held == told


def test_each_final_game_is_graded_and_nothing_is_missing(first: Collected) -> None:
    finals = {one.game_id for one in FACTS.fixtures if one.is_final}
    assert set(first.grades) == finals
    assert {grade.letter for grade in first.grades.values()} <= {"A", "B"}
    assert not first.gaps


def test_collecting_again_writes_nothing(folder: Path, first: Collected) -> None:
    assert first.games
    again = collected(folder, NOW + timedelta(minutes=5))
    assert (again.written, again.games, again.quarantined) == ({}, set(), [])
