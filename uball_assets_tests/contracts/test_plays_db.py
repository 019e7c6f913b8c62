"""What every plays database must do. A new one is one line in DATABASES."""

from __future__ import annotations

import math
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from uball_assets.adapters.plays.opening import open_plays_db
from uball_assets.adapters.plays.plays_db import PlaysDb, rows_in, stamped_s
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage.games import game_title


class Database(NamedTuple):
    """A fresh database without rows."""

    open: Callable[[], PlaysDb]
    """As another program would."""
    sql: Callable[..., object]
    """A statement past the platform; values stand as `?`."""
    has_types: bool
    """Its columns hold values of their type only."""
    stamps: bool
    """It says itself when a row last changed."""


def an_sqlite_file(request: pytest.FixtureRequest) -> Database:
    path = Path(request.getfixturevalue("tmp_path")) / "the plays.db"

    def sql(statement: str, *values: Any) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(statement, values)

    return Database(lambda: open_plays_db(f"sqlite:///{path}"), sql, has_types=False, stamps=False)


def a_supabase_project(request: pytest.FixtureRequest) -> Database:
    project = request.getfixturevalue("a_supabase_project")

    def sql(statement: str, *values: Any) -> None:
        project.sql(statement.replace("?", "%s"), *values)

    return Database(
        lambda: open_plays_db("supabase", supabase_url=project.url, supabase_key=project.key),
        sql,
        has_types=True,
        stamps=True,
    )


DATABASES = [
    pytest.param(an_sqlite_file, id="sqlite"),
    pytest.param(a_supabase_project, id="supabase", marks=pytest.mark.services),
]


def an_id(name: str) -> str:
    """The uuid that this name always gives: databases with types take no other id."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


G1, G2 = an_id("g1"), an_id("g2")
A, B = an_id("a"), an_id("b")

GAME = {
    "id": G1,
    "date": "2026-03-18",
    "team1_display_name": "Gray",
    "roster_team1": [{"player_id": "p7", "name": "Ömer", "jersey_number": 7}],
    "scores": {"team1": 81, "team2": 79},
}
PLAY = {
    "id": A,
    "game_id": G1,
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


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> Database:
    made: Database = request.param(request)
    return made


@pytest.fixture
def db(database: Database) -> PlaysDb:
    return database.open()


def unstamped(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows without what a database may say itself."""
    return [{column: row[column] for column in row if column != "updated_at"} for row in rows]


def play(play_id: str, **changes: Any) -> dict[str, Any]:
    return {**PLAY, "id": play_id, **changes}


def test_a_game_and_its_plays_come_back_as_given(database: Database, db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [{"angle": "FAR_LEFT", "sync_offset_seconds": -1.25}])
    again = database.open()
    assert again.game_ids() == [G1]
    game = again.game(G1)
    assert game is not None
    assert {column: game[column] for column in GAME} == GAME
    assert unstamped(again.plays(G1)) == unstamped([PLAY])
    assert again.plays(G1) == [PLAY] or database.stamps
    assert again.sync_offsets(G1) == {"FAR_LEFT": -1.25}


def test_games_are_known_by_their_date_and_teams(db: PlaysDb) -> None:
    db.add_game({**GAME, "team1_display_name": "Gray", "team2_display_name": "Blue"}, [PLAY], [])
    db.add_game({"id": G2}, [], [])
    assert {row["id"]: game_title(row) for row in db.games()} == {
        G1: "2026-03-18, Gray - Blue",
        G2: "no date or teams entered",
    }


def test_an_unknown_game_has_nothing(db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [])
    assert db.game(G2) is None
    assert db.plays(G2) == []
    assert db.videos(G2) == []
    assert db.sync_offsets(G2) == {}
    assert db.annotations(G2, "m1") == []


def test_an_id_that_no_game_can_have_has_nothing(db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [])
    assert (db.game("no game"), db.plays("no game"), db.videos("no game")) == (None, [], [])


def test_games_are_sorted_and_apart(db: PlaysDb) -> None:
    ids = [an_id(name) for name in ("g2", "g10", "g1")]
    for game_id in ids:
        db.add_game({"id": game_id}, [play(an_id(game_id), game_id=game_id)], [])
    assert db.game_ids() == sorted(ids)
    assert [row["id"] for row in db.plays(G1)] == [an_id(G1)]
    assert list(db.play_versions()) == sorted(ids)


