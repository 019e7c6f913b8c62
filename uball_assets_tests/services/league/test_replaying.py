"""Dead letters are read, corrected, replayed and dropped; replaying is safe to repeat."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from uball_assets.adapters.results.dead_letters import DeadLetters
from uball_assets.adapters.results.file_feed import FileFeed
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.league.fixtures import Fixture
from uball_assets.domain.league.intake.letters import Letter
from uball_assets.domain.league.intake.reading import Clock
from uball_assets.domain.league.phases import Calendar
from uball_assets.services.league.collecting import Collected, collect
from uball_assets.services.league.facts import read_held
from uball_assets.services.league.replaying import Replayed, replay
from uball_assets_tests.services.league.warehouse_in_memory import WarehouseInMemory

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=5)
CALENDAR = Calendar()


def fixture(**other: Any) -> dict[str, Any]:
    told = {"game_id": "g1", "tip_off": "2026-03-17T19:00:00Z", "home_team": "lions", "away_team": "bears"}
    return {**told, "home_points": 60, "away_points": 55, **other}


class League:
    def __init__(self, folder: Path) -> None:
        self.folder, self.warehouse = folder / "feed", WarehouseInMemory()
        self.store = FolderStore(folder / "training")
        self.folder.mkdir()
        self.feed = FileFeed("league", FolderStore(self.folder))

    def tell(self, *rows: dict[str, Any]) -> None:
        (self.folder / "fixtures.json").write_text(json.dumps(rows))

    def collect(self, now: datetime = NOW) -> Collected:
        return collect([self.feed], self.warehouse, self.store, CALENDAR, now, history_days=30)

    def replay(self, letter: Letter, corrected: dict[str, Any] | None = None) -> Replayed:
        body = json.dumps([corrected]).encode() if corrected else None
        clock = Clock(LATER)
        return replay(letter, [self.feed], self.warehouse, self.store, CALENDAR, clock, corrected=body)

    @property
    def letters(self) -> list[Letter]:
        return DeadLetters(self.store).all()

    @property
    def versions(self) -> list[Fixture]:
        return sorted(read_held(self.warehouse).fixtures["g1"], key=lambda one: one.known_at)


@pytest.fixture
def league(tmp_path: Path) -> League:
    made = League(tmp_path)
    made.tell(fixture(home_points=900))
    made.collect()
    return made


def test_a_letter_tells_the_row_as_it_came_with_why_and_what_to_do(league: League) -> None:
    (letter,) = league.letters
    assert json.loads(letter.body) == [{**fixture(home_points=900)}]
    assert (letter.source, letter.kind, letter.game_ids) == ("league", "fixtures", ("g1",))
    assert letter.where == "fixtures.json row 1"
    assert "a score of 900 cannot be" in letter.why
    assert letter.remedy


def test_the_same_row_met_again_is_the_same_letter(league: League) -> None:
    before = league.letters
    league.collect(LATER)
    assert league.letters == before


def test_what_is_still_wrong_stays(league: League) -> None:
    (letter,) = league.letters
    done = league.replay(letter)
    assert done.left == ("fixtures.json row 1 row 1: a score of 900 cannot be (0 to 250)",)
    assert league.letters == [letter]


def test_a_corrected_row_is_known_since_it_was_corrected_and_again_changes_nothing(league: League) -> None:
    (letter,) = league.letters
    assert league.replay(letter, fixture(home_points=90)).games == ("g1",)
    assert [(one.home_points, one.known_at) for one in league.versions] == [(None, NOW), (90, LATER)]
    assert league.letters == []
    assert league.replay(letter, fixture(home_points=90)) == Replayed(letter.letter_id, (), ())
    assert len(league.versions) == 2


def test_what_was_told_since_stands_over_an_old_letter(league: League) -> None:
    (letter,) = league.letters
    league.tell(fixture(home_points=61))
    league.collect(NOW + timedelta(hours=1))
    usable = replace(letter, body=json.dumps([fixture(home_points=59)]))
    assert league.replay(usable).left == ()
    assert [one.home_points for one in league.versions] == [None, 61]


def test_a_row_that_its_source_corrects_settles_its_letter(league: League) -> None:
    league.tell(fixture(home_points=61))
    league.collect(LATER)
    assert league.letters == []


def test_a_line_before_its_game_is_known_can_be_replayed_once_it_is(tmp_path: Path) -> None:
    league = League(tmp_path)
    league.tell(fixture(game_id="other"))
    line = {"game_id": "g1", "team_id": "lions", "player_id": "p1", "twos_made": 3}
    (league.folder / "player_lines.json").write_text(json.dumps([line]))
    collect([league.feed], league.warehouse, league.store, CALENDAR, NOW)
    (letter,) = league.letters
    assert letter.why == "no source knows the game g1"
    league.tell(fixture())
    (league.folder / "player_lines.json").unlink()
    league.collect(NOW + timedelta(hours=1))
    assert league.replay(letter).games == ("g1",)
    assert [one.counts.points for one in read_held(league.warehouse).player_lines["g1"]] == [6]
    assert league.letters == []


def test_silence_is_one_letter_and_is_settled_by_an_answer(tmp_path: Path) -> None:
    league = League(tmp_path)
    league.collect()
    league.collect(LATER)
    (letter,) = league.letters
    assert (letter.body, letter.first_seen) == ("", NOW)
    assert league.replay(letter).left
    league.tell(fixture())
    assert league.replay(letter).games == ("g1",)
    assert league.letters == []


def test_a_changed_form_is_one_letter_not_a_thousand(tmp_path: Path) -> None:
    league = League(tmp_path)
    league.tell(*(fixture(game_id=f"g{number}", tip_off="soon") for number in range(1000)))
    assert len(league.collect().quarantined) == 1000
    (letter,) = league.letters
    assert letter.why.startswith("1000 rows were refused, the first: tip_off is 'soon'")
    assert len(json.loads(letter.body)) == 1000


def test_a_letter_that_is_not_there_is_refused(league: League) -> None:
    with pytest.raises(Permanent, match="there is no dead letter"):
        DeadLetters(league.store).read("league-0000000000")
    DeadLetters(league.store).drop("league-0000000000")
