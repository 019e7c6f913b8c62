"""What the tests' server answers is what PostgREST answers. The same file holds for a real project:

    TEST_SUPABASE_URL=https://PROJECT.supabase.co TEST_SUPABASE_KEY=<service key> \\
        TEST_SUPABASE_ANON_KEY=<anon key> \\
        pytest -m services uball_assets_tests/cloud/test_postgrest_server.py

with supabase/migrations applied. It writes to a game of its own, and deletes it; never run it on a project
whose plays matter.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from uball_assets_tests.cloud.servers.fixtures_supabase import Project
from uball_assets_tests.cloud.servers.supabase_keys import ANON_KEY, SERVICE_KEY

pytestmark = pytest.mark.services


class Service(NamedTuple):
    url: str
    service: Any
    """supabase-py's client with the service key."""
    anon: Any
    game_id: str


def http_client() -> Any:
    """supabase-py's own would warn of what it gives it."""
    import httpx

    return httpx.Client(timeout=20.0)


@pytest.fixture
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    from supabase import ClientOptions, create_client

    if url := os.environ.get("TEST_SUPABASE_URL", ""):
        keys = os.environ["TEST_SUPABASE_KEY"], os.environ["TEST_SUPABASE_ANON_KEY"]
    else:
        project: Project = request.getfixturevalue("a_supabase_project")
        url, keys = project.url, (SERVICE_KEY, ANON_KEY)
    with http_client() as connections:
        options = ClientOptions(httpx_client=connections, postgrest_client_retry=False)
        service, anon = (create_client(url, key, options) for key in keys)
        game_id = str(uuid.uuid4())
        service.table("games").insert({"id": game_id}).execute()
        yield Service(url, service, anon, game_id)
        service.table("annotations").delete().eq("game_id", game_id).execute()
        service.table("plays").delete().eq("game_id", game_id).execute()
        service.table("games").delete().eq("id", game_id).execute()


@pytest.fixture
def plays(service: Service) -> Any:
    """Seven plays, notes `0` to `6`, the last without a start; their table."""
    rows = [
        {
            "id": f"{i:08x}-{service.game_id[9:]}",
            "game_id": service.game_id,
            "note": str(i),
            "start_timestamp": None if i == 6 else i / 2,
        }
        for i in range(7)
    ]
    service.service.table("plays").insert(rows).execute()
    return service.service.table("plays")


def notes(query: Any) -> list[str]:
    return [row["note"] for row in query.execute().data]


def code_of(query: Any) -> Any:
    from postgrest.exceptions import APIError

    with pytest.raises(APIError) as raised:
        query.execute()
    return raised.value.code


FILTERS: dict[str, tuple[Any, list[str]]] = {
    "eq": (lambda q: q.eq("note", "3"), ["3"]),
    "neq": (lambda q: q.neq("note", "3"), ["0", "1", "2", "4", "5", "6"]),
    "gt": (lambda q: q.gt("start_timestamp", 2), ["5"]),
    "gte": (lambda q: q.gte("start_timestamp", 2), ["4", "5"]),
    "lt and lte": (lambda q: q.lt("start_timestamp", 1).lte("start_timestamp", 0.5), ["0", "1"]),
    "in": (lambda q: q.in_("note", ["1", "2", "a,b", 'c"d']), ["1", "2"]),
    "in nothing": (lambda q: q.in_("note", []), []),
    "is null": (lambda q: q.is_("start_timestamp", "null"), ["6"]),
    "is not null": (lambda q: q.not_.is_("start_timestamp", "null").gt("note", "3"), ["4", "5"]),
    "like": (lambda q: q.like("note", "%3%"), ["3"]),
    "ilike": (lambda q: q.ilike("note", "4*"), ["4"]),
    "not": (lambda q: q.not_.in_("note", ["0", "1", "2", "3"]), ["4", "5", "6"]),
    "or": (lambda q: q.or_("note.eq.1,note.eq.2"), ["1", "2"]),
    "or of and": (lambda q: q.or_('note.gt."5",and(note.eq."5",start_timestamp.gte.2.5)'), ["5", "6"]),
    "not in or": (lambda q: q.or_("start_timestamp.not.lt.2.5,note.in.(1,2)"), ["1", "2", "5"]),
    "order": (lambda q: q.order("start_timestamp", desc=True, nullsfirst=False).limit(2), ["5", "4"]),
    "nulls first": (lambda q: q.order("start_timestamp", nullsfirst=True).limit(2), ["6", "0"]),
    "range": (lambda q: q.order("note").range(2, 3), ["2", "3"]),
    "offset beyond": (lambda q: q.order("note").range(7, 9), []),
}


@pytest.mark.parametrize(("narrowed", "expected"), FILTERS.values(), ids=list(FILTERS))
def test_a_filter_lets_through_what_it_says(
    service: Service, plays: Any, narrowed: Any, expected: list[str]
) -> None:
    query = narrowed(plays.select("note").eq("game_id", service.game_id))
    found = notes(query)
    assert (found if "order" in str(query.request.params) else sorted(found)) == expected


