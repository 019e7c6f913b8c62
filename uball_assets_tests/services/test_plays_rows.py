"""The plays of a Supabase project in a backup: every row comes back, also where a page holds few of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from uball_assets.adapters.plays import supabase_tables
from uball_assets.adapters.plays.supabase_plays_db import SupabasePlaysDb
from uball_assets.services.backup.plays_rows import SupabaseRows

pytestmark = pytest.mark.services
GAMES = sorted(str(uuid.uuid4()) for _ in range(3))


@pytest.fixture
def database(request: pytest.FixtureRequest) -> SupabasePlaysDb:
    project = request.getfixturevalue("a_supabase_project")
    return SupabasePlaysDb(project.url, project.key)


def filled(database: SupabasePlaysDb) -> None:
    for game_id in GAMES:
        plays = [
            {
                "id": str(uuid.uuid4()),
                "game_id": game_id,
                "note": f'a "quoted", {n}',
                "start_timestamp": 1.5 * n,
            }
            for n in range(5)
        ]
        videos = [{"game_id": game_id, "angle": angle} for angle in ("LEFT, NEAR", 'RIGHT "FAR"', "FAR")]
        database.add_game({"id": game_id, "date": "2026-11-29"}, plays, videos)
        for model in ("v1", "v2"):
            rows = [
                {"game_id": game_id, "model": model, "play_key": f"{side},{n}"}
                for n in range(3)
                for side in "LR"
            ]
            database.write_annotations(game_id, model, rows)


def contents(rows: SupabaseRows) -> dict[str, bytes]:
    return {source.name: b"".join(source.pieces()) for source in rows.sources()}


def test_all_rows_come_back_a_page_at_a_time(
    database: SupabasePlaysDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supabase_tables, "PAGE_ROWS", 4)
    filled(database)
    rows = SupabaseRows(database.whole())
    before = contents(rows)
    assert before["supabase/plays.jsonl"].count(b"\n") == 15
    assert before["supabase/annotations.jsonl"].count(b"\n") == 36
    assert before["supabase/video_metadata.jsonl"].count(b"\n") == 9
    assert rows.in_the_way() == "table games of the Supabase project"
    for game_id in GAMES:
        database.remove_game(game_id)

    def given() -> Iterator[tuple[str, Iterator[bytes]]]:
        for name, data in before.items():
            yield name, iter([data[:50], data[50:]])

    for _ in range(2):  # again, as after a kill
        rows.put(given())
        assert _unstamped(contents(rows)) == _unstamped(before)


def _unstamped(tables: dict[str, bytes]) -> dict[str, Any]:
    """The database says itself when a row last changed."""
    import json

    return {
        name: [
            {key: value for key, value in json.loads(line).items() if key != "updated_at"}
            for line in data.splitlines()
        ]
        for name, data in tables.items()
    }
