"""Games that are late, refused, given up or partial, and what was left out of them, by reason."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from uball_assets.domain.errors import Quarantined
from uball_assets.domain.operating.broken_games import (
    GameFacts,
    GivenUp,
    Waiting,
    broken_games,
    deadline_s,
)
from uball_assets.domain.operating.findings import Level
from uball_assets.domain.plays.quarantine_summary import tally

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
NOW_S = NOW.timestamp()
HOUR_S = 3600.0
CAMERAS = ["FAR_LEFT", "FAR_RIGHT", "NEAR_LEFT", "NEAR_RIGHT"]


def state(**told: Any) -> dict[str, Any]:
    at = "2026-03-09T10:00:00+00:00"
    return {"grade": "A", "rows": 40, "reasons": [], "cameras": CAMERAS, "recorded_at": at, **told}


def facts(**told: Any) -> GameFacts:
    return GameFacts(**{"now_s": NOW_S, "late_after_h": 24.0, "states": {}, "titles": {}, **told})


@pytest.mark.parametrize(
    ("arrived_ago_h", "day", "is_late"),
    [
        (23.0, "", False),
        (25.0, "", True),
        (25.0, "2026-03-09", False),
        (25.0, "2026-03-01", True),
        (1.0, "2026-03-01", False),
        (None, "2026-03-08", True),
        (None, "2026-03-09", False),
        (None, "", False),
        (None, "last Friday", False),
        (None, "9999-12-31", False),
    ],
)
def test_each_game_has_a_deadline_of_its_own(arrived_ago_h: float | None, day: str, is_late: bool) -> None:
    arrived_s = None if arrived_ago_h is None else NOW_S - arrived_ago_h * HOUR_S
    found = list(broken_games(facts(waiting=[Waiting("g1", arrived_s, day)])))
    assert [(one.key, one.level) for one in found] == ([("late:g1", Level.BROKEN)] if is_late else [])
    if is_late:
        assert found[0].since_s == deadline_s(Waiting("g1", arrived_s, day), 24.0)


def test_a_refused_game_says_why_and_a_removed_one_nothing() -> None:
    refused = state(grade="F", reasons=["2 of 40 plays have clips", "the score is 0.4"])
    games = {"g1": refused, "g2": {**refused, "removed": True}, "g3": state(), "g4": state(rows=0, grade="F")}
    (found,) = broken_games(facts(states=games, titles={"g1": "2026-03-07, Gray - Blue"}))
    assert (found.level, found.where) == (Level.WARNING, "2026-03-07, Gray - Blue (g1)")
    assert found.why == "2 of 40 plays have clips; the score is 0.4"


def test_attempts_that_are_used_up_are_broken_before_all_else() -> None:
    games = {"g1": state(grade="F")}
    tried = [GivenUp("g2", 3, NOW_S - 60, "new game"), GivenUp("", 3, NOW_S, "5 new games")]
    found = list(broken_games(facts(states=games, given_up=tried)))
    assert [one.key for one in found] == ["given_up:g2", "given_up:training", "refused:g1"]
    assert "uball run g2" in found[0].remedy
    assert "uball train" in found[1].remedy


def test_missing_cameras_are_one_note_for_all_games_and_lost_clips_one_warning() -> None:
    games = {
        "g1": state(cameras=CAMERAS[:3]),
        "g2": state(cameras=CAMERAS[:2], clips_lost=4),
        "g3": state(),
        "g4": state(cameras=[], rows=0),
    }
    found = {one.key: one for one in broken_games(facts(states=games))}
    assert set(found) == {"partial:clips", "partial:cameras"}
    assert found["partial:cameras"].why == "3 of 8 cameras have no sound video"
    assert (found["partial:clips"].level, found["partial:clips"].where) == (Level.WARNING, "g2")


def test_what_was_left_out_is_added_up_by_reason_over_all_games() -> None:
    def losses(game: str, count: int) -> list[dict[str, Any]]:
        rows = [
            Quarantined(f"play {n}", "plays", f"row {n} of {game} ends before it starts", "correct it")
            for n in range(count)
        ]
        clips = [
            Quarantined(f"clip p_{camera}", game, f"no sound {camera} file", f"bring {camera}")
            for camera in CAMERAS[:2]
        ]
        return tally([*rows, *clips])

    games = {"g1": state(losses=losses("g1", 3)), "g2": state(losses=losses("g2", 2)), "g3": state()}
    found = list(broken_games(facts(states=games)))
    assert [(one.level, one.what, one.where) for one in found] == [
        (Level.NOTE, "5 plays left out", "2 games: g1, g2"),
        (Level.NOTE, "4 clips left out", "2 games: g1, g2"),
    ]
    assert found[0].why == "such as: row 0 of g1 ends before it starts"


def test_a_games_entry_tells_a_few_reasons_only() -> None:
    many = [Quarantined(f"play {n}", "", f"reason {'x' * n}", "mend it") for n in range(20)]
    assert len(tally(many)) == 8
    assert tally([]) == []
