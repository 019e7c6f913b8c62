"""What the dry run of an import calls sound, every plays database stores, row for row."""

from __future__ import annotations

import json
import math
import uuid
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uball_assets.domain.errors import Permanent
from uball_assets.domain.fields import as_uuid
from uball_assets.domain.plays.columns import kept_plays
from uball_assets.domain.plays.plays import Play, check_rows
from uball_assets.importing.tables import read_play_table
from uball_assets_tests.contracts.test_plays_db import Database, database

__all__ = ["database"]

GAMES = count()
TEXTS = st.text(st.characters(exclude_categories=()), max_size=8) | st.sampled_from(
    [
        "NULL",
        "nan",
        r"\N",
        "a\0b",
        "half \ud83d",
        "\udfff",
        "🏀",
        "Player #7 (Gray)",
        "=1+1",
        "\\u0000",
        "'; --",
    ]
)
NUMBERS = st.sampled_from(
    [0, -0.0, 2**63, -(2**70), 10**400, 1e300, 5e-324, math.nan, math.inf, -math.inf, 12.25, True]
)
EVENTS = st.lists(
    st.dictionaries(
        st.sampled_from(["label", "playerA", "player_b", "playerAId", "x\0", "y"]),
        st.sampled_from(["FG_MAKE", "3pt miss", "SLAM"]) | TEXTS | NUMBERS | st.none(),
        max_size=4,
    ),
    max_size=3,
)
ANYTHING = TEXTS | NUMBERS | EVENTS | st.none() | st.sampled_from([[], {}, [[["deep"]]], {"a": {"b": 1}}])
TIMES = st.floats(0, 5000) | st.sampled_from(["0:30", "12:31.5", "30,5", "3.2s", "3_0", "soon"]) | NUMBERS
IDS = st.sampled_from(["", "N/A", "p1", "../p1", "UPPER", "lower", "plain", 7, math.nan, None])
MOMENTS = (
    st.sampled_from(
        [
            "2026-03-18T20:00:00",
            "2026-03-18T20:00:00+14:00",
            "0001-01-01",
            "9999-12-31T23:59:59-12:00",
            "yesterday",
        ]
    )
    | st.none()
)
SOUND = st.fixed_dictionaries(
    {
        "angle": st.sampled_from(["LEFT", "far_left", "RIGHT "]),
        "start_timestamp": st.floats(0, 5000),
        "lasts_s": st.floats(1, 120),
        "classification": st.sampled_from(["FG_MAKE", "3PT Make", "tov"]),
    },
    optional={
        "note": TEXTS,
        "player_a": TEXTS,
        "events": st.lists(st.fixed_dictionaries({"label": st.just("STEAL"), "playerA": TEXTS}), max_size=2),
    },
)
SPOILED = st.one_of(
    [
        st.fixed_dictionaries({column: values})
        for column, values in {
            "angle": ANYTHING,
            "start_timestamp": TIMES,
            "end_timestamp": TIMES,
            "timestamp_seconds": TIMES,
            "classification": ANYTHING,
            "id": IDS,
            "note": ANYTHING,
            "player_b": ANYTHING,
            "player_a_id": IDS,
            "player_b_id": ANYTHING,
            "events": EVENTS | EVENTS.map(json.dumps) | ANYTHING,
            "created_at": MOMENTS | ANYTHING,
            "updated_at": MOMENTS,
        }.items()
    ]
)
ROWS = st.builds(lambda row, one, other: {**row, **one, **other}, SOUND, st.just({}) | SPOILED, SPOILED)
"""With one column spoiled, or two."""


def as_written(game_id: str, row: dict[str, Any]) -> dict[str, Any]:
    """Most ends behind their starts, and ids that no other game of the database has."""
    row = {"end_timestamp": None, **row}
    start_s, lasts_s = row["start_timestamp"], row.pop("lasts_s", None)
    if lasts_s and isinstance(start_s, float) and math.isfinite(start_s):
        row["end_timestamp"] = start_s + lasts_s
    one = str(uuid.uuid5(uuid.UUID(game_id), "a play"))
    spelled = {"UPPER": one.upper(), "lower": one, "plain": one.replace("-", ""), "p1": f"p1-{game_id}"}
    if isinstance(row.get("id"), str):
        row["id"] = spelled.get(row["id"], row["id"])
    if row.get("id") in (7, "../p1"):
        row["id"] = f"{row['id']}-{game_id}"
    return row


def told(plays: list[Play]) -> set[Play]:
    """Typed databases spell UUIDs their own way."""
    return {replace(play, play_id=as_uuid(play.play_id) or play.play_id) for play in plays}


@pytest.fixture
def table_file(tmp_path: Path) -> Path:
    return tmp_path / "plays.json"


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=1, max_size=6))
def test_what_is_judged_sound_is_stored_row_for_row(
    database: Database, table_file: Path, rows: list[dict[str, Any]]
) -> None:
    db, game_id = database.open(), str(uuid.uuid5(uuid.NAMESPACE_OID, f"game {next(GAMES)}"))
    table_file.write_text(json.dumps([as_written(game_id, row) for row in rows]))
    try:
        table = read_play_table(table_file, game_id)
    except Permanent:
        return
    kept = kept_plays(table.rows, uuids=db.ids_are_uuids)
    sound, quarantined = check_rows(kept.rows, {}, kept.faults)
    db.add_game({"id": game_id}, kept.keepable, [])
    stored = db.plays(game_id)
    assert len(stored) == len(kept.keepable)
    assert told(check_rows(stored, {})[0]) == told(sound)
    lost = {entry.what for entry in [*quarantined, *kept.quarantined]}
    assert {row["id"] for row in table.rows} <= {play.play_id for play in sound} | {
        what.removeprefix("play ") for what in lost
    }