def test_plays_are_ordered_by_start_then_id_and_none_is_lost_after_a_thousand(db: PlaysDb) -> None:
    falling = [play(an_id(f"{i}"), start_timestamp=float(2500 - i)) for i in range(2500)]
    tied = sorted([an_id("y"), an_id("z")])
    rows = [*falling, *(play(play_id, start_timestamp=5000.0) for play_id in reversed(tied))]
    db.add_game(GAME, [*rows, play(an_id("unknown"), start_timestamp=None)], [])
    expected = [an_id(f"{i}") for i in reversed(range(2500))]
    assert [row["id"] for row in db.plays(G1)] == [*expected, *tied, an_id("unknown")]


def test_adding_the_same_game_again_changes_nothing(db: PlaysDb) -> None:
    for _ in range(2):
        db.add_game(GAME, [PLAY, play(B)], [{"angle": "FAR_LEFT", "sync_offset_seconds": 1}])
        assert len(db.plays(G1)) == 2
    before = db.play_versions()
    db.add_game(GAME, [PLAY, play(B)], [{"angle": "FAR_LEFT", "sync_offset_seconds": 1}])
    assert db.play_versions() == before


def test_an_upsert_keeps_the_columns_that_it_does_not_name(db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [{"angle": "FAR_LEFT", "filename": "f.mp4", "sync_offset_seconds": 1.5}])
    db.add_game({"id": G1}, [{"id": A, "note": "corrected"}], [{"angle": "FAR_LEFT", "filename": "g.mp4"}])
    assert unstamped(db.plays(G1)) == unstamped([{**PLAY, "note": "corrected"}])
    assert db.sync_offsets(G1) == {"FAR_LEFT": 1.5}
    assert (db.game(G1) or {})["date"] == "2026-03-18"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"start_timestamp": math.inf}, {"start_timestamp": math.inf}),
        ({"end_timestamp": -math.inf}, {"end_timestamp": -math.inf}),
        ({"start_timestamp": math.nan}, {"start_timestamp": None}),
        ({"classification": "HOME_RUN"}, {"classification": "HOME_RUN"}),
        ({"events": None}, {"events": None}),
        ({"events": "no list"}, {"events": "no list"}),
        (
            {"events": [{"label": "DUNK", "playerA": math.nan}]},
            {"events": [{"label": "DUNK", "playerA": None}]},
        ),
        ({"note": "half \ud83d of it\0"}, {"note": "half  of it"}),
        ({"player_a": "N/A"}, {"player_a": None}),
        (
            {"player_b_id": UUID("6f1c0000-0000-0000-0000-000000000009")},
            {"player_b_id": "6f1c0000-0000-0000-0000-000000000009"},
        ),
    ],
    ids=[
        "inf",
        "-inf",
        "nan is missing",
        "unknown label",
        "no events",
        "bad events",
        "nan in JSON",
        "broken text",
        "a word for nothing",
        "uuid",
    ],
)
def test_an_unsound_row_is_kept_as_sent_for_the_quarantine(
    db: PlaysDb, sent: dict[str, Any], kept: dict[str, Any]
) -> None:
    db.add_game(GAME, [{**PLAY, **sent}], [])
    assert unstamped(db.plays(G1)) == unstamped([{**PLAY, **kept}])


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("plays", {"id": B, "start_timestamp": "half past two"}),
        ("plays", {"id": B, "player_a_id": "number 7"}),
        ("plays", {"id": B, "created_at": "yesterday"}),
        ("video_metadata", {"angle": "NEAR_LEFT", "sync_offset_seconds": "soon"}),
        ("video_metadata", {"angle": "NEAR_LEFT", "file_size": 1.5}),
    ],
    ids=["time", "player", "date", "offset", "size"],
)
def test_a_value_of_another_kind_is_kept_for_the_quarantine_or_refused_by_name(
    database: Database, db: PlaysDb, table: str, row: dict[str, Any]
) -> None:
    plays, videos = ([PLAY, row], []) if table == "plays" else ([PLAY], [row])
    db.add_game({"id": G2}, [], [])
    if database.has_types:
        with pytest.raises(Permanent, match=f"cannot store .*({B}|NEAR_LEFT) in table {table}"):
            db.add_game(GAME, plays, videos)
        assert db.game_ids() == [G2]
        return
    db.add_game(GAME, plays, videos)
    kept = next(found for found in [*db.plays(G1), *db.videos(G1)] if row.items() <= found.items())
    assert kept["game_id"] == G1


