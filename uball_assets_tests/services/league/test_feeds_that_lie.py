"""A feed lies, stalls, breaks off, changes its form: what is kept, what is quarantined, what becomes a dead
letter, and who answers instead. A real server on this machine is asked over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from uball_assets.adapters.machine.circuits import Circuits
from uball_assets.adapters.results.dead_letters import DeadLetters
from uball_assets.adapters.results.file_feed import FileFeed
from uball_assets.adapters.results.http_feed import HttpFeed
from uball_assets.adapters.results.retrying import Asking
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.domain.circuits import Rule
from uball_assets.domain.league.lines import COUNTED
from uball_assets.domain.league.phases import Calendar
from uball_assets.services.league.collecting import Collected, collect
from uball_assets.services.league.facts import read_held
from uball_assets_tests.services.league.feed_server import Answer, FeedServer, feed_server, rows
from uball_assets_tests.services.league.warehouse_in_memory import WarehouseInMemory

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
CALENDAR = Calendar.parse(["2025-26 season 2025-10-11..2026-04-10"])
TEAMS = ("lions", "bears")


def fixture(game_id: str, **other: Any) -> dict[str, Any]:
    told = {"game_id": game_id, "tip_off": "2026-03-17T19:00:00Z", "home_team": "lions", "away_team": "bears"}
    return {**told, "home_points": 60, "away_points": 55, **other}


def lines(game_id: str) -> list[dict[str, Any]]:
    """Of five players a side, who scored what the fixture says."""
    return [
        dict.fromkeys(COUNTED, 0)
        | {"game_id": game_id, "team_id": team, "player_id": f"{team}{number}", "twos_made": twos}
        | ({"free_throws_made": 5} if team == "bears" and number == 0 else {})
        for team, scores in (("lions", (6, 6, 6, 6, 6)), ("bears", (5, 5, 5, 5, 5)))
        for number, twos in enumerate(scores)
    ]


GOOD = fixture("good")


@dataclass(frozen=True)
class Case:
    says: str
    fixtures: Answer
    kept: dict[str, str] = field(default_factory=lambda: {"good": "final"})
    """Of the feed alone, games and their status."""
    why: str = ""
    """Quarantined once, with this in its reason; '' for nothing."""
    letters: int = 1


def _bad(says: str, why: str, kept: str = "", **other: Any) -> Case:
    """A bad row beside a good one; `kept`: what is kept of the bad one."""
    held = {"good": "final"} | ({"bad": kept} if kept else {})
    return Case(says, rows(GOOD, fixture("bad", **other)), held, why)


def _csv(*told: dict[str, Any], names: dict[str, str] | None = None, **beside: str) -> str:
    """With columns renamed, and more columns."""
    columns = [(names or {}).get(name, name) for name in told[0]]
    head = ",".join([*columns, *beside])
    return "\n".join([head, *(",".join([*map(str, row.values()), *beside.values()]) for row in told), ""])


_TWO = json.dumps([GOOD, fixture("second")]).encode()
_CSV = _csv(GOOD, fixture("second"))
_BOTH = {"good": "final", "second": "final"}
_LATIN = Answer(
    _csv(fixture("good", home_team="Löwen")).encode("latin-1"),
    headers={"Content-Type": "text/csv; charset=iso-8859-1"},
)
_RENAMED = Answer(_csv(GOOD, names={"tip_off": "anpfiff"}).encode())
_USUAL = Answer(_csv(GOOD, names={"tip_off": "date"}).encode())
_WITHOUT = rows({name: value for name, value in GOOD.items() if name != "away_team"})
_IN_A_NUMBER = Answer(_CSV[:-2].encode(), announced=len(_CSV))
_TWICE = rows(GOOD, fixture("second"), fixture("second"))
_CONTRADICTED = rows(GOOD, fixture("bad"), fixture("bad", home_points=61))

CASES = [
    # It lies: the row's schedule is kept where only its result cannot be.
    _bad("a negative score", "a score of -3 cannot be", "scheduled", home_points=-3),
    _bad("a score of 900", "a score of 900 cannot be", "scheduled", home_points=900),
    _bad("half a point", "a score of 60.5 cannot be", "scheduled", home_points=60.5),
    _bad("points as words", "a score of sixty cannot be", "scheduled", home_points="sixty"),
    _bad("a draw", "no game ends so", "scheduled", home_points=55),
    _bad("a final without points", "it is final and has no", "scheduled", status="final", home_points=""),
    _bad("a result before the game", "before it began", "scheduled", tip_off="2026-03-20T19:00:00Z"),
    _bad("a result known before tip-off", "before it began", "scheduled", known_at="2026-03-17T18:00:00Z"),
    _bad("an unknown status", "its status, 'sunk', is none", "scheduled", status="sunk"),
    _bad("a team against itself", "lions cannot meet itself", away_team="lions"),
    _bad("a date of 1970", "which cannot be", tip_off="1970-01-01T00:00:00Z"),
    _bad("a date of 2126", "which cannot be", tip_off="2126-03-17T19:00:00Z"),
    _bad("no date at all", "no date or moment", tip_off="soon"),
    _bad("a date as a number", "no date or moment", tip_off=1773774000),
    _bad("a stamp of tomorrow", "in the future", known_at="2026-03-19T12:00:00Z"),
    _bad("an unknown phase", "its phase, 'finale', is none", phase="finale"),
    _bad("no home team", "it has no home_team", home_team=None),
    Case("a game twice with different scores", _CONTRADICTED, why="told twice, and differently", letters=2),
    Case("a game twice with the same score", _TWICE, _BOTH, letters=0),
    # It is no table.
    Case("a web page with 200", Answer(b"<!DOCTYPE html><p>We are moving"), {}, "it is a web page"),
    Case("an empty body", Answer(b""), {}, "it is empty"),
    Case("an empty list", rows(), {}, letters=0),
    Case("an error as JSON", Answer(b'{"error": "quota"}'), {}, "it holds an error"),
    Case("a picture", Answer(b"\x89PNG\r\n\x1a\n\x00\x00\x00"), {}, "is not UTF-8"),
    # It breaks off.
    Case("fewer bytes than announced", Answer(_TWO[:-30], announced=len(_TWO)), why="breaks off"),
    Case("a table cut off in a number", _IN_A_NUMBER, why="it breaks off"),
    Case("JSON that ends in the middle", Answer(_TWO[:-30]), why="it breaks off"),
    Case("a stall after the first row", Answer(_TWO[:-30], announced=999, stalls=True), why="breaks off"),
    # It changes its form.
    Case("a column renamed to another usual name", _USUAL, letters=0),
    Case("a new column", Answer(_csv(GOOD, referee="Kim").encode()), letters=0),
    Case("a needed column renamed", _RENAMED, {}, "no column tip_off"),
    Case("a needed column gone", _WITHOUT, {}, "no column away_team"),
    Case("numbers as texts", rows(fixture("good", home_points="60", away_points="55")), letters=0),
    # Another encoding, another separator.
    Case("UTF-16", Answer(_CSV.encode("utf-16")), _BOTH, letters=0),
    Case("Latin-1, and it says so", _LATIN, letters=0),
    Case("semicolons", Answer(_CSV.replace(",", ";").encode()), _BOTH, letters=0),
    # It does not answer.
    Case("a refusal", Answer(status=403), {}, "access is denied"),
    Case("trouble within", Answer(status=503), {}, "answers with status 503"),
    Case("a stall", Answer(b"", announced=100, stalls=True), {}, "breaks off"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    with feed_server() as running:
        yield running


class League:
    """A warehouse, a training store and a feed, with another source behind it that is always right."""

    def __init__(self, server: FeedServer, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.warehouse, self.store = WarehouseInMemory(), FolderStore(folder / "training")
        self.slept: list[float] = []
        self.feed = HttpFeed("league", server.url, Asking(sleep=self.slept.append), timeout_s=0.1)

    def collect(self, *others: FileFeed, now: datetime = NOW) -> Collected:
        return collect([self.feed, *others], self.warehouse, self.store, CALENDAR, now)

    def second(self) -> FileFeed:
        folder = self.folder / "second"
        folder.mkdir()
        told = [fixture("good"), fixture("bad")]
        (folder / "fixtures.json").write_text(json.dumps(told))
        (folder / "player_lines.json").write_text(json.dumps(lines("good") + lines("bad")))
        return FileFeed("second", FolderStore(folder))

    @property
    def games(self) -> dict[str, str]:
        held = read_held(self.warehouse)
        return {game_id: str(one.status) for game_id in held.fixtures if (one := held.fixture(game_id))}


@pytest.fixture
def league(server: FeedServer, tmp_path: Path) -> League:
    server.answers.clear()
    server.asked.clear()
    return League(server, tmp_path)


@pytest.mark.parametrize("case", CASES, ids=[case.says for case in CASES])
def test_a_bad_answer_costs_only_what_is_bad_in_it(case: Case, league: League) -> None:
    league.server.answers |= {"fixtures": case.fixtures}
    done = league.collect()
    assert league.games == case.kept
    assert [case.why in entry.why for entry in done.quarantined] == [True] * (case.letters if case.why else 0)
    assert all(entry.what and entry.where and entry.remedy for entry in done.quarantined)
    kept = DeadLetters(league.store).all()
    assert sorted(done.dead_letters) == sorted(letter.letter_id for letter in kept)
    assert len(kept) == case.letters


@pytest.mark.parametrize("case", [case for case in CASES if case.letters], ids=lambda case: case.says)
def test_the_next_source_answers_for_what_the_first_does_not(case: Case, league: League) -> None:
    league.server.answers |= {"fixtures": case.fixtures}
    done = league.collect(league.second())
    assert league.games["bad"] == league.games["good"] == "final"
    assert [one.source for one in done.asked[:2]] == ["league", "second"]
    assert done.grades["good"].letter in "AB"


def test_the_page_after_is_asked_for_and_one_that_repeats_ends_it(league: League) -> None:
    def page(query: dict[str, list[str]]) -> Answer:
        number = int(query.get("page", ["1"])[0])
        games = [GOOD] if number == 1 else [fixture("second")]
        return rows(*games, next=f"{league.server.url}/fixtures.json?page={number + 1}" if number < 3 else "")

    league.server.answers |= {"fixtures": page}
    done = league.collect()
    assert league.games == _BOTH
    assert [path for path in league.server.asked if "page" in path] == [
        "/v1/fixtures.json?page=2",
        "/v1/fixtures.json?page=3",
    ]
    assert not done.quarantined
    league.server.answers |= {"fixtures": lambda _: rows(GOOD, next="fixtures.json?page=1")}
    again = league.collect(now=NOW)
    assert all("goes round in a circle" in entry.why for entry in again.quarantined)


def test_a_link_header_leads_on_and_another_server_is_not_asked(league: League) -> None:
    second = Answer(rows(fixture("second")).body, headers={"Link": '<https://else.example/x>; rel="next"'})
    first = Answer(rows(GOOD).body, headers={"Link": '<more.json>; rel="next"'})
    league.server.answers |= {"fixtures": first, "more": second}
    done = league.collect()
    assert league.games == _BOTH
    assert [entry.why for entry in done.quarantined] == [
        "its next page is on another server, which is not asked"
    ]


def test_five_more_tries_after_doubling_waits_and_a_page_that_is_too_big_is_none(league: League) -> None:
    league.server.answers |= {"fixtures": Answer(status=503)}
    league.collect()
    assert (league.slept, len(league.server.asked)) == ([1, 2, 4, 8, 16], 6)
    league.feed = HttpFeed("league", league.server.url, Asking(waits_s=()), most_bytes=100)
    league.server.answers |= {"fixtures": Answer(_TWO)}
    assert "has more than 100 bytes" in league.collect().quarantined[0].why


def test_after_three_silences_in_a_row_it_is_not_asked_and_the_next_source_is(league: League) -> None:
    circuits = Circuits(league.folder / "circuits", Rule(failures_in_a_row=3, wait_s=60.0))
    asking = Asking(circuits.of("results league"), waits_s=())
    league.feed = HttpFeed("league", league.server.url, asking)
    league.server.answers |= {"fixtures": Answer(status=503)}
    for _ in range(4):
        done = league.collect()
    assert len(league.server.asked) == 3
    assert "was not asked: it failed 3 times in a row" in done.asked[0].why
    league.collect(league.second())
    assert league.games == {"good": "final", "bad": "final"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda told: told.append({**told[0], "team_id": "bears"}), "is on both teams"),
        (lambda told: told.append({**told[0], "twos_made": 9}), "told twice, and differently"),
        (lambda told: told[0].update(team_id="wolves"), "wolves does not play in it"),
        (lambda told: told[0].update(game_id="elsewhere"), "no source knows the game"),
        (lambda told: told[0].update(fouls=-1), "fouls is '-1'"),
        (lambda told: told[0].update(twos_made=119, threes_made=30), "points cannot be"),
        (lambda told: told[0].update(assists=2.5), "assists is '2.5'"),
        (lambda told: told[0].update(player_id=""), "it has no player_id"),
    ],
)
def test_a_bad_line_costs_only_itself(league: League, change: Any, why: str) -> None:
    told = lines("good")
    change(told)
    league.server.answers |= {"fixtures": rows(GOOD), "player_lines": rows(*told)}
    done = league.collect()
    held = read_held(league.warehouse).player_lines["good"]
    assert {entry.why for entry in done.quarantined if why in entry.why}
    assert len(held) == len(told) - len(done.quarantined)
    assert len(done.dead_letters) == len(done.quarantined)


def test_one_game_under_two_ids_is_one_game_and_a_person_is_told(league: League) -> None:
    league.server.answers |= {"fixtures": rows(fixture("good"))}
    folder = league.folder / "other"
    folder.mkdir()
    (folder / "fixtures.json").write_text(json.dumps([fixture("their-17")]))
    done = league.collect(FileFeed("other", FolderStore(folder)))
    assert league.games == {"good": "final"}
    assert [entry.why for entry in done.quarantined] == [
        "league tells the same teams on the same day as the game good"
    ]


def test_points_of_a_game_in_progress_are_no_result(league: League) -> None:
    league.server.answers |= {"fixtures": rows(fixture("good", tip_off="2026-03-18T11:30:00Z"))}
    league.collect()
    assert league.games == {"good": "scheduled"}


def test_no_message_tells_what_is_secret_in_an_address(league: League) -> None:
    address = f"{league.server.url}/{{kind}}?key=very-secret"
    league.feed = HttpFeed("league", address, Asking(waits_s=()), token="very-secret")  # noqa: S106
    league.server.answers |= {"fixtures": Answer(status=500)}
    done = league.collect()
    letter = DeadLetters(league.store).all()[0]
    assert "key=very-secret" in league.server.asked[0]
    assert "very-secret" not in f"{done}{letter}"