def test_a_count_is_of_all_rows_and_the_page_of_its_own(service: Service, plays: Any) -> None:
    said = plays.select("note", count="exact").eq("game_id", service.game_id).limit(2).execute()
    assert (len(said.data), said.count) == (2, 7)
    alone = plays.select("note", count="exact", head=True).eq("game_id", service.game_id).execute()
    assert alone.count == 7
    assert plays.select("note").eq("game_id", service.game_id).execute().count is None


def test_no_answer_holds_more_than_a_thousand_rows_and_none_says_so(service: Service) -> None:
    rows = [{"id": str(uuid.uuid4()), "game_id": service.game_id} for _ in range(1100)]
    service.service.table("plays").insert(rows).execute()
    said = service.service.table("plays").select("id").eq("game_id", service.game_id).limit(5000).execute()
    assert len(said.data) == 1000


def test_numbers_and_json_come_back_as_they_went(service: Service, plays: Any) -> None:
    sent = {
        "start_timestamp": 0.1 + 0.2,
        "end_timestamp": "Infinity",
        "events": [{"label": "Ömer", "n": 1.0}],
    }
    plays.update(sent).eq("note", "0").eq("game_id", service.game_id).execute()
    (row,) = plays.select(",".join(sent)).eq("note", "0").eq("game_id", service.game_id).execute().data
    assert row == sent


def test_one_row_is_an_object_and_none_an_error(service: Service, plays: Any) -> None:
    of_game = plays.select("note").eq("game_id", service.game_id)
    assert of_game.eq("note", "1").single().execute().data == {"note": "1"}
    none = plays.select("note").eq("game_id", service.game_id).eq("note", "x")
    assert code_of(none.single()) == "PGRST116"


def test_upserts_merge_or_ignore_and_a_missing_column_becomes_null(service: Service) -> None:
    table = service.service.table("annotations")
    key = {"game_id": service.game_id, "model": "m", "play_key": "k1"}
    conflict = "game_id,model,play_key"
    table.insert({**key, "note": "first", "angle": "LEFT"}).execute()
    assert code_of(table.insert(key)) == "23505"
    table.upsert({**key, "note": "ignored"}, on_conflict=conflict, ignore_duplicates=True).execute()
    table.upsert({**key, "note": "merged"}, on_conflict=conflict).execute()
    table.upsert([{**key, "angle": "RIGHT"}, {**key, "play_key": "k2", "note": "new"}]).execute()
    rows = table.select("play_key,note,angle").eq("game_id", service.game_id).order("play_key").execute().data
    assert [tuple(row.values()) for row in rows] == [("k1", None, "RIGHT"), ("k2", "new", None)]


def test_updates_and_deletes_touch_what_is_filtered_and_say_it(service: Service, plays: Any) -> None:
    changed = plays.update({"note": "x"}).eq("game_id", service.game_id).lt("start_timestamp", 1).execute()
    assert [row["note"] for row in changed.data] == ["x", "x"]
    assert len(plays.delete().eq("game_id", service.game_id).eq("note", "x").execute().data) == 2
    assert len(notes(plays.select("note").eq("game_id", service.game_id))) == 5


def test_a_function_is_one_transaction(service: Service) -> None:
    stray = {"game_id": service.game_id, "model": "m", "rows": [{"play_key": "k", "confidence": 7}]}
    assert code_of(service.service.rpc("replace_annotations", stray)) == "23514"
    kept = {**stray, "rows": [{"play_key": "k"}, {"play_key": "l"}]}
    assert service.service.rpc("replace_annotations", kept).execute().data == 2


ERRORS: dict[str, tuple[Any, str]] = {
    "unknown table": (lambda s: s.service.table("play").select("*"), "PGRST205"),
    "unknown column": (lambda s: s.service.table("plays").select("notes"), "42703"),
    "unknown column, written": (lambda s: s.service.table("plays").insert({"notes": 1}), "PGRST204"),
    "unknown function": (lambda s: s.service.rpc("import_games", {}), "PGRST202"),
    "no uuid": (lambda s: s.service.table("plays").select("*").eq("id", "g1"), "22P02"),
    "no key": (lambda s: s.service.table("plays").insert({"id": str(uuid.uuid4())}), "23502"),
    "no game": (
        lambda s: s.service.table("plays").insert({"game_id": str(uuid.uuid4())}),
        "23503",
    ),
    "not permitted": (lambda s: s.anon.table("plays").select("*"), "42501"),
    "not permitted to write": (lambda s: s.anon.table("plays").insert({"game_id": s.game_id}), "42501"),
    "not permitted to call": (lambda s: s.anon.rpc("write_model_versions", {"rows": []}), "42501"),
}


@pytest.mark.parametrize(("asked", "code"), ERRORS.values(), ids=list(ERRORS))
def test_an_error_has_its_code(service: Service, asked: Any, code: str) -> None:
    assert code_of(asked(service)) == code


def test_an_unknown_key_is_refused_at_the_gate(service: Service) -> None:
    with http_client() as client:
        said = client.get(f"{service.url}/rest/v1/plays", headers={"apikey": "another"})
    assert (said.status_code, said.json()["message"]) == (401, "Invalid API key")