@pytest.mark.parametrize(
    ("game", "plays", "videos", "message"),
    [
        ({"date": "2026"}, [], [], "row 1 for table games has no id"),
        (GAME, [PLAY, {"note": "x"}], [], "row 2 for table plays has no id"),
        (GAME, [play(B, game_id=None)], [], "row 1 for table plays has no game_id"),
        (GAME, [PLAY], [{"filename": "f.mp4"}], "row 1 for table video_metadata has no angle"),
        (GAME, [PLAY], [{"angle": "FAR_LEFT", "offset": 1}], "no such column offset; known: game_id, angle"),
        (
            GAME,
            [PLAY, play(B, game_id=G2)],
            [],
            f"row 2 for table plays has game_id '{G2}', but is added to '{G1}'",
        ),
        (GAME, [PLAY, PLAY], [], rf"row 2 for table plays is given twice \({A}\)"),
        (GAME, [play(B, events=[math.inf])], [], f"cannot store {B} in table plays"),
    ],
    ids=["game", "play", "orphan", "camera", "column", "stray", "twice", "infinity in JSON"],
)
def test_a_refused_row_is_named_and_nothing_is_written(
    db: PlaysDb, game: dict[str, Any], plays: list[Any], videos: list[Any], message: str
) -> None:
    db.add_game({"id": an_id("g0")}, [], [])
    with pytest.raises(Permanent, match=message):
        db.add_game(game, plays, videos)
    assert db.game_ids() == [an_id("g0")]
    assert db.play_versions() == {}


def test_a_play_is_not_taken_from_another_game(db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [])
    with pytest.raises(Permanent, match=f"play {A} belongs to another game than {G2}"):
        db.add_game({"id": G2}, [play(B, game_id=G2), play(A, game_id=G2)], [])
    assert db.game_ids() == [G1]
    assert unstamped(db.plays(G1)) == unstamped([PLAY])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plays SET note = 'by hand' WHERE id = ?",
        "DELETE FROM plays WHERE id = ?",
        f"UPDATE plays SET game_id = '{G2}' WHERE id = ?",  # noqa: S608 - ours
    ],
    ids=["edited", "deleted", "moved"],
)
def test_what_others_do_to_a_play_is_seen(database: Database, db: PlaysDb, statement: str) -> None:
    db.add_game({"id": G2}, [], [])
    db.add_game(GAME, [PLAY, play(B)], [])
    before = db.play_versions()
    database.sql(statement, A)
    after = db.play_versions()
    assert after[G1] != before[G1]
    assert after == database.open().play_versions()


def test_a_version_tells_when_the_newest_row_was_stamped(database: Database, db: PlaysDb) -> None:
    database.open().add_game(GAME, [{**PLAY, "updated_at": "2026-03-18T20:00:00+02:00"}], [])
    stamped = stamped_s(db.play_version(G1))
    assert stamped == stamped_s(db.play_versions()[G1])
    if not database.stamps:  # else it says itself when that was
        assert stamped == datetime(2026, 3, 18, 18, tzinfo=UTC).timestamp()
    else:
        assert stamped is not None
    assert (rows_in(db.play_version(G1)), rows_in("")) == (1, 0)
    assert stamped_s("") is None
    assert stamped_s("3-undated-0123456789abcdef") is None


def test_a_game_whose_last_play_goes_has_no_version(database: Database, db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [])
    assert list(db.play_versions()) == [G1]
    database.sql("DELETE FROM plays")
    assert db.play_versions() == {}
    assert db.play_version(G1) == db.play_version("nobody's") == ""


def test_a_version_changes_with_its_own_game_only(db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [])
    db.add_game({"id": G2}, [play(B, game_id=G2)], [])
    seen = [db.play_versions()]
    edits: list[dict[str, Any]] = [
        {**PLAY, "note": "edited"},
        play(an_id("c")),
        {**PLAY, "note": "edited again", "updated_at": "2026-03-20"},
    ]
    for edit in edits:
        db.add_game(GAME, [edit], [])
        seen.append(db.play_versions())
        assert db.play_version(G1) == seen[-1][G1]
    assert len({versions[G1] for versions in seen}) == len(seen)
    assert len({versions[G2] for versions in seen}) == 1
    assert db.play_version(G2) == seen[0][G2]


