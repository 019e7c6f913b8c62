"""What every plays database must do. A new one is one line in DATABASES."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from uball_assets.adapters.plays_db import PlaysDb, open_plays_db
from uball_assets.domain.errors import Permanent

DATABASES: dict[str, Callable[[Path], str]] = {
    "sqlite": lambda folder: f"sqlite:///{folder / 'the plays.db'}",
}
"""The URL of a fresh database without rows."""

GAME = {
    "id": "g1",
    "date": "2026-03-18",
    "team1_display_name": "Gray",
    "roster_team1": [{"player_id": "p7", "name": "Ömer", "jersey_number": 7}],
    "scores": {"team1": 81, "team2": 79},
}
PLAY = {
    "id": "a",
    "game_id": "g1",
    "angle": "LEFT",
    "start_timestamp": 10.25,
    "end_timestamp": 16.0,
    "timestamp_seconds": 12.5,
    "classification": "4PT_MAKE",
    "note": "from the logo, “deep”",
    "player_a": "Player #7 (Gray)",
    "player_b": None,
    "player_a_id": "6f1c0000-0000-0000-0000-000000000007",
    "player_b_id": None,
    "events": [{"label": "4PT_MAKE", "playerA": "Player #7 (Gray)"}],
    "created_at": "2026-03-18T20:00:00+00:00",
    "updated_at": "2026-03-19T08:00:00+00:00",
}


@pytest.fixture(params=list(DATABASES.values()), ids=list(DATABASES))
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(request.param(tmp_path))


@pytest.fixture
def db(url: str) -> PlaysDb:
    return open_plays_db(url)


def play(play_id: str, **changes: Any) -> dict[str, Any]:
    return {**PLAY, "id": play_id, **changes}


def test_a_game_and_its_plays_come_back_as_given(url: str, db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [{"angle": "FAR_LEFT", "sync_offset_seconds": -1.25}])
    again = open_plays_db(url)
    assert again.game_ids() == ["g1"]
    game = again.game("g1")
    assert game is not None
    assert {column: game[column] for column in GAME} == GAME
    assert again.plays("g1") == [PLAY]
    assert again.sync_offsets("g1") == {"FAR_LEFT": -1.25}


def test_an_unknown_game_has_nothing(db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [])
    assert db.game("g2") is None
    assert db.plays("g2") == []
    assert db.sync_offsets("g2") == {}
    assert db.annotations("g2", "m1") == []


def test_games_are_sorted_and_apart(db: PlaysDb) -> None:
    for game_id in ("g2", "g10", "g1"):
        db.add_game({"id": game_id}, [play(f"{game_id}-a", game_id=game_id)], [])
    assert db.game_ids() == ["g1", "g10", "g2"]
    assert [row["id"] for row in db.plays("g1")] == ["g1-a"]
    assert list(db.play_versions()) == ["g1", "g10", "g2"]


def test_plays_are_ordered_by_start_then_id_and_none_is_lost_after_a_thousand(db: PlaysDb) -> None:
    rows = [play(f"{i:04}", start_timestamp=float(2500 - i)) for i in range(2500)]
    tied = [play("z", start_timestamp=5000.0), play("y", start_timestamp=5000.0)]
    db.add_game(GAME, [*rows, *tied, play("unknown", start_timestamp=None)], [])
    expected = [f"{i:04}" for i in reversed(range(2500))]
    assert [row["id"] for row in db.plays("g1")] == [*expected, "y", "z", "unknown"]


def test_adding_the_same_game_again_changes_nothing(db: PlaysDb) -> None:
    for _ in range(2):
        db.add_game(GAME, [PLAY, play("b")], [{"angle": "FAR_LEFT", "sync_offset_seconds": 1}])
        assert len(db.plays("g1")) == 2
    before = db.play_versions()
    db.add_game(GAME, [PLAY, play("b")], [{"angle": "FAR_LEFT", "sync_offset_seconds": 1}])
    assert db.play_versions() == before


def test_an_upsert_keeps_the_columns_that_it_does_not_name(db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [{"angle": "FAR_LEFT", "filename": "f.mp4", "sync_offset_seconds": 1.5}])
    db.add_game(
        {"id": "g1"}, [{"id": "a", "note": "corrected"}], [{"angle": "FAR_LEFT", "filename": "g.mp4"}]
    )
    assert db.plays("g1") == [{**PLAY, "note": "corrected"}]
    assert db.sync_offsets("g1") == {"FAR_LEFT": 1.5}
    assert (db.game("g1") or {})["date"] == "2026-03-18"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"start_timestamp": math.inf}, {"start_timestamp": math.inf}),
        ({"end_timestamp": -math.inf}, {"end_timestamp": -math.inf}),
        ({"start_timestamp": math.nan}, {"start_timestamp": None}),
        ({"start_timestamp": "half past two"}, {"start_timestamp": "half past two"}),
        ({"classification": "HOME_RUN"}, {"classification": "HOME_RUN"}),
        ({"events": None}, {"events": None}),
        ({"events": "no list"}, {"events": "no list"}),
        (
            {"player_b_id": UUID("6f1c0000-0000-0000-0000-000000000009")},
            {"player_b_id": "6f1c0000-0000-0000-0000-000000000009"},
        ),
    ],
    ids=[
        "inf",
        "-inf",
        "nan is missing",
        "a time in words",
        "unknown label",
        "no events",
        "bad events",
        "uuid",
    ],
)
def test_an_unsound_row_is_kept_as_sent_for_the_quarantine(
    db: PlaysDb, sent: dict[str, Any], kept: dict[str, Any]
) -> None:
    db.add_game(GAME, [{**PLAY, **sent}], [])
    assert db.plays("g1") == [{**PLAY, **kept}]


@pytest.mark.parametrize(
    ("game", "plays", "videos", "message"),
    [
        ({"date": "2026"}, [], [], "row 1 for table games has no id"),
        (GAME, [PLAY, {"note": "x"}], [], "row 2 for table plays has no id"),
        (GAME, [play("b", game_id=None)], [], "row 1 for table plays has no game_id"),
        (GAME, [PLAY], [{"filename": "f.mp4"}], "row 1 for table video_metadata has no angle"),
        (GAME, [PLAY], [{"angle": "FAR_LEFT", "offset": 1}], "no such column offset; known: game_id, angle"),
        (
            GAME,
            [PLAY, play("b", game_id="g2")],
            [],
            "row 2 for table plays has game_id 'g2', but is added to 'g1'",
        ),
        (GAME, [PLAY, PLAY], [], r"row 2 for table plays is given twice \(a\)"),
        (GAME, [play("b", events=[math.nan])], [], "cannot store b in table plays"),
        (GAME, [PLAY, play("b", note="\udcff")], [], "cannot store b in table plays"),
    ],
    ids=["game", "play", "orphan", "camera", "column", "stray", "twice", "nan in JSON", "broken text"],
)
def test_a_refused_row_is_named_and_nothing_is_written(
    db: PlaysDb, game: dict[str, Any], plays: list[Any], videos: list[Any], message: str
) -> None:
    db.add_game({"id": "g0"}, [], [])
    with pytest.raises(Permanent, match=message):
        db.add_game(game, plays, videos)
    assert db.game_ids() == ["g0"]
    assert db.play_versions() == {}


def test_a_play_is_not_taken_from_another_game(db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [])
    with pytest.raises(Permanent, match="play a belongs to another game than g2"):
        db.add_game({"id": "g2"}, [play("b", game_id="g2"), play("a", game_id="g2")], [])
    assert db.game_ids() == ["g1"]
    assert db.plays("g1") == [PLAY]


def test_a_version_changes_with_its_own_game_only(db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [])
    db.add_game({"id": "g2"}, [play("b", game_id="g2")], [])
    seen = [db.play_versions()]
    edits: list[dict[str, Any]] = [
        {**PLAY, "note": "edited"},
        play("c"),
        {**PLAY, "updated_at": "2026-03-20"},
    ]
    for edit in edits:
        db.add_game(GAME, [edit], [])
        seen.append(db.play_versions())
    assert len({versions["g1"] for versions in seen}) == len(seen)
    assert len({versions["g2"] for versions in seen}) == 1


def test_an_unset_offset_is_absent_and_one_that_is_no_number_is_nan(db: PlaysDb) -> None:
    videos: list[dict[str, Any]] = [
        {"angle": "FAR_LEFT", "sync_offset_seconds": 0},
        {"angle": "FAR_RIGHT", "sync_offset_seconds": None},
        {"angle": "NEAR_LEFT", "sync_offset_seconds": "soon"},
        {"angle": "NEAR_RIGHT"},
    ]
    db.add_game(GAME, [], videos)
    offsets_s = db.sync_offsets("g1")
    assert math.isnan(offsets_s.pop("NEAR_LEFT"))
    assert offsets_s == {"FAR_LEFT": 0.0}


ANNOTATION = {
    "play_key": "k1",
    "angle": "LEFT",
    "start_timestamp": 10.0,
    "end_timestamp": 16.0,
    "timestamp_seconds": 12.5,
    "classification": "3PT_MISS",
    "note": "short",
    "player_a": "Player #7 (Gray)",
    "player_b": None,
    "events": [{"label": "3PT_MISS", "playerA": "Player #7 (Gray)", "playerB": None}],
    "confidence": 0.75,
    "agreed": True,
    "needs_review": False,
}


def test_annotations_come_back_as_written_and_replace_their_own_model_s_only(db: PlaysDb) -> None:
    first = [{**ANNOTATION, "play_key": f"k{i}", "start_timestamp": 30.0 - i} for i in range(3)]
    db.write_annotations("g1", "m1", first)
    db.write_annotations("g1", "m2", [{**ANNOTATION, "agreed": None}])
    db.write_annotations("g2", "m1", [ANNOTATION])
    db.write_annotations("g1", "m1", [{**ANNOTATION, "model": "m1"}])
    assert db.annotations("g1", "m1") == [{"game_id": "g1", "model": "m1", **ANNOTATION}]
    assert [row["agreed"] for row in db.annotations("g1", "m2")] == [None]
    assert len(db.annotations("g2", "m1")) == 1
    db.write_annotations("g1", "m1", first)
    assert [row["play_key"] for row in db.annotations("g1", "m1")] == ["k2", "k1", "k0"]


@pytest.mark.parametrize(
    "rows",
    [[ANNOTATION, ANNOTATION], [{**ANNOTATION, "model": "m2"}], [{**ANNOTATION, "play_key": None}]],
    ids=["twice", "another model's", "no key"],
)
def test_refused_annotations_leave_the_earlier_ones(db: PlaysDb, rows: list[dict[str, Any]]) -> None:
    db.write_annotations("g1", "m1", [ANNOTATION])
    with pytest.raises(Permanent, match="for table annotations"):
        db.write_annotations("g1", "m1", rows)
    assert len(db.annotations("g1", "m1")) == 1
