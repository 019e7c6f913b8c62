"""Moves that follow from who stood on a team's sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from uball_assets.domain.league.intake.sheets import Player, Sheet, moves_of
from uball_assets.domain.league.rosters import Move, RosterMove, roster_at

FIRST = datetime(2026, 1, 10, 18, tzinfo=UTC)
WEEK = timedelta(days=7)
NOW = FIRST + 10 * WEEK


def sheet(week: int, *players: str, team: str = "lions") -> Sheet:
    return Sheet(team, FIRST + week * WEEK, {one: Player(one, f"Name {one}", 7) for one in players})


def told(moves: Sequence[RosterMove]) -> list[tuple[str, str, int]]:
    return [(one.player_id, str(one.move), (one.moved_at - FIRST) // WEEK) for one in moves]


def test_who_is_new_joined_and_who_is_missing_left() -> None:
    moves = moves_of([sheet(1, "a", "c"), sheet(0, "a", "b")], [], NOW)
    assert told(moves) == [("a", "joined", 0), ("b", "joined", 0), ("c", "joined", 1), ("b", "left", 1)]
    assert moves[0].name == "Name a"


def test_an_old_sheet_was_known_at_its_tip_off_and_a_new_one_since_it_was_seen() -> None:
    moves = moves_of([sheet(0, "a")], [], NOW)
    assert moves[0].known_at == FIRST
    seen = FIRST + timedelta(hours=5)
    assert moves_of([sheet(0, "a")], [], seen)[0].known_at == seen


def test_the_same_sheets_again_tell_nothing_new() -> None:
    sheets = [sheet(0, "a", "b"), sheet(1, "a", "c"), sheet(1, "d", team="bears")]
    held = moves_of(sheets, [], NOW)
    assert moves_of(sheets, held, NOW) == []


def test_a_traded_player_is_where_he_went() -> None:
    sheets = [sheet(0, "a", "b"), sheet(0, "c", team="bears"), sheet(1, "c", "a", team="bears")]
    moves = moves_of(sheets, [], NOW)
    assert roster_at(moves, "bears", NOW).players == {"a", "c"}
    assert roster_at(moves, "lions", NOW).players == {"b"}
    assert roster_at(moves, "lions", FIRST).players == {"a", "b"}


def test_an_older_sheet_that_comes_late_does_not_rewrite_what_followed() -> None:
    held = moves_of([sheet(2, "a", "b")], [], NOW)
    assert moves_of([sheet(1, "x")], held, NOW) == []
    assert {move.move for move in held} == {Move.JOINED}


def test_an_empty_sheet_tells_nothing() -> None:
    held = moves_of([sheet(0, "a")], [], NOW)
    assert moves_of([sheet(1)], held, NOW) == []