def test_an_unset_offset_is_absent_and_one_that_is_no_number_is_nan(database: Database, db: PlaysDb) -> None:
    videos: list[dict[str, Any]] = [
        {"angle": "FAR_LEFT", "sync_offset_seconds": 0},
        {"angle": "FAR_RIGHT", "sync_offset_seconds": None},
        {"angle": "NEAR_RIGHT"},
    ]
    db.add_game(GAME, [], [*videos, {"angle": "NEAR_LEFT"}])
    database.sql("UPDATE video_metadata SET sync_offset_seconds = ? WHERE angle = 'NEAR_LEFT'", "nan")
    offsets_s = db.sync_offsets(G1)
    assert math.isnan(offsets_s.pop("NEAR_LEFT"))
    assert offsets_s == {"FAR_LEFT": 0.0}


def test_an_offset_is_its_cameras_however_its_angle_is_spelled(db: PlaysDb) -> None:
    spelled = {"far-left": 1.5, "NL": -2.0, "Far Right": 0.25, "elsewhere": 9.0}
    rows = [{"angle": angle, "sync_offset_seconds": offset_s} for angle, offset_s in spelled.items()]
    db.add_game(GAME, [], rows)
    assert db.sync_offsets(G1) == {"FAR_LEFT": 1.5, "NEAR_LEFT": -2.0, "FAR_RIGHT": 0.25}


def test_videos_come_back_whole_and_by_angle(db: PlaysDb) -> None:
    far = {
        "angle": "FAR_LEFT",
        "filename": "game1_farleft.mp4",
        "s3_key": "Games/09-22-2025/game1/game1_farleft.mp4",
        "s3_url": "https://bucket/game1_farleft.mp4",
        "duration": 7200.5,
        "file_size": 9_876_543_210,
        "sync_offset_seconds": -1.25,
    }
    db.add_game(GAME, [], [{"angle": "NEAR_LEFT"}, far])
    first, second = db.videos(G1)
    assert db.videos_by_game() == {G1: [first, second]}
    assert first == {"game_id": G1, **far}
    assert {column: value for column, value in second.items() if value is not None} == {
        "game_id": G1,
        "angle": "NEAR_LEFT",
    }


def test_players_come_by_team_and_number(database: Database, db: PlaysDb) -> None:
    db.add_game(GAME, [], [])
    gray, blue = sorted([an_id("gray"), an_id("blue")])
    for name, team, number in [("c", blue, 4), ("b", gray, None), ("a", gray, 31), ("d", gray, 7)]:
        columns = "(id, team_id, name, jersey_number, jersey_color)"
        database.sql(
            f"INSERT INTO players {columns} VALUES (?, ?, ?, ?, 'gray')",  # noqa: S608 - constant
            an_id(name),
            team,
            name,
            number,
        )
    assert [player["name"] for player in db.players([blue, gray])] == ["d", "a", "b", "c"]
    assert db.players([blue]) == [
        {"id": an_id("c"), "team_id": blue, "name": "c", "jersey_number": 4, "jersey_color": "gray"}
    ]
    assert db.players([]) == db.players(["no team"]) == []


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
    db.write_annotations(G1, "m1", first)
    db.write_annotations(G1, "m2", [{**ANNOTATION, "agreed": None}])
    db.write_annotations(G2, "m1", [ANNOTATION])
    db.write_annotations(G1, "m1", [{**ANNOTATION, "model": "m1"}])
    assert db.annotations(G1, "m1") == [{"game_id": G1, "model": "m1", **ANNOTATION}]
    assert [row["agreed"] for row in db.annotations(G1, "m2")] == [None]
    assert len(db.annotations(G2, "m1")) == 1
    db.write_annotations(G1, "m1", first)
    assert [row["play_key"] for row in db.annotations(G1, "m1")] == ["k2", "k1", "k0"]


@pytest.mark.parametrize(
    "rows",
    [[ANNOTATION, ANNOTATION], [{**ANNOTATION, "model": "m2"}], [{**ANNOTATION, "play_key": None}]],
    ids=["twice", "another model's", "no key"],
)
def test_refused_annotations_leave_the_earlier_ones(db: PlaysDb, rows: list[dict[str, Any]]) -> None:
    db.write_annotations(G1, "m1", [ANNOTATION])
    with pytest.raises(Permanent, match="for table annotations"):
        db.write_annotations(G1, "m1", rows)
    assert len(db.annotations(G1, "m1")) == 1


