"""`uball results` and `uball dead-letters`: asked, read, corrected, replayed, dropped."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from uball_assets.cli import main

YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).isoformat()


@pytest.fixture(autouse=True)
def feed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A feed of two games, of which one is told with a score that cannot be."""
    folder = tmp_path / "feed"
    folder.mkdir()
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("UBALL_RESULTS_SOURCES", f"league={folder}")
    told = [game("g1", 61), game("g2", 900)]
    (folder / "fixtures.json").write_text(json.dumps(told))
    return folder


def game(game_id: str, points: int) -> dict[str, Any]:
    teams = {"home_team": "lions", "away_team": "bears"}
    return {"game_id": game_id, "tip_off": YESTERDAY, **teams, "home_points": points, "away_points": 58}


def uball(*arguments: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, list(arguments))
    assert done.exit_code == code, done.output
    return done


def told(*arguments: str, code: int = 0) -> Any:
    return json.loads(uball(*arguments, "--json", code=code).output)


def test_results_are_asked_for_and_told_by_day(feed: Path) -> None:
    done = told("results", "collect")
    assert done["new"] == {"fixtures": 2}
    assert done["grades"] == {"g1": "F"}
    assert {gap["says"].split(" of ")[0] for gap in done["gaps"]} == {"game g1", "game g2"}
    assert "new: nothing" in uball("results", "collect").output
    (day,) = told("results")
    assert day["letters"] == {"F": 1}
    shown = uball("results").output
    assert "named players account for 0.0% of it" in shown
    (feed / "fixtures.json").unlink()
    assert "league: 0 rows;" in uball("results", "collect").output


def test_the_status_of_a_league_of_which_nothing_was_filmed_says_where_its_games_are() -> None:
    assert "No games yet: run `uball demo`" in uball("status").output
    uball("results", "collect")
    said = uball("status").output
    assert "Nothing is broken" in said
    assert "No game was filmed yet; of the league's others tell `uball results`" in said


def test_a_dead_letter_is_read_corrected_replayed_and_gone(tmp_path: Path) -> None:
    uball("results", "collect")
    (letter,) = told("dead-letters", "list")
    assert letter["why"] == "a score of 900 cannot be (0 to 250)"
    assert json.loads(told("dead-letters", "show", letter["letter_id"])["body"])[0]["home_points"] == 900
    shown = uball("dead-letters", "show", letter["letter_id"]).output
    assert '"home_points": 900' in shown
    assert "stays" in uball("dead-letters", "replay", "--all", code=1).output
    corrected = tmp_path / "corrected.json"
    corrected.write_text(json.dumps([game("g2", 90)]))
    replayed = told("dead-letters", "replay", letter["letter_id"], "--with", str(corrected))
    assert [(one["games"], one["left"]) for one in replayed] == [(["g2"], [])]
    assert "No dead letter" in uball("dead-letters", "list").output


def test_a_letter_that_is_not_wanted_is_dropped() -> None:
    uball("results", "collect")
    (letter,) = told("dead-letters", "list")
    uball("dead-letters", "drop", "league-0000000000", code=1)
    assert letter["letter_id"] in uball("dead-letters", "drop", letter["letter_id"]).output
    assert told("dead-letters", "list") == []
    uball("dead-letters", "replay", code=2)
