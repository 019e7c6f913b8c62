"""Which games' plays changed, seen through stamps and counts; the table is a dictionary of this test."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from uball_assets.adapters.plays import play_cursor
from uball_assets.adapters.plays.play_cursor import OVERLAP_S, REFRESH_S, PlayCursor, version_of
from uball_assets.adapters.plays.plays_db import Row

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)


class Table:
    """`play_cursor.StampedPlays` with a clock; counts how much of it is read."""

    def __init__(self, page_rows: int = 2) -> None:
        self.page_rows = page_rows
        self.now = NOON
        self.rows: dict[str, Row] = {}
        self.whole_reads = 0
        self.rows_read = 0
        self.games_read: list[str] = []

    def write(self, play_id: str, game_id: str, stamp: datetime | str | None = "now") -> None:
        stamp = self.now if stamp == "now" else stamp
        text = stamp.isoformat() if isinstance(stamp, datetime) else stamp
        self.rows[play_id] = {"id": play_id, "game_id": game_id, "updated_at": text}

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def page(self, after: Row | None) -> list[Row]:
        self.whole_reads += after is None
        rows = sorted(self.rows.values(), key=_by_game)
        return [row for row in rows if after is None or _by_game(row) > _by_game(after)][: self.page_rows]

    def of_games(self, game_ids: Sequence[str]) -> list[Row]:
        self.games_read += game_ids
        return [row for row in sorted(self.rows.values(), key=_by_game) if row["game_id"] in game_ids]

    def since(self, moment: datetime, after: Row | None) -> tuple[list[Row], bool]:
        stamped = sorted((row for row in self.rows.values() if _moment(row)), key=_by_stamp)
        found = [row for row in stamped if (_moment(row) or NOON) >= moment]
        left = [row for row in found if after is None or _by_stamp(row) > _by_stamp(after)]
        self.rows_read += len(left[: self.page_rows])
        return left[: self.page_rows], len(left) <= self.page_rows

    def count(self) -> int:
        return len(self.rows)


def _by_game(row: Row) -> tuple[str, str]:
    return row["game_id"], row["id"]


def _moment(row: Row) -> datetime | None:
    try:
        return datetime.fromisoformat(row["updated_at"] or "")
    except ValueError:
        return None


def _by_stamp(row: Row) -> tuple[datetime, str]:
    return _moment(row) or NOON, row["id"]


@pytest.fixture
def table() -> Table:
    table = Table()
    for number in range(6):
        table.write(f"p{number}", f"g{number // 3}")
        table.passes(1)
    table.passes(OVERLAP_S + 10)
    return table


def cursor_of(table: Table) -> PlayCursor:
    return PlayCursor(table, now=lambda: table.now)


@pytest.fixture
def cursor(table: Table) -> PlayCursor:
    cursor = cursor_of(table)
    cursor.versions()
    return cursor


def edit(table: Table) -> None:
    table.write("p0", "g0")


def add(table: Table) -> None:
    table.write("new", "g0")


def delete(table: Table) -> None:
    del table.rows["p0"]


def replace(table: Table) -> None:
    delete(table)
    add(table)


def commit_late(table: Table) -> None:
    """Stamped when its transaction began, seen when it ended; meanwhile another row was."""
    table.write("p0", "g0", table.now - timedelta(seconds=OVERLAP_S - 5))


def undate(table: Table) -> None:
    table.write("new", "g0", None)


@pytest.mark.parametrize("change", [edit, add, delete, replace, commit_late, undate])
def test_a_change_is_seen_in_its_own_game_only(table: Table, cursor: PlayCursor, change: Any) -> None:
    table.write("p5", "g1")
    before = cursor.versions()
    change(table)
    after = cursor.versions()
    assert after["g0"] != before["g0"]
    assert after["g1"] == before["g1"]
    assert after == cursor_of(table).versions()


def test_a_play_that_moves_changes_both_games(table: Table, cursor: PlayCursor) -> None:
    before = cursor.versions()
    table.write("p0", "g1")
    after = cursor.versions()
    assert {after[game] != before[game] for game in ("g0", "g1")} == {True}


def test_nothing_new_reads_nothing_but_the_overlap(table: Table, cursor: PlayCursor) -> None:
    table.passes(60)
    first, second = cursor.versions(), cursor.versions()
    assert first == second
    assert table.whole_reads == 1
    assert table.rows_read <= 2 * len(table.rows)
    edit(table)
    table.passes(OVERLAP_S + 10)
    add(table)
    cursor.versions()
    table.rows_read = 0
    cursor.versions()
    assert table.rows_read == 1, "only what is younger than the newest stamp and the overlap"


def test_a_row_dated_in_the_future_hides_no_later_change(table: Table, cursor: PlayCursor) -> None:
    table.write("future", "g9", NOON + timedelta(days=3650))
    before = cursor.versions()
    table.passes(30)
    edit(table)
    assert cursor.versions()["g0"] != before["g0"]


def test_what_neither_stamp_nor_count_shows_is_seen_at_the_next_refresh(
    table: Table, cursor: PlayCursor
) -> None:
    before = cursor.versions()
    del table.rows["p0"]
    table.write("old", "g0", NOON - timedelta(days=365))
    assert cursor.versions() == before
    table.passes(REFRESH_S + 1)
    assert cursor.versions() == cursor_of(table).versions() != before


@pytest.mark.parametrize("stamp", [None, "infinity"], ids=["none", "infinity"])
def test_plays_without_a_usable_stamp_are_read_whole_each_time(stamp: str | None) -> None:
    table = Table()
    table.write("p0", "g0", stamp)
    cursor = cursor_of(table)
    assert cursor.versions()["g0"].startswith("1-undated-")
    table.write("p0", "g1", stamp)
    assert list(cursor.versions()) == ["g1"]


def test_a_stamp_shown_in_another_time_zone_is_no_change(table: Table, cursor: PlayCursor) -> None:
    before = cursor.versions()
    table.write("p0", "g0", "2026-03-18T14:00:00+02:00")
    assert cursor.versions() == before
    assert cursor_of(table).versions() == before


def test_a_stamp_without_a_zone_is_utc_on_every_machine(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.write("p0", "g0", "2026-03-18T12:00:00")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        there = cursor_of(table).versions()
    time.tzset()
    table.write("p0", "g0", "2026-03-18T12:00:00+00:00")
    assert there == cursor_of(table).versions()


def test_an_empty_table_has_no_versions_until_it_has_plays() -> None:
    table = Table()
    cursor = cursor_of(table)
    assert cursor.versions() == {}
    add(table)
    assert list(cursor.versions()) == ["g0"]


def test_after_any_changes_it_agrees_with_one_that_starts_afresh(table: Table, cursor: PlayCursor) -> None:
    chance = random.Random(7)
    for _ in range(300):
        table.passes(chance.uniform(0.0, 60.0))
        for _ in range(chance.randrange(3)):
            play_id = f"p{chance.randrange(12)}"
            if play_id in table.rows and chance.random() < 0.4:
                del table.rows[play_id]
            else:
                table.write(play_id, f"g{chance.randrange(3)}")
        assert cursor.versions() == cursor_of(table).versions()


def test_threads_see_whole_versions(cursor: PlayCursor) -> None:
    expected, seen = cursor.versions(), []
    readers = [threading.Thread(target=lambda: seen.append(cursor.versions())) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert seen == [expected] * 8


def times(looks: int) -> Callable[[], bool]:
    """Over after so many requests."""
    left = iter([False] * (looks - 1))
    return lambda: next(left, True)


def a_league(games: int = 10, plays: int = 5) -> Table:
    table = Table()
    for game in range(games):
        for play in range(plays):
            table.write(f"g{game}-p{play}", f"g{game}")
    table.passes(OVERLAP_S + 10)
    return table


def test_a_first_look_without_time_knows_the_games_that_it_came_to_and_the_next_goes_on() -> None:
    table = a_league()
    cursor, whole = cursor_of(table), cursor_of(table).versions()
    seen = [cursor.look(times(4)) for _ in range(7)]
    assert [look.unread_from for look in seen[:4]] == ["g1", "g3", "g4", "g6"]
    for look in seen:
        known = [game for game in whole if look.unread_from is None or game < look.unread_from]
        assert look.versions == {game: whole[game] for game in known}
    assert (seen[-1].unread_from, seen[-1].versions) == (None, whole)
    assert table.whole_reads == 2, "one by each cursor"


@pytest.mark.parametrize("change", ["edit", "add", "delete", "move"])
def test_a_change_behind_a_first_look_that_goes_on_is_seen_when_it_has_ended(change: str) -> None:
    table = a_league()
    cursor = cursor_of(table)
    assert cursor.look(times(8)).unread_from == "g3"
    if change == "delete":
        del table.rows["g0-p1"]
    else:
        table.write("g0-p9" if change == "add" else "g0-p1", "g8" if change == "move" else "g0")
    for _ in range(8):
        table.passes(60)
        cursor.look(times(6))
    assert cursor.look(times(99)).versions == cursor_of(table).versions()


def test_of_a_league_that_was_imported_at_one_go_nothing_is_read_again() -> None:
    league = a_league()
    league.passes(3600)
    cursor = cursor_of(league)
    first = cursor.versions()
    league.rows_read = 0
    assert [cursor.versions() for _ in range(3)] == [first] * 3
    assert (league.rows_read, league.games_read) == (0, [])


def test_only_the_games_that_changed_are_read_and_hashed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    table = a_league()
    cursor = cursor_of(table)
    cursor.versions()
    hashed: list[int] = []

    def counted(rows: Sequence[Row]) -> str:
        hashed.append(len(rows))
        return version_of(rows)

    monkeypatch.setattr(play_cursor, "version_of", counted)
    table.write("g3-p1", "g3")
    table.write("g7-new", "g7")
    cursor.versions()
    cursor.versions()
    assert (table.games_read, hashed) == (["g3", "g7"], [5, 6])


def test_more_changes_than_there_is_time_for_are_gone_on_with() -> None:
    table = a_league(games=60)
    cursor = cursor_of(table)
    before = cursor.versions()
    table.passes(60)
    for row in list(table.rows.values()):
        table.write(row["id"], row["game_id"])
    looks = [cursor.look(times(30)).versions for _ in range(20)]
    assert looks[0] == before
    assert looks[-1] == cursor_of(table).versions() != before


def test_a_game_that_changes_while_it_is_read_again_is_told_as_it_is() -> None:
    league = Table(page_rows=3)
    for play in range(8):
        league.write(f"p{play}", "g0")
    league.passes(3600)
    cursor = cursor_of(league)
    cursor.versions()
    league.passes(REFRESH_S + 1)
    cursor.look(times(1))
    league.write("p0", "g0")
    seen = [cursor.look(times(1)).versions for _ in range(6)]
    assert seen == [cursor_of(league).versions()] * 6