MODEL = {
    "name": "basketball-model-v2-10games",
    "label": "v2",
    "version": 2,
    "game_count": 10,
    "parent": "basketball-model-v1-3games",
    "base": "gemini-3.5-flash",
    "base_retires_on": "2027-05-19",
    "trained_at": "2026-03-19T08:00:00+00:00",
    "train_count": 1588,
    "play_accuracy": 0.821,
    "three_four_accuracy": 0.75,
    "serves": True,
    "weight_percent": 90.0,
    "endpoint": "projects/1/locations/us/endpoints/7",
    "cost_usd": 12.5,
    "status": "retired",
    "deployed_at": "2026-03-20T08:00:00+00:00",
    "retired_at": "2026-04-20T08:00:00+00:00",
    "reason": "v3 gets more plays right",
}


def test_model_versions_come_back_as_written_by_version(db: PlaysDb) -> None:
    db.write_model_versions([MODEL, {**MODEL, "name": "another", "version": None}])
    db.write_model_versions([{**MODEL, "name": "basketball-model-v1-3games", "version": 1}])
    assert [row["version"] for row in db.model_versions()] == [1, 2, None]
    assert db.model_versions()[1] == MODEL


def test_a_model_version_is_written_by_name_and_keeps_the_columns_not_named(db: PlaysDb) -> None:
    db.write_model_versions([MODEL])
    for _ in range(2):
        db.write_model_versions(
            [{"name": MODEL["name"], "weight_percent": 0.0, "serves": False}, {"name": "new", "version": 3}]
        )
    changed, new = db.model_versions()
    assert changed == {**MODEL, "weight_percent": 0.0, "serves": False}
    assert (new["name"], new["serves"]) == ("new", None)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([MODEL, MODEL], "given twice"),
        ([{**MODEL, "name": ""}], "has no name"),
        ([{**MODEL, "colour": "red"}], "no such column colour"),
    ],
    ids=["twice", "no name", "unknown column"],
)
def test_refused_model_versions_leave_the_earlier_ones(
    db: PlaysDb, rows: list[dict[str, Any]], message: str
) -> None:
    db.write_model_versions([{"name": "earlier"}])
    with pytest.raises(Permanent, match=message):
        db.write_model_versions(rows)
    assert [row["name"] for row in db.model_versions()] == ["earlier"]


def test_plays_are_removed_by_id_and_only_those_of_their_game(db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY, play(B)], [])
    db.add_game({"id": G2}, [play(an_id("c"), game_id=G2)], [])
    before = db.play_versions()
    for _ in range(2):
        db.remove_plays(G1, [A, an_id("c"), an_id("nobody's")])
        assert [row["id"] for row in db.plays(G1)] == [B]
        assert [row["id"] for row in db.plays(G2)] == [an_id("c")]
    after = db.play_versions()
    assert (after[G1] != before[G1], after[G2] == before[G2]) == (True, True)
    db.remove_plays(G1, [])
    assert db.play_versions() == after


def test_a_removed_game_is_gone_with_all_that_was_said_of_it_and_no_other_is(db: PlaysDb) -> None:
    for game_id in (G1, G2):
        db.add_game({"id": game_id}, [play(an_id(game_id), game_id=game_id)], [{"angle": "FAR_LEFT"}])
        db.write_annotations(game_id, "m1", [{"play_key": "1"}])
    for _ in range(2):
        db.remove_game(G1)
        assert (db.game(G1), db.plays(G1), db.videos(G1), db.annotations(G1, "m1")) == (None, [], [], [])
        assert (db.game_ids(), list(db.play_versions()), list(db.videos_by_game())) == ([G2], [G2], [G2])
        assert len(db.annotations(G2, "m1")) == 1
    db.remove_game("no game")


def test_a_play_s_game_is_known_by_its_id_however_many_are_asked_for(db: PlaysDb) -> None:
    db.add_game(GAME, [PLAY], [])
    db.add_game({"id": G2}, [play(B, game_id=G2)], [])
    strangers = [an_id(f"nobody's {number}") for number in range(250)]
    assert db.games_of([*strangers, A, "no uuid", B]) == {A: G1, B: G2}
    assert db.games_of([]) == {}
